package site

import (
	"bytes"
	"context"
	"encoding/gob"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// Place is where a site is written.
type Place struct {
	Write Write
	// Keep reports whether files stand there, all of them, as the rendering
	// before left them, and leaves them there. It may be nil.
	Keep func(paths ...string) bool
	// Done hears how many of the pages are there, from several goroutines. It may
	// be nil.
	Done func(done, total int)
}

// Kept is what a rendering leaves for the next one into the same place: what
// each page was made from, so that one that would be the same again is neither
// made nor written. It may be dropped at any time.
type Kept struct {
	pages  map[string]keptPage          // by file, below the tree of a language
	copies map[string]map[string]string // of evidence: folder, name, copy
	words  *vocabulary
}

// keptPage is one page in all languages. Key is the digest of everything that
// it was made from, empty where that cannot be told; Source is that of what its
// content is known to follow from, without making it.
type keptPage struct {
	Key    string
	Source string
	Docs   []doc     // in the search, by language
	Words  []wordSet // of the vocabulary, as langIndex has them
}

func newKept() *Kept {
	return &Kept{map[string]keptPage{}, map[string]map[string]string{}, newVocabulary()}
}

// keptForm is a Kept on its way to a file and back.
type keptForm struct {
	Pages  map[string]keptPage
	Copies map[string]map[string]string
	Words  []string
}

// Bytes turns what was kept into bytes, for ReadKept.
func (k *Kept) Bytes() []byte {
	var b bytes.Buffer
	if gob.NewEncoder(&b).Encode(keptForm{k.pages, k.copies, k.words.words}) != nil {
		return nil
	}
	return b.Bytes()
}

// ReadKept reads what Bytes wrote; nil where it is something else. The bytes
// must be known to be our own.
func ReadKept(data []byte) *Kept {
	var f keptForm
	if gob.NewDecoder(bytes.NewReader(data)).Decode(&f) != nil {
		return nil
	}
	k := &Kept{f.Pages, f.Copies, newVocabulary()}
	for _, w := range f.Words {
		k.words.id(w)
	}
	return k
}

// remake decides, page by page, what is made again.
type remake struct {
	before *Kept
	place  Place
	done   atomic.Int64
	mu     sync.Mutex // guards now
	now    *Kept
}

func newRemake(before *Kept, place Place) *remake {
	r := &remake{before: before, place: place, now: newKept()}
	if before == nil || place.Keep == nil {
		r.before = newKept()
	}
	r.now.words = r.before.words
	return r
}

// pages makes those that do not stand there already.
func (r *remake) pages(ctx context.Context, m *Model, tasks []task) error {
	return parallel(ctx, len(tasks), func(i int) error {
		defer r.count(len(m.planned))
		t := tasks[i]
		p := keptPage{Source: m.source(t)}
		if r.stays(m, t, p) {
			return nil
		}
		var content any
		if p.Key, content = m.key(t); r.stays(m, t, p) {
			return nil
		}
		if content == nil {
			content = t.page.content()
		}
		if t.doc >= 0 {
			p.Docs, p.Words = m.index.enter(t.doc)
		}
		r.keep(t.page.File, p)
		return m.write(t, content, r.place.Write)
	})
}

// count tells that one more page is there.
func (r *remake) count(total int) {
	done := int(r.done.Add(1))
	if r.place.Done != nil {
		r.place.Done(done, total)
	}
}

// write makes one page in every language.
func (m *Model) write(t task, content any, write Write) error {
	frame := m.frame(t)
	for _, l := range catalogue.Langs {
		data, err := execute(l, t.kind.name, view{frame, content})
		if err != nil {
			return err
		}
		if err := write(string(l)+"/"+t.page.File, data); err != nil {
			return err
		}
	}
	return nil
}

// key is the digest of everything that a page is made from: of what the
// program holds in memory where the page follows from one deal, of what its
// template is given elsewhere. Content is nil where it was not needed.
func (m *Model) key(t task) (key string, content any) {
	d := m.digester(t)
	if of := t.page.Of; of != nil {
		if own := m.dealKey(of); own != "" {
			d.add(own)
			return d.sum(), nil
		}
	}
	content = t.page.content()
	d.add(content)
	if t.page.Find != nil {
		d.add(t.page.Find())
	}
	return d.sum(), content
}

// source is the digest of what a page is known to follow from, empty where that
// is not known before its content is made.
func (m *Model) source(t task) string {
	if t.page.Source == nil {
		return ""
	}
	from := t.page.Source()
	if from == "" {
		return ""
	}
	d := m.digester(t)
	d.add(from)
	return d.sum()
}

// byRules is the source of pages that follow from the rules alone.
func (m *Model) byRules() string {
	if m.Rules == "" {
		return ""
	}
	return m.Rules + m.links
}

// digester begins the digest of a page with its frame. What all frames share has
// been taken once; the rest of a frame follows from the page and its kind.
func (m *Model) digester(t task) *digester {
	d := newDigester()
	d.add(m.alike, t.kind.name, t.page.File, t.page.Title, t.page.Above, t.page.Sub)
	if t.page.File == kinds[0].front {
		d.add(m.frame(t).Status)
	}
	return d
}

// dealKey is the digest of all that is told of a deal, empty where it is not
// known what lies in its folders.
func (m *Model) dealKey(of *Deal) string {
	if m.Key == nil {
		return ""
	}
	own := m.Key(of.Deal)
	if own == "" {
		return ""
	}
	d := newDigester()
	next, dues, claims := slices.Clone(of.Next), slices.Clone(of.Dues), slices.Clone(of.Claims)
	for i := range next {
		next[i].Template = nil // what it says follows from the deal and the plans
	}
	for i := range dues {
		dues[i].Deal = nil // this one
	}
	for i := range claims {
		claims[i].Deal = nil
	}
	d.add(own, m.links, m.Ref(nil, customerFile(of.Customer.ID)), of.Row, next, of.Past, of.Unproven, of.Keeper, dues, claims, of.Findings)
	return d.sum()
}

// linkable is the digest of all pages that those of a deal may link to, beside
// its own and that of its customer.
func linkable(files map[string]bool) string {
	d := newDigester()
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasPrefix(file, "deals/") && !strings.HasPrefix(file, "customers/") {
			d.add(file)
		}
	}
	return d.sum()
}

// stays reports whether a page stands there as it would be made, by its source
// or its key, and keeps it with the evidence that it shows.
func (r *remake) stays(m *Model, t task, now keptPage) bool {
	old, there := r.before.pages[t.page.File]
	same := now.Key != "" && old.Key == now.Key || now.Source != "" && old.Source == now.Source
	if !there || !same || len(old.Docs) != boolInt(t.doc >= 0)*len(catalogue.Langs) {
		return false
	}
	if of := t.page.Of; of != nil && !(r.copiesStay(m, of.Dir) && r.copiesStay(m, of.Customer.Dir)) {
		return false
	}
	var files []string
	for _, l := range catalogue.Langs {
		files = append(files, string(l)+"/"+t.page.File)
	}
	if !r.place.Keep(files...) {
		return false
	}
	if t.doc >= 0 {
		m.index.restore(t.doc, old)
	}
	old.Source = now.Source
	r.keep(t.page.File, old)
	return true
}

func (r *remake) copiesStay(m *Model, dir string) bool {
	for name, copy := range r.before.copies[dir] {
		if !m.shelf.keep(dir, name, copy, r.place.Keep) {
			return false
		}
	}
	return true
}

func (r *remake) keep(file string, p keptPage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.pages[file] = p
}
