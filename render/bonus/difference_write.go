package bonus

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// WriteDifferences writes for a terminal what a change does to whom.
func WriteDifferences(out io.Writer, c *fold.Company, all []Difference, lang catalogue.Lang) error {
	t := &tree{words: words{lang, c}, out: bufio.NewWriter(out)}
	if len(all) == 0 {
		t.line("", t.text("bonus.diff.none"))
		return t.out.Flush()
	}
	for _, g := range GainsOf(all) {
		t.line("", t.text("bonus.diff.person", "name", t.payee(g.Person, g.Team), "amount", t.signed(g.Currency, g.Amount), "payable", t.signed(g.Currency, g.Payable)))
		for _, d := range all {
			if d.Person == g.Person && d.Team == g.Team && d.Currency == g.Currency {
				t.difference(d)
			}
		}
	}
	t.line("", "")
	t.line("", t.text("bonus.before-tax"))
	return t.out.Flush()
}

func (t *tree) difference(d Difference) {
	parts := []string{t.signed(d.Currency, d.Gained), t.text("bonus.kind." + string(d.Kind))}
	if d.Deal != nil {
		parts = append(parts, title(d.Deal)+" ("+visible(d.Deal.ID)+")")
	}
	if d.Detail != "" {
		parts = append(parts, visible(d.Detail))
	}
	t.line("  ", strings.Join(parts, " · "))
	t.line("    ", t.moved(d))
	if d.IsInvalid != d.WasInvalid {
		key := "bonus.diff.invalid"
		if d.WasInvalid {
			key = "bonus.diff.mended"
		}
		t.line("    ", t.text(key))
	}
	t.line("    ", t.text("bonus.key", "id", d.Key.ID(), "key", d.Key.String()))
}

// moved says from which states to which an amount moves, and in which period
// it is paid.
func (w words) moved(d Difference) string {
	s := w.text("bonus.diff.moved", "from", w.standings(d.Currency, d.Was), "to", w.standings(d.Currency, d.Is))
	if d.PaidIn != 0 {
		s += w.text("bonus.diff.period", "month", d.PaidIn)
	}
	return s
}

func (w words) standings(currency string, all []Standing) string {
	var parts []string
	for _, s := range all {
		parts = append(parts, w.text("bonus.state."+string(s.State))+" "+w.money(currency, s.Amount))
	}
	if len(parts) == 0 {
		return w.text("bonus.nothing")
	}
	return strings.Join(parts, " + ")
}

// signed says an amount with its sign, also where it is gained.
func (w words) signed(currency string, d decimal.Decimal) string {
	if d.IsPositive() {
		return "+" + w.money(currency, d)
	}
	return w.money(currency, d)
}

// differenceJSON is the form of a difference for other programs.
type differenceJSON struct {
	Payee    string         `json:"payee"`
	Kind     Kind           `json:"kind"`
	Deal     string         `json:"deal,omitempty"`
	ID       string         `json:"id"`
	Clause   string         `json:"clause"`
	Fact     string         `json:"fact"`
	Receipt  string         `json:"receipt,omitempty"`
	Currency string         `json:"currency"`
	Gained   string         `json:"gained"`
	Period   string         `json:"period,omitempty"`
	Before   []standingJSON `json:"before"`
	After    []standingJSON `json:"after"`
}

type standingJSON struct {
	State  State  `json:"state"`
	Amount string `json:"amount"`
}

type gainJSON struct {
	Payee    string `json:"payee"`
	Currency string `json:"currency"`
	Gained   string `json:"gained"`
	Payable  string `json:"payable"`
}

// WriteDifferencesJSON writes the same for programs. Amounts are text, so that
// no reader rounds them.
func WriteDifferencesJSON(out io.Writer, base, head string, asOf value.Day, all []Difference) error {
	doc := struct {
		Version int              `json:"version"`
		Base    string           `json:"base"`
		Head    string           `json:"head"`
		AsOf    string           `json:"as-of"`
		Totals  []gainJSON       `json:"totals"`
		Changes []differenceJSON `json:"changes"`
	}{1, base, head, asOf.String(), []gainJSON{}, []differenceJSON{}}
	for _, g := range GainsOf(all) {
		doc.Totals = append(doc.Totals, gainJSON{payeeOf(g.Person, g.Team), g.Currency, plain(g.Amount, g.Currency), plain(g.Payable, g.Currency)})
	}
	for _, d := range all {
		one := differenceJSON{
			Payee: d.Key.Payee, Kind: d.Kind, ID: d.Key.ID(), Clause: d.Key.Clause, Fact: d.Key.Fact, Receipt: d.Key.Receipt,
			Currency: d.Currency, Gained: plain(d.Gained, d.Currency), Period: d.PaidIn.String(),
			Before: inJSON(d.Currency, d.Was), After: inJSON(d.Currency, d.Is),
		}
		if d.Deal != nil {
			one.Deal = d.Deal.ID
		}
		doc.Changes = append(doc.Changes, one)
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func inJSON(currency string, all []Standing) []standingJSON {
	out := []standingJSON{}
	for _, s := range all {
		out = append(out, standingJSON{s.State, plain(s.Amount, currency)})
	}
	return out
}
