package site

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// dealPage is the page of one deal.
type dealPage struct {
	frame
	Deal         row
	Product      string
	Folder       string
	Way          []stop
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

func (s *site) dealPage(d *fold.Deal) dealPage {
	var next []Next
	if s.Missing != nil {
		next = s.Missing(d)
	}
	p := dealPage{
		frame: s.frame(s.files[d]), Deal: s.row(d, next), Folder: d.Dir, Findings: d.Findings, Missing: byRun(next),
		Way: way(d.Main), Campaigns: campaigns(d), Tenders: s.tenders(d), Supplies: runs(d, "supply"),
		Orders: s.orders(d), Receipts: s.receipts(d), Developments: runs(d, "development"), Days: s.timeline(d),
	}
	p.Title = p.Deal.Title
	if d.Header != nil {
		p.Product = d.Header.Product.S
	}
	return p
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
