package main

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// repository is a git folder that is written object by object, so that it can
// be broken in ways that no git program would allow.
type repository struct {
	t     testing.TB
	git   string // the git folder
	clock int
}

const emptyConfig = "[core]\n\trepositoryformatversion = 0\n"

// newRepository makes the work tree's git folder.
func newRepository(t testing.TB, workTree string) *repository { return newBare(t, workTree+"/.git") }

func newBare(t testing.TB, dir string) *repository {
	t.Helper()
	r := &repository{t: t, git: dir, clock: 1_769_000_000} // a day in January 2026
	must(t, os.MkdirAll(filepath.Join(dir, "refs", "heads"), 0o755))
	must(t, os.MkdirAll(filepath.Join(dir, "objects"), 0o755))
	r.file("config", emptyConfig)
	r.file("HEAD", "ref: refs/heads/main\n")
	return r
}

// file writes one of git's own files.
func (r *repository) file(name, content string) {
	put(r.t, filepath.Join(r.git, filepath.FromSlash(name)), content)
}

// object stores an object and returns its name.
func (r *repository) object(kind, content string) string {
	whole := fmt.Sprintf("%s %d\x00%s", kind, len(content), content)
	sum := sha1.Sum([]byte(whole))
	id := hex.EncodeToString(sum[:])
	if _, err := os.Stat(filepath.Join(r.git, "objects", id[:2], id[2:])); err == nil {
		return id
	}
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, err := w.Write([]byte(whole))
	must(r.t, err)
	must(r.t, w.Close())
	r.file("objects/"+id[:2]+"/"+id[2:], packed.String())
	return id
}

// tree stores files as tree objects. A content that begins with "link:" is a
// symbolic link, with "module:" a submodule, with "program:" an executable.
func (r *repository) tree(files tree) string {
	folders := map[string]tree{}
	entries := map[string]string{} // by name as git sorts them
	for name, content := range files {
		dir, rest, deep := strings.Cut(name, "/")
		if !deep {
			entries[name] = r.leaf(name, content)
			continue
		}
		if folders[dir] == nil {
			folders[dir] = tree{}
		}
		folders[dir][rest] = content
	}
	for dir, sub := range folders {
		entries[dir+"/"] = entry("40000", dir, r.tree(sub))
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		b.WriteString(entries[name])
	}
	return r.object("tree", b.String())
}

func (r *repository) leaf(name, content string) string {
	kind, rest, _ := strings.Cut(content, ":")
	switch kind {
	case "link":
		return entry("120000", name, r.object("blob", rest))
	case "module":
		return entry("160000", name, rest)
	case "program":
		return entry("100755", name, r.object("blob", rest))
	}
	return entry("100644", name, r.object("blob", content))
}

func entry(mode, name, id string) string {
	raw, _ := hex.DecodeString(id)
	return mode + " " + name + "\x00" + string(raw)
}

// commit stores a commit of these files.
func (r *repository) commit(files tree, parents ...string) string {
	return r.commitTree(r.tree(files), parents...)
}

func (r *repository) commitTree(id string, parents ...string) string {
	r.clock += 60
	var b strings.Builder
	fmt.Fprintf(&b, "tree %s\n", id)
	for _, p := range parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	who := fmt.Sprintf("Zhao Min <zhao@example.com> %d +0800", r.clock)
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n登记\n", who, who)
	return r.object("commit", b.String())
}

// branch lets a branch point at a commit.
func (r *repository) branch(name, commit string) { r.file("refs/heads/"+name, commit+"\n") }

// damage overwrites an object.
func (r *repository) damage(id, content string) {
	name := filepath.Join(r.git, "objects", id[:2], id[2:])
	must(r.t, os.Remove(name))
	if content != "" {
		must(r.t, os.WriteFile(name, []byte(content), 0o644))
	}
}

// blob is the name under which git stores a content.
func blob(content string) string {
	sum := sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(content), content))
	return hex.EncodeToString(sum[:])
}
