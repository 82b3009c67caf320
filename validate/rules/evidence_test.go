package rules

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
)

const (
	aDeal     = "deals/2026/hengtai-harness/"
	aCustomer = "deals/customers/hengtai/"
	aLead     = "by: zhao-min\nsource: 展会\n"
	aPDF      = "%PDF-1.4\n%%EOF\n"
)

// evidenceTree is a tree in which nothing is wrong, and the given files. A file
// that begins with "/" lies in the deal's evidence folder.
func evidenceTree(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	put := func(name, content string) { fsys[name] = &fstest.MapFile{Data: []byte(content)} }
	put("deals/policy.yaml", "company: 华东线束\nrepository: huadong\nworkflow: 1\napprovals: none\n")
	put("deals/roster.yaml", "teams:\n  east: {name: 华东组, from: 2020-01-01}\npeople:\n  zhao-min:\n    name: 赵敏\n    roles: [{role: marketing, from: 2020-01-01}]\n")
	put(aCustomer+"customer.yaml", "name: 恒泰\n")
	put(aDeal+"deal.yaml", "customer: hengtai\ntitle: 线束\nproduct: 线束\n")
	put(aDeal+"2026-01-12-lead.yaml", aLead)
	for name, content := range files {
		if name[0] == '/' {
			name = aDeal + "evidence" + name
		}
		put(name, content)
	}
	return fsys
}

// leadNaming names evidence, in a line of its own for each.
func leadNaming(names ...string) string {
	return aLead + "evidence:\n  - " + strings.Join(names, "\n  - ") + "\n"
}

// judgeEvidence applies the rule alone to a tree.
func judgeEvidence(t *testing.T, fsys fs.FS) []diag.Diagnostic {
	t.Helper()
	c, err := validate.State(context.Background(), fsys, validate.Rules{State: []validate.StateRule{evidence}}, validate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Findings
}

// brief leaves the findings of the evidence rule, as "rule file:line:col".
func brief(t *testing.T, findings []diag.Diagnostic) []string {
	t.Helper()
	var out []string
	for _, d := range findings {
		if !strings.HasPrefix(d.Rule, "evidence/") && !strings.HasPrefix(d.Rule, "private/") || d.Rule == "evidence/required" {
			continue
		}
		spoken(t, d)
		file := strings.TrimPrefix(strings.TrimPrefix(d.File, aDeal), aCustomer)
		out = append(out, fmt.Sprintf("%s %s:%d:%d", d.Rule, file, d.Line, d.Col))
	}
	return out
}

// spoken wants a finding to be a whole sentence in every language.
func spoken(t *testing.T, d diag.Diagnostic) {
	t.Helper()
	for _, l := range catalogue.Langs {
		f := catalogue.Explain(l, d)
		for _, s := range []string{f.Title, f.Found, f.Expected, f.Fix} {
			if s == "" || strings.ContainsAny(s, "⟨{") {
				t.Errorf("%s in %s: %q", d.Rule, l, s)
			}
		}
	}
}

func digestOf(content string) string {
	h := sha256.Sum256([]byte(content))
	return "sha256:" + hex.EncodeToString(h[:])
}

func TestEvidence(t *testing.T) {
	const first = " 2026-01-12-lead.yaml:4:5"
	for name, tc := range map[string]struct {
		names []string          // that the lead gives
		files map[string]string // that are there
		want  []string
	}{
		"all is well": {
			names: []string{"a.pdf", "photos/b.JPG", "c.md", "合同 扫描.pdf"},
			files: map[string]string{"/a.pdf": aPDF, "/photos/b.JPG": "\xff\xd8\xff\xe0", "/c.md": "\ufeff# 会议纪要\n", "/合同 扫描.pdf": aPDF},
		},
		"missing": {names: []string{"a.pdf"}, want: []string{"evidence/missing" + first}},
		"one file named twice": {
			names: []string{"a.pdf", "a.pdf"},
			files: map[string]string{"/a.pdf": ""},
			want:  []string{"evidence/empty" + first, "evidence/empty 2026-01-12-lead.yaml:5:5"},
		},
		"outside": {
			names: []string{"/etc/passwd", "../../x.pdf", `a\b.pdf`, `C:x.pdf`, "https://example.com/x.pdf", "~/x.pdf"},
			want: []string{
				"evidence/outside" + first, "evidence/outside 2026-01-12-lead.yaml:5:5", "evidence/outside 2026-01-12-lead.yaml:6:5",
				"evidence/outside 2026-01-12-lead.yaml:7:5", "evidence/outside 2026-01-12-lead.yaml:8:5", "evidence/outside 2026-01-12-lead.yaml:9:5",
			},
		},
		"dots are no way out": {names: []string{"a..b.pdf"}, files: map[string]string{"/a..b.pdf": aPDF}},
		"empty":               {names: []string{"a.txt"}, files: map[string]string{"/a.txt": ""}, want: []string{"evidence/empty" + first}},
		"orphan":              {files: map[string]string{"/a.pdf": aPDF}, want: []string{"evidence/orphan evidence/a.pdf:0:0"}},
		"unknown type":        {names: []string{"a.exe"}, files: map[string]string{"/a.exe": "MZ"}, want: []string{"evidence/unknown-type" + first}},
		"HTML":                {names: []string{"a.html"}, files: map[string]string{"/a.html": "<p>"}, want: []string{"evidence/unknown-type" + first}},
		"no ending":           {names: []string{"scan"}, files: map[string]string{"/scan": aPDF}, want: []string{"evidence/unknown-type" + first}},
		"digest agrees": {
			names: []string{"a.pdf " + digestOf(aPDF), "b.md " + strings.ToUpper(digestOf("文"))[:7] + digestOf("文")[7:]},
			files: map[string]string{"/a.pdf": aPDF, "/b.md": "文"},
			want:  []string{"evidence/missing 2026-01-12-lead.yaml:5:5", "evidence/orphan evidence/b.md:0:0"}, // SHA256: is no prefix
		},
		"digest differs":   {names: []string{"a.pdf " + digestOf("x")}, files: map[string]string{"/a.pdf": aPDF}, want: []string{"evidence/digest" + first}},
		"digest cut short": {names: []string{"a.pdf sha256:12ab"}, files: map[string]string{"/a.pdf": aPDF}, want: []string{"evidence/digest" + first}},
		"digest of all, not of the beginning": {
			names: []string{"a.pdf " + digestOf("%PDF-"+strings.Repeat("x", 4000)+aPDF)},
			files: map[string]string{"/a.pdf": "%PDF-" + strings.Repeat("x", 4000) + aPDF},
		},
		"PDF cut off":      {names: []string{"a.pdf"}, files: map[string]string{"/a.pdf": "%PDF-"}, want: []string{"evidence/wrong-type" + first}},
		"PDF cut off long": {names: []string{"a.pdf"}, files: map[string]string{"/a.pdf": aPDF + strings.Repeat("x", 9000)}, want: []string{"evidence/wrong-type" + first}},
		"long PDF":         {names: []string{"a.pdf"}, files: map[string]string{"/a.pdf": "%PDF-" + strings.Repeat("x", 9000) + "%%EOF\n"}},
		"blank text":       {names: []string{"a.md"}, files: map[string]string{"/a.md": "\ufeff  \n\u3000\u200b"}, want: []string{"evidence/empty" + first}},
		"private numbers": {
			names: []string{"a.md", "b.csv"},
			files: map[string]string{"/a.md": "电话\n手机 13812345678\n", "/b.csv": "a,b\n", "/c.txt": "13812345678"},
			want: []string{
				"private/mobile evidence/a.md:2:4", "evidence/orphan evidence/c.txt:0:0", "private/mobile evidence/c.txt:1:1",
			},
		},
		"text too large": {
			names: []string{"a.csv"}, files: map[string]string{"/a.csv": strings.Repeat("x", maxText+1)},
			want: []string{"evidence/too-large" + first},
		},
		"large text that no fact names": {
			files: map[string]string{"/a.csv": strings.Repeat("x", maxText+1)},
			want:  []string{"evidence/orphan evidence/a.csv:0:0", "evidence/too-large evidence/a.csv:0:0"},
		},
		"an unnamed file is not judged further": {
			files: map[string]string{"/a.exe": "MZ", "/b.pdf": "", "/c.txt": "\xc4\xe3"},
			want:  []string{"evidence/orphan evidence/a.exe:0:0", "evidence/orphan evidence/b.pdf:0:0", "evidence/orphan evidence/c.txt:0:0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := evidenceTree(tc.files)
			if tc.names != nil {
				fsys[aDeal+"2026-01-12-lead.yaml"].Data = []byte(leadNaming(tc.names...))
			}
			if got := brief(t, judgeEvidence(t, fsys)); !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestEvidenceTypes(t *testing.T) {
	zip, old := "PK\x03\x04\x14\x00", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	good := map[string]string{
		"a.pdf": aPDF, "a.png": "\x89PNG\r\n\x1a\n", "a.jpg": "\xff\xd8\xff", "a.jpeg": "\xff\xd8\xff\xdb", "a.gif": "GIF89a",
		"a.webp": "RIFF\x00\x00\x00\x00WEBPVP8 ", "a.md": "# 纪要", "a.txt": "x", "a.csv": "a,b", "a.docx": zip, "a.xlsx": zip,
		"a.pptx": zip, "a.ofd": zip, "a.zip": zip, "a.doc": old, "a.XLS": old,
	}
	for _, ext := range extensions {
		if good["a"+ext] == "" && good["a"+strings.ToUpper(ext)] == "" {
			t.Errorf("%s has no good case", ext)
		}
	}
	for name, content := range good {
		fsys := evidenceTree(map[string]string{"/" + name: content, aDeal + "2026-01-12-lead.yaml": leadNaming(name)})
		if got := brief(t, judgeEvidence(t, fsys)); got != nil {
			t.Errorf("%s: %q", name, got)
		}
	}
	for name, tc := range map[string]struct {
		content string
		found   diag.Term
	}{
		"a.pdf":  {"PK\x03\x04", "evidence/type.zip"},
		"a.png":  {"\xff\xd8\xff", "evidence/type.jpeg"},
		"a.docx": {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "evidence/type.ole"},
		"a.doc":  {aPDF, "evidence/type.pdf"},
		"a.zip":  {"PK\x05\x06\x00\x00", "evidence/type.unknown"},
		"a.webp": {"RIFF\x00\x00\x00\x00WAVE", "evidence/type.unknown"},
		"a.gif":  {strings.Repeat("x", headSize-1) + "文", "evidence/type.text"},
		"a.jpg":  {"<html>", "evidence/type.text"},
		"a.csv":  {"\xb6\xa9\xb5\xa5", "evidence/type.unknown"}, // GBK
		"a.txt":  {"a\x00b", "evidence/type.unknown"},
		"a.md":   {"\x89PNG\r\n\x1a\n", "evidence/type.png"},
	} {
		fsys := evidenceTree(map[string]string{"/" + name: tc.content, aDeal + "2026-01-12-lead.yaml": leadNaming(name)})
		found := judgeEvidence(t, fsys)
		if got := brief(t, found); !slices.Equal(got, []string{"evidence/wrong-type 2026-01-12-lead.yaml:4:5"}) || found[0].Args["found"] != tc.found {
			t.Errorf("%s: %q %v", name, got, found)
		}
	}
}

func TestEvidenceSpelling(t *testing.T) {
	for name, tc := range map[string]struct {
		file       string
		hint, near string
	}{
		"Contract.PDF":                    {"contract.pdf", "case", "contract.pdf"},
		"cafe\u0301.pdf":                  {"café.pdf", "unicode", "café.pdf"},
		"contrcat.pdf":                    {"contract.pdf", "near", "contract.pdf"},
		"contract.jpg":                    {"contract.pdf", "near", "contract.pdf"},
		"evidence/contract.pdf":           {"contract.pdf", "below", "contract.pdf"},
		aDeal + "evidence/contract.pdf":   {"contract.pdf", "below", "contract.pdf"},
		"./contract.pdf":                  {"contract.pdf", "below", "contract.pdf"},
		"contract.pdf/":                   {"contract.pdf", "below", "contract.pdf"},
		"scan.pdf":                        {"photos/scan.pdf", "near", "photos/scan.pdf"},
		"something-quite-different.pdf":   {"contract.pdf", "add", ""},
		"photos":                          {"photos/scan.pdf", "add", ""},
		strings.Repeat("合", 100) + ".pdf": {"contract.pdf", "add", ""},
	} {
		fsys := evidenceTree(map[string]string{"/" + tc.file: aPDF, aDeal + "2026-01-12-lead.yaml": leadNaming(name)})
		found := judgeEvidence(t, fsys)
		brief(t, found)
		i := slices.IndexFunc(found, func(d diag.Diagnostic) bool { return d.Rule == "evidence/missing" })
		if i < 0 || found[i].Args["hint"] != diag.Term("evidence/hint."+tc.hint) || found[i].Args["near"] != tc.near {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// However many names are wrong, looking for what they mean stays bounded.
func TestEvidenceSpellingIsBounded(t *testing.T) {
	files := map[string]bool{}
	for i := range mostCompared / 2 {
		files[fmt.Sprintf("file-%06d.pdf", i)] = true
	}
	s := newSpelling(files)
	for i, want := range []diag.Term{"evidence/hint.near", "evidence/hint.near", "evidence/hint.add"} {
		if hint, _ := s.correct("fiel-000001.pdf"); hint != want {
			t.Errorf("comparison %d: %s", i, hint)
		}
	}
}

func TestEvidenceOfEveryField(t *testing.T) {
	fsys := evidenceTree(map[string]string{
		aDeal + "supply/1/2026-05-02-sample.yaml":     "by: zhao-min\ntest-report: report.pdf\nproduct-file: none.pdf\n",
		aDeal + "tender/1/2026-03-10-invitation.yaml": "by: zhao-min\nsent-to: [east]\ncustomer-information: [info.pdf]\n",
		aDeal + "2026-01-12-import.yaml":              "by: zhao-min\nstate: related\nreason: 在途\nreached:\n  - {row: TM-02, on: 2026-01-01, evidence: reached.pdf}\n",
		aCustomer + "receipts/2026-08-14-icbc-1.yaml": "by: zhao-min\npayer: 恒泰\ngross: 100\nkind: transfer\nevidence: [line.pdf]\n",
		aCustomer + "2026-08-01-release.yaml":         "by: zhao-min\nto: east\nreason: 到期\nevidence: [release.pdf]\n",
		aCustomer + "evidence/line.pdf":               aPDF,
		"/report.pdf":                                 aPDF,
	})
	want := []string{
		"evidence/missing 2026-01-12-import.yaml:5:44",
		"evidence/missing supply/1/2026-05-02-sample.yaml:3:15",
		"evidence/missing tender/1/2026-03-10-invitation.yaml:3:24",
		"evidence/missing 2026-08-01-release.yaml:4:12",
	}
	if got := brief(t, judgeEvidence(t, fsys)); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// What a correction takes back is not judged, but its evidence belongs there.
func TestEvidenceOfCorrections(t *testing.T) {
	fsys := evidenceTree(map[string]string{
		aDeal + "2026-01-12-lead.yaml":      leadNaming("void.pdf", "gone.pdf"),
		aDeal + "2026-01-13-correct.yaml":   "by: zhao-min\ncorrects: 2026-01-12-lead.yaml\naction: void\nreason: 重复\nevidence: [why.pdf]\n",
		aDeal + "2026-01-20-qualify.yaml":   "by: zhao-min\nverdict: worth-developing\nreason: 需求大\nevidence: [typo.pdf]\n",
		aDeal + "2026-01-21-correct-a.yaml": "by: zhao-min\ncorrects: 2026-01-20-qualify.yaml\naction: replace\nreason: 笔误\nwith:\n  evidence: [first.pdf]\n",
		aDeal + "2026-01-22-correct-b.yaml": "by: zhao-min\ncorrects: 2026-01-20-qualify.yaml\naction: replace\nreason: 笔误\nwith:\n  evidence: [second.pdf]\n",
		"/void.pdf":                         "not judged",
		"/first.pdf":                        "not judged",
	})
	want := []string{
		"evidence/missing 2026-01-13-correct.yaml:5:12",
		"evidence/missing 2026-01-22-correct-b.yaml:6:14",
	}
	if got := brief(t, judgeEvidence(t, fsys)); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// A file that cannot be read may name any evidence.
func TestEvidenceBesideAnUnreadableFact(t *testing.T) {
	fsys := evidenceTree(map[string]string{aDeal + "2026-01-20-qualify.yaml": "by: [", "/a.pdf": aPDF})
	if got := brief(t, judgeEvidence(t, fsys)); got != nil {
		t.Errorf("got %q", got)
	}
}

// A link is no evidence, wherever it leads.
func TestEvidenceIsNoLink(t *testing.T) {
	fsys := evidenceTree(map[string]string{"/a.pdf": aPDF, aDeal + "2026-01-12-lead.yaml": leadNaming("link.pdf")})
	fsys[aDeal+"evidence/link.pdf"] = &fstest.MapFile{Data: []byte("a.pdf"), Mode: fs.ModeSymlink}
	if got := brief(t, judgeEvidence(t, fsys)); !slices.Equal(got, []string{"evidence/missing 2026-01-12-lead.yaml:4:5"}) {
		t.Errorf("got %q", got)
	}
}
