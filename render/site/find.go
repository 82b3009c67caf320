package site

import (
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// The search looks into the beginning of each text of evidence, and into so
// much of them for each deal, so that its index stays small.
const (
	foundInFile = 2 << 10
	foundInDeal = 8 << 10
)

// dealWords are what a deal is found by: who and what it is about, what its
// facts and the receipts for it say, what its orders come to, and its evidence.
func (m *Model) dealWords(d *Deal) []any {
	words := []any{d.ID, d.Row.Customer, d.Customer.ID, d.Row.Team, d.Row.Stage}
	if d.Header != nil {
		words = append(words, d.Header.Product.S)
	}
	said, facts := map[diag.Term]bool{}, m.recorded(d.Deal)
	for _, f := range facts {
		words = append(words, f.Name(), f.Instance, m.actor(f), f.Body.Base().Note.S)
		words = appendTexts(words, m.fieldsOf(d.Deal, f))
		if step := f.Step.Term(); !said[step] {
			said[step] = true
			words = append(words, step)
		}
	}
	for _, o := range d.Orders {
		words = append(words, money{o.TotalOn(m.AsOf), d.Currency}.digits())
	}
	for _, x := range d.Dues {
		words = append(words, x.Open.digits())
	}
	return append(words, m.evidenceWords(d, facts)...)
}

// appendTexts adds what fields say; small numbers and dates find nothing.
func appendTexts(words []any, fields []field) []any {
	keep := func(vs values) {
		for _, v := range vs {
			switch v := v.(type) {
			case string:
				words = append(words, v)
			case money:
				words = append(words, v.digits())
			}
		}
	}
	for _, f := range fields {
		keep(f.Values)
		words = appendTexts(words, f.Fields)
		if f.Table == nil {
			continue
		}
		for _, r := range f.Table.Rows {
			for _, c := range r.Cells {
				if vs, ok := c.Say.(values); ok {
					keep(vs)
				}
			}
		}
	}
	return words
}

// evidenceWords are the names of a deal's evidence and the texts in it, without
// what only proves something that is not published.
func (m *Model) evidenceWords(d *Deal, facts []*fold.Fact) []any {
	var words []any
	secret, known, room := m.secret(d), map[string]bool{}, foundInDeal
	add := func(dir, name string) {
		id := exhibitID(dir, name)
		if known[id] || secret[id] {
			return
		}
		known[id] = true
		text := m.beginning(dir+"/evidence/"+name, min(foundInFile, room))
		room -= len(text)
		words = append(words, name, text)
	}
	for _, f := range facts {
		for _, e := range f.Body.Base().Evidence {
			add(f.Dir, e.S)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Evidence)) {
		add(d.Dir, name)
	}
	return words
}

// beginning is so much of a text of evidence, in whole characters.
func (m *Model) beginning(file string, most int) string {
	if most == 0 || !strings.EqualFold(path.Ext(file), ".md") {
		return ""
	}
	data, _, err := m.shelf.read(file)
	if err != nil || !utf8.Valid(data) {
		return ""
	}
	if len(data) <= most {
		return string(data)
	}
	for !utf8.RuneStart(data[most]) {
		most--
	}
	return string(data[:most])
}

// customerWords are what a customer is found by, with the money that it paid.
func (m *Model) customerWords(cu *fold.Customer) []any {
	words := []any{cu.ID}
	if h := cu.Header; h != nil {
		words = append(words, h.Region.S, h.CreditCode.S, textsOf(h.Aliases))
	}
	for _, f := range cu.Receipts {
		w := fielder{m.Company, f.Step, ""} // of the words, none says a currency
		words = append(words, f.Name(), f.Body.Base().Note.S)
		words = appendTexts(words, m.published(f.Step.ID(), w.body(f.Body)))
	}
	return words
}
