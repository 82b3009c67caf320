package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"golang.org/x/net/html"
)

// rendered renders a company into a folder beside it, and says where.
func rendered(b *testing.B, dir string) (out string) {
	b.Helper()
	out = dir + "-public"
	if code := run([]string{"render", dir, "--out", out}, io.Discard, os.Stderr); code != exitClean {
		b.Fatalf("render ends with %d", code)
	}
	return out
}

// BenchmarkRender renders the site in both languages and the bonus report: all
// of it, with its history in the cache, and again after one deal has changed,
// by a program that begins anew and by one that goes on as serve does.
func BenchmarkRender(b *testing.B) {
	dir := benchCompany(b)
	setGC(b)
	out := rendered(b, dir)
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			must(b, os.RemoveAll(out))
			b.StartTimer()
			rendered(b, dir)
		}
		b.ReportMetric(float64(len(pagesOf(b, out))), "pages")
	})
	file, original := oneFact(b, dir)
	defer func() { must(b, os.WriteFile(file, original, 0o644)) }()
	n := 0
	change := func() {
		n++
		must(b, os.WriteFile(file, fmt.Appendf(bytes.Clone(original), "note: %d\n", n), 0o644))
	}
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			change()
			rendered(b, dir)
		}
	})
	b.Run("serving", func(b *testing.B) {
		s, cmd := &session{dir: dir, out: out}, &cobra.Command{}
		cmd.Flags().String("lang", "", "")
		cmd.SetContext(b.Context())
		cmd.SetOut(io.Discard)
		must(b, s.again(cmd))
		rel, err := filepath.Rel(dir, file)
		must(b, err)
		for b.Loop() {
			change()
			s.changed = []string{filepath.ToSlash(rel)} // as the watch says
			must(b, s.again(cmd))
		}
	})
}

// oneFact is a file of the first deal.
func oneFact(b *testing.B, dir string) (string, []byte) {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "deals", "20*", "*", "*-lead.yaml"))
	if err != nil || len(files) == 0 {
		b.Fatal("the company has no lead", err)
	}
	data, err := os.ReadFile(files[0])
	must(b, err)
	return files[0], data
}

// pagesOf lists the pages of site and bonus report by their size.
func pagesOf(b *testing.B, out string) map[string]int {
	b.Helper()
	pages := map[string]int{}
	root := os.DirFS(out)
	must(b, fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".html") {
			var info fs.FileInfo
			if info, err = e.Info(); err == nil {
				pages[name] = int(info.Size())
			}
		}
		return err
	}))
	return pages
}

// BenchmarkHugo lets Hugo, whose program DEALGATE_BENCH_HUGO names, make as
// many pages of the same sizes, with the same texts and links, from Markdown.
func BenchmarkHugo(b *testing.B) {
	hugo := os.Getenv("DEALGATE_BENCH_HUGO")
	if hugo == "" {
		b.Skip("DEALGATE_BENCH_HUGO names no program")
	}
	dir := benchCompany(b)
	source, target := dir+"-hugo", dir+"-hugo-public"
	out := rendered(b, dir)
	if !isDir(source) {
		writeHugo(b, out, source)
	}
	for b.Loop() {
		b.StopTimer()
		must(b, os.RemoveAll(target))
		b.StartTimer()
		cmd := exec.CommandContext(b.Context(), hugo, "--quiet", "--source", source, "--destination", target)
		if said, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, said)
		}
	}
	b.ReportMetric(float64(len(pagesOf(b, target))), "pages")
}

const hugoConfig = `baseURL = "/"
uglyURLs = true
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404", "section", "home"]
`

const hugoLayout = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body><header><nav><ul>{{range .Site.Params.kinds}}<li><a href="{{.}}.html">{{.}}</a></li>{{end}}</ul></nav></header>
<main><h1>{{.Title}}</h1>{{.Content}}</main><footer>{{.File.Path}}</footer></body></html>
`

// writeHugo writes a site of Markdown for Hugo, one page for each of ours.
func writeHugo(b *testing.B, from, to string) {
	b.Helper()
	put(b, filepath.Join(to, "hugo.toml"), hugoConfig+"[params]\nkinds = [\"today\", \"pipeline\", \"customers\", \"people\", \"audit\"]\n")
	put(b, filepath.Join(to, "layouts", "_default", "single.html"), hugoLayout)
	for name, size := range pagesOf(b, from) {
		page, err := os.ReadFile(filepath.Join(from, name))
		must(b, err)
		put(b, filepath.Join(to, "content", strings.ReplaceAll(strings.TrimSuffix(name, ".html"), "index", "front")+".md"), markdownOf(name, page, size)) // an index would take all beside it for its own
	}
}

// markdownOf has the texts and links of a page, over and over until what comes
// out of it is as long as the page.
func markdownOf(name string, page []byte, size int) string {
	var parts []string
	tokens, href := html.NewTokenizer(bytes.NewReader(page)), ""
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		t := tokens.Token()
		switch {
		case kind == html.StartTagToken && t.Data == "a":
			for _, a := range t.Attr {
				if a.Key == "href" {
					href = a.Val
				}
			}
		case kind == html.EndTagToken && t.Data == "a":
			href = ""
		case kind == html.TextToken && strings.TrimSpace(t.Data) != "":
			text := strings.NewReplacer("[", "(", "]", ")", "<", "", "`", "", "*", "").Replace(strings.TrimSpace(t.Data))
			if href != "" {
				text = "[" + text + "](" + href + ")"
			}
			parts = append(parts, text)
		}
	}
	var md strings.Builder
	fmt.Fprintf(&md, "---\ntitle: %q\n---\n", name)
	for made := 600; made < size && len(parts) > 0; {
		for _, p := range parts {
			md.WriteString(p + "\n\n")
			if made += len(p) + len("<p></p>\n"); made >= size {
				break
			}
		}
	}
	return md.String()
}
