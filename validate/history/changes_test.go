package history

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

const module = "submodule:1234567890123456789012345678901234567890"

func TestChanges(t *testing.T) {
	base := files{"README": "x", "deals/p": "1", "deals/2026/a/deal": "1", "deals/2026/a-b/deal": "1", "deals/2026/b/deal": "1"}
	for name, c := range map[string]struct {
		more  files
		under string
		want  string
	}{
		"nothing":              {files{}, "deals", ""},
		"outside":              {files{"README": "y"}, "deals", ""},
		"outside, all":         {files{"README": "y"}, ".", lines("M README")},
		"added file":           {files{"deals/2026/a/fact": "1"}, "deals", lines("A deals/2026/a/fact")},
		"added folder":         {files{"deals/2027/c/x/y": "1"}, "deals", lines("A deals/2027/c/x/y")},
		"deleted":              {files{"deals/2026/b/deal": ""}, "deals", lines("D deals/2026/b/deal")},
		"modified":             {files{"deals/p": "2"}, "deals", lines("M deals/p")},
		"renamed":              {files{"deals/p": "", "deals/q": "1"}, "deals", lines("D deals/p", "A deals/q")},
		"mode":                 {files{"deals/p": "exec:1"}, "deals", lines("M deals/p")},
		"symlink":              {files{"deals/p": "symlink:/etc/passwd"}, "deals", lines("M deals/p")},
		"submodule":            {files{"deals/m": module}, "deals", lines("A deals/m")},
		"folder becomes file":  {files{"deals/2026/a/deal": "", "deals/2026/a": "f"}, "deals", lines("A deals/2026/a", "D deals/2026/a/deal")},
		"file becomes folder":  {files{"deals/p": "", "deals/p/x": "1"}, "deals", lines("D deals/p", "A deals/p/x")},
		"the folder is a file": {files{"deals/p": "", "deals/2026/a/deal": "", "deals/2026/a-b/deal": "", "deals/2026/b/deal": "", "deals": "f"}, "deals", lines("A deals", "D deals/2026/a-b/deal", "D deals/2026/a/deal", "D deals/2026/b/deal", "D deals/p")},
		"deeper folder":        {files{"deals/p": "2", "deals/2026/a/deal": "2"}, "deals/2026", lines("M deals/2026/a/deal")},
		"one file":             {files{"deals/p": "2", "README": "y"}, "deals/p", lines("M deals/p")},
		"below a file":         {files{"deals/p": "2"}, "deals/p/x", ""},
	} {
		t.Run(name, func(t *testing.T) {
			l, r := inMemory(t)
			got, err := r.Changes(l.commit(base), l.commit(base.with(c.more)), c.under)
			must(t, err)
			if sorted(show(got)) != sorted(c.want) {
				t.Errorf("got\n%swant\n%s", show(got), c.want)
			}
		})
	}
}

func sorted(s string) string {
	ls := strings.SplitAfter(s, "\n")
	for i := range ls {
		for j := range i {
			if ls[i] < ls[j] {
				ls[i], ls[j] = ls[j], ls[i]
			}
		}
	}
	return strings.Join(ls, "")
}

func TestChangesAreSortedByPath(t *testing.T) {
	l, r := inMemory(t)
	got, err := r.Changes(l.commit(files{}), l.commit(files{"d/a/x": "1", "d/a-b": "1", "d/a.b": "1", "d/b": "1"}), "d")
	must(t, err)
	if want := lines("A d/a-b", "A d/a.b", "A d/a/x", "A d/b"); show(got) != want {
		t.Errorf("got\n%s", show(got))
	}
}

func TestChangeCarriesModesAndBlobs(t *testing.T) {
	l, r := inMemory(t)
	old, now := l.blob("1"), l.blob("2")
	got, err := r.Changes(l.commit(files{"d/a": "1"}), l.commit(files{"d/a": "exec:2"}), "d")
	must(t, err)
	want := Change{Path: "d/a", Kind: Modified, OldMode: 0o100644, NewMode: 0o100755, OldBlob: old.String(), NewBlob: now.String()}
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %+v", got)
	}
	got, err = r.Changes(l.commit(files{}), l.commit(files{"d/m": module}), "d")
	must(t, err)
	want = Change{Path: "d/m", Kind: Added, NewMode: 0o160000, NewBlob: strings.TrimPrefix(module, "submodule:")}
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %+v", got)
	}
}

func TestChangesRefuse(t *testing.T) {
	l, r := inMemory(t)
	a, b := l.commit(files{"d/a": "1"}), l.commit(files{"d/a": "2"})
	for _, under := range []string{"", "/", "../d", "d/", `d/../d`} {
		_, err := r.Changes(a, b, under)
		wantKey(t, err, "history.bad-folder")
	}
	missing := plumbing.NewHash(strings.Repeat("3", 40))
	c := l.commitTree(l.writeTree([]object.TreeEntry{{Name: "d", Mode: filemode.Dir, Hash: missing}}), "x")
	_, err := r.Changes(a, c, "d")
	wantKey(t, err, "history.missing-object")
}

func TestChangesAreBoundedInDepth(t *testing.T) {
	l, r := inMemory(t)
	deep := l.commit(files{"d/" + strings.Repeat("x/", maxDepth+1) + "f": "1"})
	_, err := r.Changes(l.commit(files{}), deep, "d")
	wantKey(t, err, "history.too-deep")
}

// hostileTrees are tree objects that git itself would not accept.
func hostileTrees() map[string][]byte {
	id := strings.Repeat("\x01", 20)
	return map[string][]byte{
		"cut off":         []byte("100644 a\x00123"),
		"no mode":         []byte("a\x00" + id),
		"long mode":       []byte("1000000000644 a\x00" + id),
		"zero mode":       []byte("0 a\x00" + id),
		"octal":           []byte("199999 a\x00" + id),
		"slash":           []byte("100644 a/b\x00" + id),
		"dot dot":         []byte("40000 ..\x00" + id),
		"dot":             []byte("100644 .\x00" + id),
		"no name":         []byte("100644 \x00" + id),
		"twice":           []byte("100644 a\x00" + id + "100644 a\x00" + id),
		"out of order":    []byte("100644 b\x00" + id + "100644 a\x00" + id),
		"folder too late": []byte("100644 a0\x00" + id + "40000 a\x00" + id),
	}
}

func TestHostileTrees(t *testing.T) {
	for name, raw := range hostileTrees() {
		t.Run(name, func(t *testing.T) {
			l, r := inMemory(t)
			c := l.commitTree(l.object(plumbing.TreeObject, raw), "x")
			_, err := r.Changes(l.commit(files{}), c, ".")
			wantKey(t, err, "history.damaged-object")
			fsys, err := r.FS(c)
			must(t, err)
			_, err = fsys.Open("a")
			wantKey(t, err, "history.damaged-object")
		})
	}
}

func TestTreeWithAFileAndAFolderOfOneName(t *testing.T) {
	l, r := inMemory(t)
	id := strings.Repeat("\x01", 20)
	c := l.commitTree(l.object(plumbing.TreeObject, []byte("100644 a\x00"+id+"100644 a.b\x00"+id+"40000 a\x00"+id)), "x")
	fsys, err := r.FS(c)
	must(t, err)
	_, err = fsys.Open("a")
	wantKey(t, err, "history.damaged-object")
}

// FuzzTree holds that any bytes are either refused or a tree whose entries,
// written again, are those bytes.
func FuzzTree(f *testing.F) {
	for _, raw := range hostileTrees() {
		f.Add(raw)
	}
	f.Add([]byte("100644 a\x00" + strings.Repeat("\x01", 20) + "40000 b\x00" + strings.Repeat("\x02", 20)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var seen int
		c, err := newCursor(plumbing.ZeroHash, raw)
		for ; err == nil && c.name != nil; err = c.next() {
			seen += len(c.name) + len(c.hash) + 2
			if !bytes.Contains(raw, c.name) || bytes.IndexByte(c.name, '/') >= 0 {
				t.Fatalf("name %q", c.name)
			}
		}
		if err == nil && seen > len(raw) {
			t.Fatalf("%d bytes of entries in %d bytes", seen, len(raw))
		}
		if es, err := decodeTree(plumbing.ZeroHash, raw); err == nil && len(es)*23 > len(raw) {
			t.Fatalf("%d entries in %d bytes", len(es), len(raw))
		}
	})
}
