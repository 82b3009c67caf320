package main

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"
)

// stories is a company whose deals have been through nearly everything, so
// that a change of any file is a change of much that follows from it.
func stories(t testing.TB) tree {
	t.Helper()
	tr := tree{}
	for _, name := range []string{"company", "direct", "tendered"} {
		archive, err := txtar.ParseFile(filepath.Join("..", "..", "validate", "rules", "testdata", "stories", name+".txtar"))
		must(t, err)
		for _, f := range archive.Files {
			tr["deals/"+f.Name] = string(f.Data)
		}
	}
	for name, content := range maps.Clone(tr) {
		dir := strings.Join(strings.SplitN(name, "/", 4)[:min(3, strings.Count(name, "/"))], "/")
		for _, proof := range document.FindAllString(content, -1) {
			tr[dir+"/evidence/"+proof] = magic[path.Ext(proof)] + "\n"
		}
	}
	return tr
}

// document finds the names of evidence; magic is how such files begin.
var (
	document = regexp.MustCompile(`[a-z0-9-]+\.(pdf|md|jpg|png|csv)\b`)
	magic    = map[string]string{".pdf": "%PDF-1.4\n%%EOF", ".md": "# x", ".jpg": "\xff\xd8\xff\xe0", ".png": "\x89PNG\r\n\x1a\n", ".csv": "a,b"}
)

// odd are values that belong nowhere.
var odd = []string{
	"0", "-1", "1e400", "999999999999999", "0.000000000000001", "1/3", "100%", "0/0", "~", "[]", "{}", "''", "true", "2026-02-30", "1980-01-01", "2199-12-31",
	"2025-01-08-lead.yaml", "../x.yaml", "void", "replace", "\"\\u202e\"", "<b>", "恒泰", "|", ">", "&a", "*a", "!!str x", "x: y", "- z",
}

// mutation changes one file of a tree, or a name in it.
type mutation func(r *rapid.T, tr tree, name string)

func anyLine(r *rapid.T, lines []string) int {
	return rapid.IntRange(0, len(lines)-1).Draw(r, "line")
}

// onLines makes a mutation from a change of the lines of a file.
func onLines(do func(r *rapid.T, lines []string) []string) mutation {
	return func(r *rapid.T, tr tree, name string) {
		tr[name] = strings.Join(do(r, strings.SplitAfter(tr[name], "\n")), "")
	}
}

var mutations = map[string]mutation{
	"flip": func(r *rapid.T, tr tree, name string) {
		if b := []byte(tr[name]); len(b) > 0 {
			b[rapid.IntRange(0, len(b)-1).Draw(r, "at")] ^= rapid.Byte().Draw(r, "bits")
			tr[name] = string(b)
		}
	},
	"truncate": func(r *rapid.T, tr tree, name string) {
		tr[name] = tr[name][:rapid.IntRange(0, len(tr[name])).Draw(r, "length")]
	},
	"delete line": onLines(func(r *rapid.T, lines []string) []string {
		i := anyLine(r, lines)
		return slices.Delete(lines, i, i+1)
	}),
	"double line": onLines(func(r *rapid.T, lines []string) []string {
		i := anyLine(r, lines)
		return slices.Insert(lines, i, lines[i])
	}),
	"swap lines": onLines(func(r *rapid.T, lines []string) []string {
		i, k := anyLine(r, lines), anyLine(r, lines)
		lines[i], lines[k] = lines[k], lines[i]
		return lines
	}),
	"odd value": onLines(func(r *rapid.T, lines []string) []string {
		i := anyLine(r, lines)
		if key, _, ok := strings.Cut(lines[i], ": "); ok {
			lines[i] = key + ": " + rapid.SampledFrom(odd).Draw(r, "value") + "\n"
		}
		return lines
	}),
	"line of another": func(r *rapid.T, tr tree, name string) {
		other := strings.SplitAfter(tr[anyName(r, tr)], "\n")
		lines := strings.SplitAfter(tr[name], "\n")
		lines[anyLine(r, lines)] = other[anyLine(r, other)]
		tr[name] = strings.Join(lines, "")
	},
	"delete": func(_ *rapid.T, tr tree, name string) { delete(tr, name) },
	"content of another": func(r *rapid.T, tr tree, name string) {
		tr[name] = tr[anyName(r, tr)]
	},
	"other date": func(r *rapid.T, tr tree, name string) {
		if base := path.Base(name); len(base) > 10 {
			moved := path.Dir(name) + "/" + rapid.SampledFrom([]string{"2024-12-31", "2025-03-01", "2026-06-30", "2199-12-31", "2025-02-30"}).Draw(r, "date") + base[10:]
			tr[moved] = tr[name]
			delete(tr, name)
		}
	},
	"other folder": func(r *rapid.T, tr tree, name string) {
		tr[path.Dir(anyName(r, tr))+"/"+path.Base(name)] = tr[name]
	},
	"correct": func(r *rapid.T, tr tree, name string) {
		with := ""
		if rapid.Bool().Draw(r, "replace") {
			lines := strings.SplitAfter(tr[anyName(r, tr)], "\n")
			with = "with:\n  " + lines[anyLine(r, lines)]
		}
		action := rapid.SampledFrom([]string{"void", "replace"}).Draw(r, "action")
		tr[path.Dir(name)+"/2026-06-30-correct.yaml"] = "by: zhou-jianguo\ncorrects: " + path.Base(name) + "\nreason: x\naction: " + action + "\n" + with
	},
}

func anyName(r *rapid.T, tr tree) string {
	return rapid.SampledFrom(slices.Sorted(maps.Keys(tr))).Draw(r, "file")
}

// mutated returns a copy with a few random mutations.
func mutated(r *rapid.T, tr tree) tree {
	tr = maps.Clone(tr)
	for range rapid.IntRange(1, 3).Draw(r, "mutations") {
		kind := rapid.SampledFrom(slices.Sorted(maps.Keys(mutations))).Draw(r, "mutation")
		mutations[kind](r, tr, anyName(r, tr))
	}
	return tr
}

// lay writes what differs between two trees into a folder that holds the first.
func lay(t *testing.T, dir string, before, after tree) {
	for name := range before {
		if _, kept := after[name]; !kept {
			must(t, os.Remove(filepath.Join(dir, filepath.FromSlash(name))))
		}
	}
	for name, content := range after {
		if old, there := before[name]; !there || old != content {
			put(t, filepath.Join(dir, filepath.FromSlash(name)), content)
		}
	}
}

// Whatever happens to the files, every command ends as it should.
func TestRandomFiles(t *testing.T) {
	whole := stories(t)
	dir := whole.onDisk(t)
	t.Chdir(dir)
	few(t)
	rapid.Check(t, func(r *rapid.T) {
		tr := mutated(r, whole)
		lay(t, dir, whole, tr)
		defer lay(t, dir, tr, whole)
		lang := rapid.SampledFrom([]string{"en", "zh-CN"}).Draw(r, "lang")
		format := rapid.SampledFrom([]string{"text", "json", "github", "markdown"}).Draw(r, "format")
		said := dealgate(t, "validate", dir, "--lang", lang, "--format", format)
		if again := dealgate(t, "validate", dir, "--lang", lang, "--format", format); again != said {
			t.Error("the same files give other findings the second time")
		}
		dealgate(t, "status", rapid.SampledFrom([]string{"ruifeng-radar", "hengtai-harness"}).Draw(r, "deal"), "--lang", lang)
		if o := dealgate(t, "render", dir, "--lang", lang); o.code != exitFailed {
			wholePages(t, filepath.Join(dir, "public", "site"))
			wholePages(t, filepath.Join(dir, "public", "bonus"))
		}
		if t.Failed() {
			r.Fatal("files: ", differing(whole, tr))
		}
	})
}

// Whatever a change does to the files, it is judged.
func TestRandomChanges(t *testing.T) {
	whole := stories(t)
	g := newBare(t, t.TempDir())
	first := g.commit(whole)
	g.branch("main", first)
	few(t)
	rapid.Check(t, func(r *rapid.T) {
		base, head := first, mutated(r, whole)
		if rapid.Bool().Draw(r, "broken base") {
			base = g.commit(mutated(r, whole), first)
		}
		second := g.commit(head, first)
		for _, format := range []string{"text", "markdown"} {
			dealgate(t, "validate", g.git, "--base", base, "--head", second, "--format", format)
		}
		if t.Failed() {
			r.Fatal("files: ", differing(whole, head))
		}
	})
}

// few keeps a run short unless -rapid.checks asks for more.
func few(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		must(t, f.Value.Set("30"))
		t.Cleanup(func() { f.Value.Set(f.DefValue) })
	}
}

// What is wrong with the files is wrong with the change that brings it.
func TestNoChangeHidesAnything(t *testing.T) {
	whole := stories(t)
	dir, g := whole.onDisk(t), newBare(t, t.TempDir())
	first := g.commit(whole)
	const day = "2026-12-31"
	dealgate(t, "validate", dir, "--as-of", day).want(t, exitClean)
	few(t)
	rapid.Check(t, func(r *rapid.T) {
		tr := mutated(r, whole)
		tr[policyFile], tr[rosterFile] = whole[policyFile], whole[rosterFile] // the base's rules count
		lay(t, dir, whole, tr)
		defer lay(t, dir, tr, whole)
		state := dealgate(t, "validate", dir, "--as-of", day)
		change := dealgate(t, "validate", g.git, "--base", first, "--head", g.commit(tr, first), "--as-of", day)
		if state.code > change.code || t.Failed() {
			r.Fatalf("the files have findings, the change has none:\n%s%s%s", clipped(state.out), clipped(change.out), differing(whole, tr))
		}
	})
}

func differing(before, after tree) string {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] != after[name] {
			b.WriteString("\n-- " + name + " --\n" + clipped(after[name]))
		}
	}
	return b.String()
}
