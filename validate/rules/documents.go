package rules

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// uniqueDocuments wants the number of an invoice to be unique in the company,
// and that of a bill, unless the bill was dishonoured and came again.
var uniqueDocuments = validate.CompanyRule{
	IDs: []string{"invoice/number-twice", "receipt/bill-twice"},
	Check: func(c *fold.Company, report func(diag.Diagnostic)) {
		seen := map[string]*fold.Fact{}
		for _, cu := range c.Customers {
			refused := dishonoured(cu)
			for _, f := range slices.Concat(cu.Invoices(), cu.Receipts) {
				d := documentOf(f)
				if d == nil || refused[f.Name()] {
					continue
				}
				first := seen[d.key()]
				if first == nil {
					seen[d.key()] = f
				} else if d.rule != "invoice/number-twice" || path.Dir(first.Path) != path.Dir(f.Path) { // the order's own rule reports that
					report(d.twice(f, first.Path))
				}
			}
		}
	},
}

// dishonoured names the receipts of a customer whose bill was refused.
func dishonoured(cu *fold.Customer) map[string]bool {
	refused := map[string]bool{}
	for _, f := range cu.Receipts {
		if b := f.Body.(*fact.Receipt); b.Kind.S == "dishonour" {
			refused[b.Dishonours.S] = true
		}
	}
	return refused
}

// document is what a fact records that exists once in the world.
type document struct {
	rule   string
	number fact.Text
}

func documentOf(f *fold.Fact) *document {
	switch b := f.Body.(type) {
	case *fact.OrderInvoice:
		return &document{"invoice/number-twice", b.Number}
	case *fact.Receipt:
		if b.Bill.S != "" {
			return &document{"receipt/bill-twice", b.Bill}
		}
	}
	return nil
}

func (d *document) key() string { return d.rule + " " + nameKey(d.number) }

func (d *document) twice(f *fold.Fact, first string) diag.Diagnostic {
	return diag.Diagnostic{Rule: d.rule, Span: f.Span(d.number.At), Args: diag.Args{"number": d.number.S, "file": first},
		Related: []diag.Related{{Span: diag.Span{File: first}, Text: "layout.first"}}}
}

// newDocuments holds added invoices and bills against those of the customers
// that the change does not touch. Their files are searched for the numbers, and
// only those that mention one are read.
var newDocuments = validate.ChangeRule{ // reports what uniqueDocuments names
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		added := addedDocuments(ch)
		if len(added) == 0 {
			return
		}
		eachOther(ch, func(dir string, place fold.Place) {
			data, err := fs.ReadFile(ch.Tree, place.Path)
			if err != nil {
				return
			}
			text := plainText(string(data))
			for f, d := range added {
				if strings.Contains(text, nameKey(d.number)) && records(ch.Tree, dir, place, d) {
					report(d.twice(f, place.Path))
				}
			}
		})
	},
}

func addedDocuments(ch *validate.Change) map[*fold.Fact]*document {
	paths := map[string]bool{}
	for _, f := range ch.Files {
		paths[f.Path] = f.Verb == validate.Added
	}
	added := map[*fold.Fact]*document{}
	for _, cu := range ch.Head.Customers {
		for _, f := range slices.Concat(cu.Invoices(), cu.Receipts) {
			if d := documentOf(f); d != nil && paths[f.Path] {
				added[f] = d
			}
		}
	}
	return added
}

// eachOther visits the invoices and receipts of customers that are not loaded.
func eachOther(ch *validate.Change, visit func(dir string, place fold.Place)) {
	in := func(dir string) {
		entries, _ := fs.ReadDir(ch.Tree, dir)
		for _, e := range entries {
			place := fold.Classify(dir + "/" + e.Name())
			if place.Kind == fold.FactFile && (place.Step.ID() == "order.invoice" || place.Step.ID() == "receipt.receipt") {
				visit(dir, place)
			}
		}
	}
	eachCustomer(ch.Tree, func(dir string) {
		if ch.Head.Customer(path.Base(dir)) == nil {
			in(dir + "/receipts")
		}
	})
	for _, orders := range otherOrders(ch) {
		in(orders)
	}
}

// otherOrders lists the folders of orders whose deal is not loaded.
func otherOrders(ch *validate.Change) []string {
	deals, _ := fs.Glob(ch.Tree, fold.Root+"/[0-9][0-9][0-9][0-9]/*")
	var out []string
	for _, d := range deals {
		if ch.Head.Deal(d) == nil {
			orders, _ := fs.Glob(ch.Tree, d+"/orders/*")
			out = append(out, orders...)
		}
	}
	return out
}

// records reports whether a file really records a document, and no correction
// beside it says otherwise.
func records(tree fs.FS, dir string, place fold.Place, want *document) bool {
	body, _ := fold.ReadFile(tree, place, nil)
	b, ok := body.(fact.Body)
	if !ok {
		return false
	}
	d := documentOf(&fold.Fact{Place: place, Body: b})
	return d != nil && d.key() == want.key() && !spokenOf(tree, dir, place)
}

// spokenOf reports whether a correction or a dishonour in the same folder names
// a file: then only a check of the whole company tells what still counts.
func spokenOf(tree fs.FS, dir string, place fold.Place) bool {
	entries, _ := fs.ReadDir(tree, dir)
	for _, e := range entries {
		p := fold.Classify(dir + "/" + e.Name())
		if p.Kind != fold.FactFile || (p.Step.Name != schema.CorrectionName && p.Step.ID() != "receipt.receipt") {
			continue
		}
		if data, err := fs.ReadFile(tree, p.Path); err == nil && strings.Contains(string(data), path.Base(place.Path)) {
			return true
		}
	}
	return false
}
