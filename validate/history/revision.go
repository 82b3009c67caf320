package history

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// revision is a name followed by steps to ancestors: main, 1a2b3c4, HEAD~2^2.
// Other forms that git knows are refused, never guessed at.
var revision = regexp.MustCompile(`^([^\s~^:?*\[\\@{]+|@)((?:[~^][0-9]{0,6})*)$`)

// special are the names that lie in the git folder itself; other files there
// are no references.
var special = regexp.MustCompile(`^([A-Z_]+|refs/.*)$`)

var ancestor = regexp.MustCompile(`[~^][0-9]*`)

// Resolve finds the commit that a revision names: HEAD, a branch, a tag, a
// remote branch, a hash or the unique beginning of one, each with ~N and ^N.
func (r *Repo) Resolve(rev string) (Commit, error) {
	c, err := r.find(rev)
	if err != nil {
		return Commit{}, err
	}
	return c.Commit, nil
}

func (r *Repo) resolve(rev string) (plumbing.Hash, error) {
	m := revision.FindStringSubmatch(rev)
	if m == nil || strings.Contains(m[1], "..") {
		return plumbing.ZeroHash, fail("history.bad-revision", "rev", rev)
	}
	h, err := r.named(m[1])
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if h, err = r.peel(h, rev); err != nil {
		return plumbing.ZeroHash, err
	}
	for _, step := range ancestor.FindAllString(m[2], -1) {
		if h, err = r.ancestor(h, step, rev); err != nil {
			return plumbing.ZeroHash, err
		}
	}
	return h, nil
}

// named looks a name up in git's order: a full hash, a reference, then the
// beginning of a hash.
func (r *Repo) named(name string) (plumbing.Hash, error) {
	if name == "@" {
		name = "HEAD"
	}
	if plumbing.IsHash(name) {
		h := plumbing.NewHash(name)
		if _, err := r.store.size(h); err != nil {
			return h, r.unknown(name, err)
		}
		return h, nil
	}
	for _, rule := range plumbing.RefRevParseRules {
		if rule == "%s" && !special.MatchString(name) {
			continue
		}
		ref, err := storer.ResolveReference(r.refs, plumbing.ReferenceName(strings.Replace(rule, "%s", name, 1)))
		if err == nil {
			return ref.Hash(), nil
		}
	}
	if name == "HEAD" {
		return plumbing.ZeroHash, fail("history.empty")
	}
	return r.abbreviated(name)
}

func (r *Repo) abbreviated(name string) (plumbing.Hash, error) {
	hex := strings.ToLower(name)
	if len(hex) < 4 || strings.Trim(hex, "0123456789abcdef") != "" {
		return plumbing.ZeroHash, r.unknown(name, nil)
	}
	found, err := r.store.withPrefix(hex)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	commits := slices.DeleteFunc(found, func(h plumbing.Hash) bool {
		_, err := r.peel(h, name)
		return err != nil
	})
	switch len(commits) {
	case 0:
		return plumbing.ZeroHash, r.unknown(name, nil)
	case 1:
		return commits[0], nil
	}
	return plumbing.ZeroHash, fail("history.ambiguous-revision", "rev", name, "commits", texts(commits))
}

// unknown says what may help: the same branch of a remote, or the part of
// history that a shallow clone lacks. A failure to read is passed on.
func (r *Repo) unknown(name string, cause error) error {
	var known *Error
	if errors.As(cause, &known) && known.Key != "history.missing-object" {
		return known
	}
	if near := r.near(name); len(near) > 0 {
		return fail("history.unknown-revision-near", "rev", name, "names", near)
	}
	if r.Shallow() {
		return fail("history.unknown-revision-shallow", "rev", name)
	}
	return fail("history.unknown-revision", "rev", name)
}

// near lists references whose name ends in the one that was asked for.
func (r *Repo) near(name string) []string {
	refs, err := r.refs.IterReferences()
	if err != nil {
		return nil
	}
	var names []string
	_ = refs.ForEach(func(ref *plumbing.Reference) error {
		if short := ref.Name().Short(); strings.HasSuffix(short, "/"+name) && len(names) < 5 {
			names = append(names, short)
		}
		return nil
	})
	slices.Sort(names)
	return names
}

// maxTags bounds a chain of tags that point at tags.
const maxTags = 10

// peel follows annotated tags to their commit.
func (r *Repo) peel(h plumbing.Hash, rev string) (plumbing.Hash, error) {
	for range maxTags {
		kind, raw, err := r.store.read(h)
		if err != nil {
			return h, err
		}
		switch kind {
		case plumbing.CommitObject:
			return h, nil
		case plumbing.TagObject:
			target, _, ok := header(string(raw), "object ")
			if !ok || !plumbing.IsHash(target) {
				return h, damaged(h, "it names no object")
			}
			h = plumbing.NewHash(target)
		default:
			return h, fail("history.not-a-commit", "rev", rev, "kind", kind.String())
		}
	}
	return h, damaged(h, object.ErrUnsupportedObject.Error())
}

// ancestor takes one step: ~3 is the third first parent, ^2 the second parent.
func (r *Repo) ancestor(h plumbing.Hash, step, rev string) (plumbing.Hash, error) {
	n := 1
	if len(step) > 1 {
		n, _ = strconv.Atoi(step[1:]) // the pattern admits six digits
	}
	times, parent := n, 1
	if step[0] == '^' {
		times, parent = min(n, 1), n
	}
	for range times {
		c, err := r.commit(h)
		if err != nil {
			return h, err
		}
		if r.shallow[h] {
			return h, fail("history.shallow", "commit", h.String())
		}
		if len(c.parents) < parent {
			return h, fail("history.no-ancestor", "rev", rev, "commit", h.String())
		}
		h = c.parents[parent-1]
	}
	return h, nil
}

func texts(hs []plumbing.Hash) []string {
	var s []string
	for _, h := range hs {
		s = append(s, h.String())
	}
	return s
}
