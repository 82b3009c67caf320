package bonus

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Draft is what closes a period: all that is due by its last day, paid once.
type Draft struct {
	Month        value.Month
	By           string // who closes it, as the roster names him
	Commit       string // that the ledger was computed from
	Late         []string
	Lines        []Line
	Pays         []Pay
	Rolls        []Roll
	InputsDigest string // of every file that it rests on
	inputs       []string
}

// NewDraft closes a period with what two ledgers of the same facts say: one as
// of the end of the period before, one as of its own last day.
func NewDraft(then, now Ledger, month value.Month) Draft {
	d := Draft{Month: month, Pays: now.PayDay(), Rolls: RollForward(then, now), inputs: now.PayDayRests()}
	g := newGrounds(now.Company)
	for _, line := range now.Lines {
		if line.due() && line.Person != "" {
			d.Lines = append(d.Lines, line)
			for _, s := range g.all(line) {
				d.inputs = append(d.inputs, s.File)
			}
		}
	}
	slices.Sort(d.inputs)
	d.inputs = slices.Compact(d.inputs)
	return d
}

// Inputs lists the files that the draft's lines and its pay day rest on, each
// once, in order.
func (d Draft) Inputs() []string { return d.inputs }

// Until is the digest of the lines that bear a day or an earlier one: what a
// period says of those closed before it.
func (d Draft) Until(day value.Day, currency string) string {
	return fold.LinesDigest(slices.DeleteFunc(d.facts(currency), func(l fact.PayoutCloseLines) bool { return l.On.Day > day }))
}

// Body is the draft as the fact that closes the period says it.
func (d Draft) Body(currency string) (*fact.PayoutClose, error) {
	data, err := d.YAML(currency)
	if err != nil {
		return nil, err
	}
	body, findings := fold.Parse(fold.Classify(d.Path()), data)
	if len(findings) > 0 {
		return nil, fmt.Errorf("the draft of %s cannot be read back: %s: %v", d.Month, findings[0].Rule, findings[0].Args)
	}
	return body.(*fact.PayoutClose), nil
}

// Path is where the fact lies.
func (d Draft) Path() string { return fold.PayoutsDir + "/" + d.Month.String() + ".yaml" }

// YAML writes the draft as the fact that closes the period.
func (d Draft) YAML(currency string) ([]byte, error) {
	out := mapping(0,
		"by", scalar(d.By),
		"as-of", plainly(d.Month.Last().String()),
		"commit", scalar(d.Commit),
		"late", listed(d.Late),
		"lines", d.lines(currency),
		"totals", d.totals(currency),
		"roll-forward", d.rolls(currency),
		"lines-digest", scalar(fold.LinesDigest(d.facts(currency))),
		"inputs-digest", scalar(d.InputsDigest),
	)
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(out); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

func (d Draft) lines(currency string) *yaml.Node {
	list := sequence()
	for _, l := range d.Lines {
		list.Content = append(list.Content, mapping(yaml.FlowStyle,
			"payee", scalar(l.Person), "kind", scalar(string(l.Kind)), "clause", scalar(l.Key.Clause), "deal", scalar(dealID(l)),
			"fact", scalar(l.Key.Fact), "receipt", scalar(l.Key.Receipt), "on", plainly(l.On.String()),
			"basis", amount(l.Basis, l.Currency), "rate", scalar(l.Rate), "share", scalar(l.Share),
			"currency", scalar(unless(currency, l.Currency)), "amount", amount(l.Amount, l.Currency)))
	}
	return list
}

// facts are the lines as their digest covers them.
func (d Draft) facts(currency string) []fact.PayoutCloseLines {
	said := func(s string) value.Text { return value.Text{S: s} }
	written := func(d decimal.Decimal, currency string) value.Amount {
		return value.Amount{Decimal: d.Round(fold.MinorDigits(currency)), Set: true}
	}
	var out []fact.PayoutCloseLines
	for _, l := range d.Lines {
		out = append(out, fact.PayoutCloseLines{
			Payee: said(l.Person), Kind: said(string(l.Kind)), Clause: said(l.Key.Clause), Deal: said(dealID(l)),
			Fact: said(l.Key.Fact), Receipt: said(l.Key.Receipt), On: value.Date{Day: l.On},
			Basis: written(l.Basis, l.Currency), Rate: said(l.Rate), Share: said(l.Share),
			Currency: said(unless(currency, l.Currency)), Amount: written(l.Amount, l.Currency),
		})
	}
	return out
}

func (d Draft) totals(currency string) *yaml.Node {
	list := sequence()
	for _, p := range d.Pays {
		list.Content = append(list.Content, mapping(yaml.FlowStyle,
			"person", scalar(p.Person), "currency", scalar(unless(currency, p.Currency)),
			"bonus", amount(p.Bonus, p.Currency), "refunds", amount(p.Refunds, p.Currency),
			"carried-in", amount(p.CarriedIn, p.Currency), "deductions", amount(p.Deducted, p.Currency),
			"netted", amountIfAny(p.Netted, p.Currency), "pay", amount(p.Pay, p.Currency),
			"carried", amount(p.Carried, p.Currency), "carried-refunds", amountIfAny(p.CarriedRefunds, p.Currency)))
	}
	return list
}

func (d Draft) rolls(currency string) *yaml.Node {
	list := sequence()
	for _, r := range d.Rolls {
		list.Content = append(list.Content, mapping(yaml.FlowStyle,
			"kind", scalar(string(r.Kind)), "currency", scalar(unless(currency, r.Currency)),
			"opening", amount(r.Opening, r.Currency), "new", amount(r.New, r.Currency), "paid", amount(r.Paid, r.Currency),
			"forfeited", amount(r.Forfeited, r.Currency), "adjustments", amount(r.Adjustments, r.Currency),
			"closing", amount(r.Closing, r.Currency)))
	}
	return list
}

// dealID names the deal of a line, also of one that is no longer there.
func dealID(l Line) string {
	if l.Deal != nil {
		return l.Deal.ID
	}
	return fold.Classify(l.Key.Fact).Deal
}

// unless leaves out the company's own currency.
func unless(usual, currency string) string {
	if currency == usual {
		return ""
	}
	return currency
}

// mapping pairs names with values; what is empty is left out.
func mapping(style yaml.Style, pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: style}
	for i := 0; i+1 < len(pairs); i += 2 {
		v := pairs[i+1].(*yaml.Node)
		if v.Value == "" && len(v.Content) == 0 {
			continue
		}
		n.Content = append(n.Content, scalar(pairs[i].(string)), v)
	}
	return n
}

func sequence() *yaml.Node { return &yaml.Node{Kind: yaml.SequenceNode} }

func listed(all []string) *yaml.Node {
	list := sequence()
	for _, s := range all {
		list.Content = append(list.Content, scalar(s))
	}
	return list
}

func scalar(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// plainly writes what is neither text nor in need of quotes: a date, a number.
func plainly(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

func amount(d decimal.Decimal, currency string) *yaml.Node {
	return plainly(d.StringFixed(fold.MinorDigits(currency)))
}

// amountIfAny leaves out what is nothing.
func amountIfAny(d decimal.Decimal, currency string) *yaml.Node {
	if d.IsZero() {
		return plainly("")
	}
	return amount(d, currency)
}
