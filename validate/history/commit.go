package history

import (
	"strings"
	"time"
	"unique"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Commit is what a commit says of itself.
type Commit struct {
	Hash          string
	Tree          string
	Parents       []string // first the line of history that it landed on
	Author, Email string
	AuthorWhen    time.Time
	When          time.Time // the committer's, in the committer's time zone
	Subject       string
}

// commit is a Commit with the hashes that reading goes on from.
type commit struct {
	Commit
	hash, tree plumbing.Hash
	parents    []plumbing.Hash
	text       string // as git stores it; what is said of it are pieces of this
}

// Head returns the commit that is checked out, on a branch or detached.
func (r *Repo) Head() (Commit, error) { return r.Resolve("HEAD") }

// find reads the commit that a revision names.
func (r *Repo) find(rev string) (*commit, error) {
	h, err := r.resolve(rev)
	if err != nil {
		return nil, err
	}
	return r.commit(h)
}

func (r *Repo) commit(h plumbing.Hash) (*commit, error) {
	raw, err := readAs(r.store, h, plumbing.CommitObject)
	if err != nil {
		return nil, err
	}
	return parseCommit(h, string(raw))
}

// parseCommit reads a commit object: its headers in git's fixed order, then a
// blank line and the message.
func parseCommit(h plumbing.Hash, text string) (*commit, error) {
	c := &commit{hash: h, text: text, Commit: Commit{Hash: h.String()}}
	head, message, _ := strings.Cut(text, "\n\n")
	tree, head, ok := header(head, "tree ")
	if !ok || !plumbing.IsHash(tree) {
		return nil, damaged(h, "it names no tree")
	}
	c.Tree, c.tree = tree, plumbing.NewHash(tree)
	for {
		parent, rest, ok := header(head, "parent ")
		if !ok {
			break
		}
		if !plumbing.IsHash(parent) {
			return nil, damaged(h, "it names no valid parent")
		}
		c.Parents = append(c.Parents, parent)
		c.parents = append(c.parents, plumbing.NewHash(parent))
		head = rest
	}
	author, head, ok1 := header(head, "author ")
	committer, _, ok2 := header(head, "committer ")
	if !ok1 || !ok2 {
		return nil, damaged(h, "it names no author or committer")
	}
	c.sign(author, committer)
	c.Subject = subject(message)
	return c, nil
}

// header cuts the first line off when it begins with key.
func header(head, key string) (value, rest string, ok bool) {
	line, rest, _ := strings.Cut(head, "\n")
	if value, ok = strings.CutPrefix(line, key); !ok {
		return "", head, false
	}
	return value, rest, true
}

func (c *commit) sign(author, committer string) {
	var a, b object.Signature
	a.Decode([]byte(author))
	b.Decode([]byte(committer))
	c.Author, c.Email, c.AuthorWhen = once(readable(a.Name)), once(readable(a.Email)), a.When
	c.When = b.When
}

// once gives one copy to many commits: people are few.
func once(s string) string { return unique.Make(s).Value() }

// subject returns the first paragraph of a message as one line.
func subject(message string) string {
	text := strings.TrimLeft(strings.ReplaceAll(message, "\r\n", "\n"), "\n")
	text, _, _ = strings.Cut(text, "\n\n")
	return readable(strings.ReplaceAll(strings.TrimSpace(text), "\n", " "))
}

// readable replaces bytes that are no UTF-8: old commits may be in GBK.
func readable(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
