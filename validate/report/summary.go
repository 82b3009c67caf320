package report

import (
	"cmp"
	"slices"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// Approvals says what became of the approvals that a change asks for, in the
// words of one language.
type Approvals struct {
	Of   func(dir string) (given, missing []string) // of a deal or another scope
	Asks func(path string) bool                     // whether a file asks for any
}

// Summarise says per changed deal what an approver decides about: the facts
// with their sums, rates and limits, the old and the new stage, whose approval
// counts. Where nobody has looked at reviews, approvals is nil, and what the
// facts ask for is missing.
func Summarise(ch *validate.Change, findings []diag.Diagnostic, l catalogue.Lang, approvals *Approvals) []Deal {
	var out []Deal
	for _, d := range changedDeals(ch) {
		deal := summarise(ch, d, findings, l)
		deal.decide(ch, d, teller{ch.Head, l, ch.Base}, approvals)
		out = append(out, deal)
	}
	return out
}

func changedDeals(ch *validate.Change) []*fold.Deal {
	var dirs []string
	for _, f := range ch.Files {
		if f.Place.Deal != "" && !slices.Contains(dirs, f.Place.Dir) {
			dirs = append(dirs, f.Place.Dir)
		}
	}
	var deals []*fold.Deal
	for _, dir := range dirs {
		if d := ch.Head.Deal(dir); d != nil {
			deals = append(deals, d)
		}
	}
	return deals
}

func summarise(ch *validate.Change, d *fold.Deal, findings []diag.Diagnostic, l catalogue.Lang) Deal {
	out := Deal{ID: d.ID, To: stage(d, l)}
	if d.Header != nil {
		out.Title = d.Header.Title.S
	}
	if d.Customer.Header != nil {
		out.Customer = d.Customer.Header.Name.S
	}
	if before := ch.Base.Deal(d.Dir); before != nil {
		out.From = stage(before, l)
	}
	for _, x := range findings {
		if x.Severity == diag.Error && len(x.File) > len(d.Dir) && x.File[:len(d.Dir)] == d.Dir {
			out.Errors++
		}
	}
	return out
}

// decide lists what the change decides in a deal: the facts that it adds, those
// that it makes ask for more, and what the deal is expected to bring.
func (out *Deal) decide(ch *validate.Change, d *fold.Deal, t teller, approvals *Approvals) {
	none := ch.Head.Policy != nil && ch.Head.Policy.Approvals.S == "none"
	out.Currency = d.Currency
	if d.Header != nil && d.Header.Expected.Set {
		out.Expected = money(d.Header.Expected.Decimal, d.Currency)
	}
	for _, f := range records(d) {
		roles := asked(ch.Head, d, f)
		asks := len(roles) > 0 && !none
		if approvals != nil {
			asks = approvals.Asks(f.Path)
		}
		if !touched(ch, f.Path) && (approvals == nil || !asks) {
			continue
		}
		one := t.decision(d, f)
		one.Asks = asks
		out.Decides = append(out.Decides, one)
		for _, role := range roles {
			if name := catalogue.Text(t.l, "role."+role, nil); !none && !slices.Contains(out.Missing, name) {
				out.Missing = append(out.Missing, name)
			}
		}
	}
	if approvals != nil {
		out.Given, out.Missing = approvals.Of(d.Dir)
		out.expects(ch, d, t, approvals)
	}
	slices.SortStableFunc(out.Decides, byWeight)
}

// records are the fact files of a deal, each as it counts where it does; the
// corrections stand among them by their day.
func records(d *fold.Deal) []*fold.Fact {
	all := slices.Clone(d.Records)
	for i, f := range all {
		if k := slices.IndexFunc(d.Facts, func(x *fold.Fact) bool { return x.Path == f.Path }); k >= 0 {
			all[i] = d.Facts[k]
		}
	}
	slices.SortStableFunc(all, func(a, b *fold.Fact) int { return cmp.Compare(a.Date, b.Date) })
	return all
}

// asked are the roles whose approval a fact asks for, by itself.
func asked(c *fold.Company, d *fold.Deal, f *fold.Fact) []string {
	if f.Step.Name == schema.CorrectionName {
		return []string{"department-manager"}
	}
	return c.Decide(d, f).Approval
}

// expects tells of another sum that the deal is expected to bring.
func (out *Deal) expects(ch *validate.Change, d *fold.Deal, t teller, approvals *Approvals) {
	header := d.Dir + "/deal.yaml"
	before := ch.Base.Deal(d.Dir)
	if before == nil || before.Header == nil || !approvals.Asks(header) {
		return
	}
	was := catalogue.Text(t.l, "report.part.absent", nil)
	if before.Header.Expected.Set {
		was = money(before.Header.Expected.Decimal, before.Currency)
	}
	now := orElse(out.Expected, catalogue.Text(t.l, "report.part.absent", nil))
	out.Decides = append(out.Decides, Decision{
		What: catalogue.Text(t.l, "approval.expected", nil), More: was + " → " + now, Asks: true,
	})
}

func stage(d *fold.Deal, l catalogue.Lang) string {
	return catalogue.Text(l, string(d.Main.Process.Term(d.Main.State)), nil)
}

func touched(ch *validate.Change, file string) bool {
	return slices.ContainsFunc(ch.Files, func(x validate.File) bool { return x.Path == file })
}
