package site

import (
	"bytes"
	"errors"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/dealgate/dealgate/render/markup"
)

// What is larger is named, but neither shown nor copied. A longer source of
// Markdown is no part of the page, but offered beside it.
const (
	maxMarkdown = 256 << 10
	maxSource   = 16 << 10
	maxEvidence = 8 << 20
)

// evidence is a file that proves a fact, as the part "evidence" shows it. Kind
// is markdown, image, pdf, file, large or missing.
type evidence struct {
	Name, Path string
	Kind       string
	HTML       template.HTML // of Markdown, sanitised
	Source     string        // of Markdown, as it is written; empty where it is a copy
	LeavesOut  bool          // the HTML does not say all that the source says
	File       string        // its copy, from the site's root; empty where there is none
	Size       int64
}

// Evidence shows a file below the evidence folder of a deal or customer. What
// is no Markdown is copied into the site under the digest of its content. Call
// it from Content.
func (m *Model) Evidence(dir, name string) evidence {
	e := evidence{Name: name, Path: dir + "/evidence/" + name}
	data, size, err := m.shelf.read(e.Path)
	e.Size = size
	if err != nil {
		e.Kind = "missing"
		if errors.Is(err, errLarge) {
			e.Kind = "large"
		}
		return e
	}
	if strings.EqualFold(path.Ext(name), ".md") && len(data) <= maxMarkdown && utf8.Valid(data) {
		e.Kind = "markdown"
		e.HTML, e.Source = markdown(data)
		e.LeavesOut = leavesOut(e.Source, e.HTML)
		if len(e.Source) > maxSource {
			e.Source, e.File = "", m.copied(dir, name, ".bin", data)
		}
		return e
	}
	kind, ext := sniff(data)
	e.Kind, e.File = kind, m.copied(dir, name, ext, data)
	return e
}

// copied puts a copy of a file into the site.
func (m *Model) copied(dir, name, ext string, data []byte) string {
	file := m.shelf.put("evidence/file"+ext, data)
	m.shelf.note(dir, name, file)
	return file
}

// signatures are how the files begin that a browser may show. What a file is
// called says nothing: an SVG or a page can carry scripts under any name, and
// is only offered for download, as what no browser runs.
var signatures = []struct{ begin, at8, kind, ext string }{
	{"\x89PNG\r\n\x1a\n", "", "image", ".png"},
	{"\xff\xd8\xff", "", "image", ".jpg"},
	{"GIF87a", "", "image", ".gif"},
	{"GIF89a", "", "image", ".gif"},
	{"RIFF", "WEBP", "image", ".webp"},
	{"%PDF-", "", "pdf", ".pdf"},
}

func sniff(data []byte) (kind, ext string) {
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.begin)) && (s.at8 == "" || (len(data) > 12 && string(data[8:12]) == s.at8)) {
			return s.kind, s.ext
		}
	}
	return "file", ".bin"
}

var errLarge = errors.New("the file is too large to show")

// shelf reads evidence and puts copies of it into the site, each once.
type shelf struct {
	files fs.FS
	write Write
	mu    sync.Mutex // guards what follows
	there map[string]bool
	first error

	copies map[string]map[string]string // folder, name, copy
}

func newShelf(files fs.FS, write Write) *shelf {
	return &shelf{files: files, write: write, there: map[string]bool{}, copies: map[string]map[string]string{}}
}

func (s *shelf) read(file string) ([]byte, int64, error) {
	if s.files == nil {
		return nil, 0, fs.ErrNotExist
	}
	info, err := fs.Stat(s.files, file)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxEvidence {
		return nil, info.Size(), errLarge
	}
	data, err := fs.ReadFile(s.files, file)
	return data, info.Size(), err
}

// put writes a copy and returns its path. What fails is told by err, when all
// pages are written.
func (s *shelf) put(name string, data []byte) string {
	name = digestName(name, data)
	s.mu.Lock()
	known := s.there[name]
	s.there[name] = true
	s.mu.Unlock()
	if known {
		return name
	}
	if err := s.write(name, data); err != nil {
		s.mu.Lock()
		s.first = errors.Join(s.first, err)
		s.mu.Unlock()
	}
	return name
}

// note remembers of which file a copy is.
func (s *shelf) note(dir, name, copy string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.copies[dir] == nil {
		s.copies[dir] = map[string]string{}
	}
	s.copies[dir][name] = copy
}

// keep leaves a copy in its place that the rendering before put there, and
// reports whether it still stands there.
func (s *shelf) keep(dir, name, copy string, stays func(...string) bool) bool {
	s.mu.Lock()
	there := s.there[copy] || stays(copy)
	s.there[copy] = there
	s.mu.Unlock()
	if there {
		s.note(dir, name, copy)
	}
	return there
}

func (s *shelf) err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first
}

// showMarkdown shows a text, and below it the file as it is written: unfolded
// where the text leaves something out.
func showMarkdown(w *markup.Writer, e evidence) {
	w.Tag(`<details class="evidence"><summary><code>`).Say(e.Name).Tag(`</code></summary><div class="markdown">`).Sanitised(e.HTML)
	if e.LeavesOut {
		w.Tag("\n<p><strong>").Term("site.evidence.leaves-out").Tag("</strong></p>")
	}
	switch {
	case e.Source == "":
		w.Tag("\n<p>").Term("site.evidence.source").Tag(" ")
		showDownload(w, e)
		w.Tag("</p>")
	case e.LeavesOut:
		w.Tag("\n<details open>")
		showSource(w, e)
	default:
		w.Tag("\n<details>")
		showSource(w, e)
	}
	w.Tag("</div></details>")
}

func showSource(w *markup.Writer, e evidence) {
	w.Tag("<summary>").Term("site.evidence.source").Tag("</summary><pre>\n").Text(e.Source).Tag("</pre></details>")
}

// showDownload offers the copy of a file under its own name.
func showDownload(w *markup.Writer, e evidence) {
	w.Tag(`<a class="evidence" href="`).Root(e.File).Tag(`" download="`).Say(e.Name).Tag(`"><code>`).Say(e.Name)
	w.Tag("</code> (").Term("site.evidence.file").Tag(")</a>")
}

// showEvidence shows a file of evidence, or offers or names it.
func showEvidence(w *markup.Writer, e evidence) {
	switch e.Kind {
	case "markdown":
		showMarkdown(w, e)
	case "image":
		w.Tag(`<figure class="evidence"><a href="`).Root(e.File).Tag(`"><img src="`).Root(e.File).Tag(`" alt="`).Say(phrase("site.evidence.image", "name", e.Name))
		w.Tag(`" loading="lazy"></a><figcaption><code>`).Say(e.Name).Tag("</code></figcaption></figure>")
	case "pdf":
		w.Tag(`<a class="evidence" href="`).Root(e.File).Tag(`"><code>`).Say(e.Name).Tag("</code> (").Term("site.evidence.pdf").Tag(")</a>")
	case "file":
		showDownload(w, e)
	default:
		w.Tag(`<span class="evidence"><code>`).Say(e.Name).Tag("</code>")
		if e.Kind == "large" {
			w.Tag(" (").Term("site.evidence.large").Tag(")")
		}
		w.Tag("</span>")
	}
}
