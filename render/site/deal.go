package site

import (
	"github.com/dealgate/dealgate/schema/diag"
)

// dealPage is the page of one deal.
type dealPage struct {
	Deal         row
	Customer     Ref
	Team         Ref
	Product      string
	Folder       string
	Way          []stop
	Flow         *figure
	Missing      []missing
	Findings     []diag.Diagnostic
	Campaigns    []campaign
	Tenders      []tender
	Supplies     []run
	Orders       []order
	Receipts     []receipt
	Developments []run
	Days         []day
}

// missing is what may happen next in one run of a process.
type missing struct {
	Process  diag.Term
	Instance string
	Next     []Next
}

func dealPages(m *Model) []Page[dealPage] {
	pages := make([]Page[dealPage], len(m.Deals))
	for i, d := range m.Deals {
		pages[i] = Page[dealPage]{
			File: d.Row.File, Title: d.Row.Title, Sub: d.Row.Customer,
			Find:    func() []any { return m.dealWords(d) },
			Content: func() dealPage { return m.dealPage(d) },
		}
	}
	return pages
}

func (m *Model) dealPage(d *Deal) dealPage {
	p := dealPage{
		Deal: d.Row, Customer: m.Ref(d.Row.Customer, customerFile(d.Customer.ID)), Team: m.Ref(d.Row.Team, teamFile(d.Team)),
		Folder: d.Dir, Findings: d.Findings, Missing: byRun(d.Next), Way: way(d.Main), Flow: flowChart("flow", d.Main.Process, d.Main), Campaigns: campaigns(d.Deal),
		Tenders: m.tenders(d.Deal), Supplies: runs(d.Deal, "supply"), Orders: m.orders(d.Deal), Receipts: m.receipts(d.Deal),
		Developments: runs(d.Deal, "development"), Days: m.timeline(d.Deal),
	}
	p.Flow.Table = nil // the way with its dates stands beside it
	if d.Header != nil {
		p.Product = d.Header.Product.S
	}
	return p
}

// dealWords are what a deal is found by: who and what it is about, and what
// its facts say.
func (m *Model) dealWords(d *Deal) []any {
	words := []any{d.ID, d.Row.Customer, d.Customer.ID, d.Row.Team, d.Row.Stage}
	if d.Header != nil {
		words = append(words, d.Header.Product.S)
	}
	for _, f := range d.Records {
		words = append(words, f.Name(), m.actor(f), f.Body.Base().Note.S)
		words = appendTexts(words, fielder{m.Company, f.Step, d.Currency}.body(f.Body))
	}
	return words
}

// appendTexts adds what fields say; numbers and dates find nothing.
func appendTexts(words []any, fields []field) []any {
	keep := func(vs values) {
		for _, v := range vs {
			if s, ok := v.(string); ok {
				words = append(words, s)
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

// byRun groups what may happen by the run of the process, in the given order.
func byRun(next []Next) []missing {
	var out []missing
	at := map[[2]string]int{}
	for _, n := range next {
		key := [2]string{string(n.Process), n.Instance}
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, missing{Process: n.Process, Instance: n.Instance})
		}
		out[k].Next = append(out[k].Next, n)
	}
	return out
}
