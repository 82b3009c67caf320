package rules

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestEvidenceInGitLFS(t *testing.T) {
	pointer := func(content string) string {
		return fmt.Sprintf("version https://git-lfs.github.com/spec/v1\noid %s\nsize %d\n", digestOf(content), len(content))
	}
	object := func(content string) string {
		oid := strings.TrimPrefix(digestOf(content), "sha256:")
		return ".git/lfs/objects/" + oid[:2] + "/" + oid[2:4] + "/" + oid
	}
	const policy = "company: 华东线束\nrepository: huadong\nworkflow: 1\napprovals: none\nevidence:\n  lfs-pointer: accept\n"
	const first = " 2026-01-12-lead.yaml:4:5"
	long := strings.Repeat("x", maxText+1)
	for name, tc := range map[string]struct {
		evidence string
		files    map[string]string
		want     []string
	}{
		"no object": {"a.pdf", map[string]string{"/a.pdf": pointer(aPDF)}, []string{"evidence/lfs-pointer" + first}},
		"of text":   {"a.csv", map[string]string{"/a.csv": pointer("a,b")}, []string{"evidence/lfs-pointer" + first}},
		"object":    {"a.pdf " + digestOf(aPDF), map[string]string{"/a.pdf": pointer(aPDF), object(aPDF): aPDF}, nil},
		"object of another type": {
			"a.pdf", map[string]string{"/a.pdf": pointer("x"), object("x"): "x"}, []string{"evidence/wrong-type" + first},
		},
		"object of another size": {
			"a.pdf", map[string]string{"/a.pdf": pointer(aPDF), object(aPDF): aPDF + "x"}, []string{"evidence/lfs-pointer" + first},
		},
		"empty object": {"a.pdf", map[string]string{"/a.pdf": pointer(""), object(""): ""}, []string{"evidence/empty" + first}},
		"long text":    {"a.csv", map[string]string{"/a.csv": pointer(long), object(long): long}, []string{"evidence/too-large" + first}},
		"private number": {
			"a.csv", map[string]string{"/a.csv": pointer("13812345678"), object("13812345678"): "13812345678"},
			[]string{"private/mobile evidence/a.csv:1:1"},
		},
		"accepted":              {"a.pdf " + digestOf(aPDF), map[string]string{"/a.pdf": pointer(aPDF), "deals/policy.yaml": policy}, nil},
		"accepted, other bytes": {"a.pdf " + digestOf("x"), map[string]string{"/a.pdf": pointer(aPDF), "deals/policy.yaml": policy}, []string{"evidence/digest" + first}},
		"broken pointer": {
			"a.pdf", map[string]string{"/a.pdf": "version https://git-lfs.github.com/spec/v1\noid sha256:../..\n", "deals/policy.yaml": policy},
			[]string{"evidence/wrong-type" + first},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.files[aDeal+"2026-01-12-lead.yaml"] = leadNaming(tc.evidence)
			if got := brief(t, judgeEvidence(t, evidenceTree(tc.files))); !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

// sized claims a size for one file, and counts what is opened.
type sized struct {
	fstest.MapFS
	name   string
	size   int64
	fail   bool
	opened map[string]int
}

type sizedInfo struct {
	fs.FileInfo
	size int64
}

func (i sizedInfo) Size() int64 { return i.size }

func (s sized) Stat(name string) (fs.FileInfo, error) {
	info, err := s.MapFS.Stat(name)
	if name == s.name && s.size > 0 {
		info = sizedInfo{info, s.size}
	}
	return info, err
}

func (s sized) Open(name string) (fs.File, error) {
	s.opened[name]++
	if name == s.name && s.fail {
		return nil, fs.ErrPermission
	}
	return s.MapFS.Open(name)
}

func TestEvidenceIsNotReadInVain(t *testing.T) {
	tree := evidenceTree(map[string]string{"/a.pdf": aPDF, "/orphan.pdf": aPDF, aDeal + "2026-01-12-lead.yaml": leadNaming("a.pdf", "a.pdf")})
	for name, tc := range map[string]struct {
		sized
		want  []string
		times int
	}{
		"fine": {sized{MapFS: tree}, nil, 1},
		"too large": {
			sized{MapFS: tree, name: aDeal + "evidence/a.pdf", size: maxFile + 1},
			[]string{"evidence/too-large 2026-01-12-lead.yaml:4:5", "evidence/too-large 2026-01-12-lead.yaml:5:5"}, 0,
		},
		"unreadable": {
			sized{MapFS: tree, name: aDeal + "evidence/a.pdf", fail: true},
			[]string{"evidence/unreadable 2026-01-12-lead.yaml:4:5", "evidence/unreadable 2026-01-12-lead.yaml:5:5"}, 1,
		},
	} {
		tc.opened = map[string]int{}
		got := brief(t, judgeEvidence(t, tc.sized))
		want := append(tc.want, "evidence/orphan evidence/orphan.pdf:0:0")
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if n := tc.opened[aDeal+"evidence/a.pdf"]; n != tc.times {
			t.Errorf("%s: opened %d times", name, n)
		}
		if tc.opened[aDeal+"evidence/orphan.pdf"] != 0 {
			t.Errorf("%s: an unnamed file was opened", name)
		}
	}
}
