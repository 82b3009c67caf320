package site

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

const png = "\x89PNG\r\n\x1a\n…"

// shown renders a deal whose lead is proven by the given file.
func shown(t *testing.T, name string, data []byte) (page, map[string][]byte) {
	t.Helper()
	all := fstest.MapFS{}
	in := model(t, func(files fstest.MapFS) {
		const dir = "deals/2026/hengtai-relay/"
		lead := files[dir+"2026-08-20-lead.yaml"]
		if lead == nil {
			t.Fatal("the company of testdata has no such lead")
		}
		files[dir+"2026-08-20-lead.yaml"] = &fstest.MapFile{Data: append(bytes.Clone(lead.Data), "evidence: ["+name+"]\n"...)}
		files[dir+"evidence/"+name] = &fstest.MapFile{Data: data}
		for k, f := range files {
			all[k] = f
		}
	})
	in.Files = all
	files := render(t, in)
	checkSite(t, files)
	return open(t, files, "zh-CN/deals/hengtai-relay.html"), files
}

func TestImagesAreKnownByWhatTheyContain(t *testing.T) {
	for begin, ext := range map[string]string{
		png: ".png", "\xff\xd8\xff\xe0": ".jpg", "GIF89a": ".gif", "RIFF\x00\x00\x00\x00WEBPVP8 ": ".webp",
	} {
		p, files := shown(t, "photo.dat", []byte(begin))
		img := p.all(".exhibits img")
		if len(img) != 1 || !strings.HasPrefix(attr(img[0], "src"), "../../evidence/file.") || !strings.HasSuffix(attr(img[0], "src"), ext) {
			t.Errorf("%q is not shown as %s", begin, ext)
			continue
		}
		if attr(img[0], "alt") != "证据：photo.dat" || files[strings.TrimPrefix(attr(img[0], "src"), "../../")] == nil {
			t.Errorf("the image %s lacks its name or copy", ext)
		}
	}
}

func TestWhatCanRunIsOnlyOffered(t *testing.T) {
	for name, data := range map[string]string{
		"drawing.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`,
		"photo.png":   `<svg onload="alert(1)"/>`,
		"page.html":   `<script>alert(1)</script>`,
	} {
		p, _ := shown(t, name, []byte(data))
		links := p.all(".exhibits a.evidence")
		if len(links) != 1 || attr(links[0], "download") != name || !strings.HasSuffix(attr(links[0], "href"), ".bin") {
			t.Errorf("%s is not merely offered", name)
		}
		if n := len(p.all(".exhibits img, .exhibits svg, main script")); n != 0 {
			t.Errorf("%s is shown", name)
		}
	}
	p, _ := shown(t, "contract.pdf", []byte("%PDF-1.7"))
	p.says(".exhibits a.evidence[href$='.pdf']", "contract.pdf", "PDF")
}

func TestMarkdownIsSanitised(t *testing.T) {
	p, _ := shown(t, "note.md", []byte(`# 记录

| a | b |
|---|---|
| *1* | **2** |

<script>alert(1)</script>

and <b onclick="x()">raw</b>

[bad](javascript:alert(1)) [data](data:text/html,x) [rel](../policy.yaml) [good](https://example.com/)

![remote](https://evil.example/x.png)

<svg onload=alert(1)>
`))
	p.says(".markdown", "1", "2", "bad", "good", "raw")
	for selector, want := range map[string]int{
		".markdown table": 1, ".markdown a": 1, ".markdown a[href='https://example.com/']": 1,
		".markdown script, .markdown img, .markdown b, .markdown svg, .markdown [onclick]": 0,
		".markdown h1": 0, ".markdown h2": 0, ".markdown h3": 1,
	} {
		if got := len(p.all(selector)); got != want {
			t.Errorf("%d of %s, want %d", got, selector, want)
		}
	}
}

func TestNothingInMarkdownVanishes(t *testing.T) {
	for name, c := range map[string]struct{ source, want string }{
		"block":     {"<div>\n另付回扣 5%\n</div>", "<pre><code>&lt;div&gt;\n另付回扣 5%\n&lt;/div&gt;</code></pre>"},
		"comment":   {"<!-- 另付回扣\n5% -->", "<pre><code>&lt;!-- 另付回扣\n5% --&gt;</code></pre>"},
		"inline":    {"a <span hidden>回扣</span>", "<code>&lt;span hidden&gt;</code>回扣<code>&lt;/span&gt;</code>"},
		"picture":   {`![报价](price.png "含 5%")`, "<code>![报价](price.png &#34;含 5%&#34;)</code>"},
		"link":      {"[图纸](drawing.pdf)", "图纸 <code>(drawing.pdf)</code>"},
		"title":     {`[a](https://example.com/ "回扣 5%")`, "</a> <code>&#34;回扣 5%&#34;</code>"},
		"headings":  {"# Title\n\n## Sub\n\n###### Deep", "<h3>Title</h3>\n<h4>Sub</h4>\n<h6>Deep</h6>"},
		"direction": {"价格 \u202e001", "价格 ⟨U+202E⟩001"},
		"lines":     {"a\r\nb", "<p>a\nb</p>"},
		"list":      {"3. **a**&amp;b\n4. *高*压", `<ol start="3">`},
	} {
		page, source := markdown([]byte(c.source))
		if !strings.Contains(string(page), c.want) {
			t.Errorf("%s: %q lacks %q", name, page, c.want)
		}
		if leavesOut(source, page) {
			t.Errorf("%s: %q is said to leave something out", name, page)
		}
	}
}

func TestWhatMarkdownLeavesOutIsShownAsWritten(t *testing.T) {
	for name, source := range map[string]string{
		"cell":      "| a |\n|---|\n| 1 | 另付回扣 5% |\n",
		"reference": "报价见附件\n\n[note]: https://example.com/ '另付回扣 5%'\n",
		"fence":     "``` 另付回扣 5%\nx\n```\n",
	} {
		p, _ := shown(t, "note.md", []byte(source))
		p.says(".markdown > p > strong", "未显示文件的全部内容")
		p.says(".markdown > details[open] pre", "另付回扣 5%")
		if name == "cell" && len(p.all(".markdown table")) != 1 {
			t.Error("the table is not shown")
		}
	}
	p, _ := shown(t, "note.md", []byte("# 报价\n\n1000 元\n"))
	if len(p.all(".markdown > details[open], .markdown > p > strong")) != 0 {
		t.Error("a plain text is said to leave something out")
	}
	p.says(".markdown > details pre", "# 报价")
	p, files := shown(t, "note.md", []byte(strings.Repeat("很长的记录。\n", 1000)))
	links := p.all(".markdown a[download='note.md']")
	if len(links) != 1 || files[strings.TrimPrefix(attr(links[0], "href"), "../../")] == nil {
		t.Error("the source of a long text is not offered")
	}
}

func TestEvidenceThatIsNotShown(t *testing.T) {
	p, files := shown(t, "huge.png", append([]byte(png), make([]byte, maxEvidence)...))
	p.says(".exhibits .evidence", "huge.png", "文件过大")
	for name := range files {
		if strings.HasPrefix(name, "evidence/") {
			t.Errorf("%s is copied", name)
		}
	}
	m := &Model{shelf: newShelf(fstest.MapFS{"deals/policy.yaml": {Data: []byte("x")}}, nil)}
	for _, name := range []string{"../../policy.yaml", "nothing.pdf", ""} {
		if e := m.Evidence("deals/2026/x", name); e.Kind != "missing" || e.File != "" {
			t.Errorf("%q is %s at %s", name, e.Kind, e.File)
		}
	}
}

func TestCopyThatFails(t *testing.T) {
	full := errors.New("disk full")
	s := newShelf(nil, func(string, []byte) error { return full })
	s.put("evidence/file.png", []byte(png))
	if !errors.Is(s.err(), full) {
		t.Errorf("the shelf says %v", s.err())
	}
}
