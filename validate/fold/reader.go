package fold

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/source"
	"github.com/dealgate/dealgate/schema/value"
)

// reader reads one customer with its deals: everything that can refer to each
// other, and so the unit that is checked at once.
type reader struct {
	fsys   fs.FS
	c      *Company
	cu     *Customer
	files  int
	latest value.Day
	path   func(string) string // the copy of a path that is in memory already
}

func newReader(fsys fs.FS, c *Company, cu *Customer) *reader {
	return &reader{fsys: fsys, c: c, cu: cu, path: func(path string) string { return path }}
}

func (r *reader) read() error {
	if err := r.walk(r.cu.Dir, &r.cu.Findings, r.customerFile); err != nil {
		return err
	}
	if r.cu.Header == nil && !diag.Failed(r.cu.Findings) {
		r.cu.Findings = append(r.cu.Findings, missingHeader(r.cu.Dir+"/customer.yaml"))
	}
	for _, d := range r.cu.Deals {
		add := func(p Place) { r.dealFile(d, p) }
		if err := r.walk(d.Dir, &d.Findings, add); err != nil {
			return err
		}
		if d.Header == nil && !diag.Failed(d.Findings) {
			d.Findings = append(d.Findings, missingHeader(d.Dir+"/deal.yaml"))
		}
	}
	return nil
}

func missingHeader(path string) diag.Diagnostic {
	return diag.Diagnostic{Rule: "layout/missing-header", Span: diag.Span{File: path}, Args: diag.Args{"file": path}}
}

// walk visits every file below dir in the order of names and reports names
// and entries that may not be there.
func (r *reader) walk(dir string, findings *[]diag.Diagnostic, file func(Place)) error {
	entries, err := fs.ReadDir(r.fsys, dir)
	if finding := unlistable(dir, err); finding != nil {
		*findings = append(*findings, *finding)
		return nil
	}
	if err != nil {
		return err
	}
	*findings = append(*findings, badNames(dir, entries)...)
	for _, e := range entries {
		path := dir + "/" + e.Name()
		switch {
		case e.IsDir() && strings.Count(path, "/") > 8:
			*findings = append(*findings, diag.Diagnostic{Rule: "layout/too-deep", Span: diag.Span{File: path}})
		case e.IsDir():
			if err := r.walk(path, findings, file); err != nil {
				return err
			}
		case !e.Type().IsRegular(): // badNames has reported it
		default:
			p := Classify(r.path(path))
			*findings = append(*findings, source.PrivateText(path, []byte(e.Name()))...)
			if p.Kind == Unknown {
				*findings = append(*findings, misplaced(p))
				continue
			}
			file(p)
		}
	}
	return nil
}

// badNames reports links, names that differ only in case or in Unicode form,
// and names that some systems cannot store.
func badNames(dir string, entries []fs.DirEntry) []diag.Diagnostic {
	var out []diag.Diagnostic
	seen := map[string]string{}
	for _, e := range entries {
		name, span := e.Name(), diag.Span{File: dir + "/" + e.Name()}
		if e.Type()&fs.ModeSymlink != 0 {
			out = append(out, diag.Diagnostic{Rule: "layout/symlink", Span: span})
		} else if !e.IsDir() && !e.Type().IsRegular() {
			out = append(out, diag.Diagnostic{Rule: "layout/special-file", Span: span})
		}
		if !plain(name) {
			out = append(out, oddName(span, name)...)
		}
		key := strings.ToLower(norm.NFC.String(name))
		if first, twice := seen[key]; twice {
			out = append(out, diag.Diagnostic{Rule: "layout/colliding-name", Span: span, Args: diag.Args{"first": first, "name": name},
				Related: []diag.Related{{Span: diag.Span{File: dir + "/" + first}, Text: "layout.first"}}})
		}
		seen[key] = name
	}
	return out
}

func plain(name string) bool {
	for i := range len(name) {
		b := name[i]
		if b >= 0x80 || b < 0x20 || strings.IndexByte(`<>:"\|?*`, b) >= 0 {
			return false
		}
	}
	return name != "" && !strings.HasSuffix(name, ".") && !strings.HasSuffix(name, " ")
}

func oddName(span diag.Span, name string) []diag.Diagnostic {
	var out []diag.Diagnostic
	if !norm.NFC.IsNormalString(name) {
		out = append(out, diag.Diagnostic{Rule: "layout/not-nfc", Span: span})
	}
	if strings.ContainsFunc(name, unstorable) || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") {
		out = append(out, diag.Diagnostic{Rule: "layout/odd-name", Span: span, Args: diag.Args{"name": name}})
	}
	return out
}

func unstorable(c rune) bool {
	invisible := c < 0x20 || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c == 0xfffd
	return invisible || strings.ContainsRune(`<>:"\|?*`, c)
}

// misplaced says why a file may not lie where it lies.
func misplaced(p Place) diag.Diagnostic {
	d := diag.Diagnostic{Rule: p.Problem, Span: diag.Span{File: p.Path}, Args: diag.Args{"name": p.Path[strings.LastIndexByte(p.Path, '/')+1:]}}
	if p.Problem == "layout/bad-id" {
		return badID(p.Path, p.Near)
	}
	if p.Problem != "layout/unknown-step" {
		return d
	}
	if row := refusalOf(p); row != nil {
		return diag.Diagnostic{Rule: "step/refusal-never-lands", Span: d.Span, Row: row.ID, Clause: row.Clause, Args: diag.Args{"row": row.Term()}}
	}
	names := StepNames(p.Process)
	d.Args["near"] = cmp.Or(check.Similar(p.Near, names), "—")
	d.Args["steps"] = names
	return d
}

// Unnamed stands in the forms of the site where somebody writes a name of his
// own. It is no id, so that what keeps it never lands.
const Unnamed = "NAME"

// badID says why a name is no id.
func badID(path, name string) diag.Diagnostic {
	if strings.Contains(name, Unnamed) {
		return diag.Diagnostic{Rule: "layout/unnamed", Span: diag.Span{File: path}, Args: diag.Args{"name": name}}
	}
	return diag.Diagnostic{Rule: "layout/bad-id", Span: diag.Span{File: path}, Args: diag.Args{"name": name}}
}

// refusalOf finds the row of a refusal that somebody tries to record: what is
// refused never lands.
func refusalOf(p Place) *schema.Row {
	process := schema.Table().Process(p.Process)
	if process == nil {
		return nil
	}
	for _, row := range process.Rows {
		for _, word := range row.Refusal {
			if p.Near == word || strings.HasPrefix(p.Near, word+"-") {
				return row
			}
		}
	}
	return nil
}

// StepNames lists the steps that a folder of a process takes.
func StepNames(process string) []string {
	var names []string
	for _, s := range schema.AllSteps().Of(process) {
		names = append(names, s.Name)
	}
	return append(names, schema.CorrectionName)
}

func (r *reader) customerFile(p Place) {
	if p.Kind == EvidenceFile {
		r.cu.Evidence[strings.TrimPrefix(p.Path, p.Dir+"/evidence/")] = true
		return
	}
	body, ok := r.decode(p, &r.cu.Findings)
	if !ok {
		return
	}
	switch b := body.(type) {
	case *fact.CustomerHeader:
		r.cu.Header = b
	case fact.Body:
		r.cu.records = append(r.cu.records, r.newFact(p, b))
	}
}

func (r *reader) dealFile(d *Deal, p Place) {
	if p.Kind == EvidenceFile {
		d.Evidence[strings.TrimPrefix(p.Path, p.Dir+"/evidence/")] = true
		return
	}
	body, ok := r.decode(p, &d.Findings)
	if !ok {
		return
	}
	switch b := body.(type) {
	case *fact.DealHeader:
		d.Header = b
	case fact.Body:
		d.Records = append(d.Records, r.newFact(p, b))
	}
}

func (r *reader) decode(p Place, findings *[]diag.Diagnostic) (any, bool) {
	r.files++
	body, found := ReadFile(r.fsys, p, nil)
	labelled(r.c.Table, p, found)
	*findings = append(*findings, found...)
	return body, body != nil
}

func (r *reader) newFact(p Place, b fact.Body) *Fact {
	r.latest = max(r.latest, p.Date)
	f := nextFact()
	*f = Fact{Place: p, File: p.Path, Body: b, By: r.c.Roster.Person(b.Base().By.S)}
	return f
}

// rooms hold facts that are made several at a time, so that they lie side by
// side: what is allocated between them while files are read is soon gone.
var rooms = sync.Pool{New: func() any { return new([]Fact) }}

func nextFact() *Fact {
	room := rooms.Get().(*[]Fact)
	defer rooms.Put(room)
	if len(*room) == 0 {
		*room = make([]Fact, 32)
	}
	f := &(*room)[0]
	*room = (*room)[1:]
	return f
}

func (r *reader) fold() {
	r.customerFacts()
	for _, d := range r.cu.Deals {
		d.Currency = r.c.Policy.Currency.S
		if d.Header != nil && d.Header.Currency.S != "" {
			d.Currency = d.Header.Currency.S
		}
		d.Facts = r.correct(r.known(d.Records), &d.Findings)
		newEngine(r.c, d).run()
	}
}

// known leaves out what had not happened on the as-of date.
func (r *reader) known(records []*Fact) []*Fact {
	return slices.DeleteFunc(slices.Clone(records), func(f *Fact) bool { return f.Date > r.c.AsOf })
}

// customerFacts sorts the customer's own facts into releases and receipts.
func (r *reader) customerFacts() {
	for _, f := range r.correct(r.known(r.cu.records), &r.cu.Findings) {
		switch f.Body.(type) {
		case *fact.CustomerRelease:
			r.cu.Releases = append(r.cu.Releases, f)
		case *fact.Receipt:
			r.cu.Receipts = append(r.cu.Receipts, f)
		}
	}
}

// Records lists the customer's own fact files as they landed.
func (cu *Customer) Records() []*Fact { return cu.records }

// byDate orders facts as they are folded: by date, then by file name.
func byDate(facts []*Fact) {
	slices.SortStableFunc(facts, func(a, b *Fact) int {
		if a.Date != b.Date {
			return int(a.Date - b.Date)
		}
		if c := strings.Compare(a.name(), b.name()); c != 0 {
			return c
		}
		return strings.Compare(a.Path, b.Path)
	})
}

func (f *Fact) name() string { return f.Path[strings.LastIndexByte(f.Path, '/')+1:] }

// Name is the file name of the fact.
func (f *Fact) Name() string { return f.name() }

// Rel is the path of the fact within its deal or customer.
func (f *Fact) Rel() string { return strings.TrimPrefix(f.Path, f.Dir+"/") }
