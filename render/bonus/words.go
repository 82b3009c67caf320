package bonus

import (
	"math/big"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/render/text"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// words says what stands in a ledger in one language.
type words struct {
	lang    catalogue.Lang
	company *fold.Company
}

// text is a text of the catalogue, its arguments given as name and value in
// turn.
func (w words) text(key string, pairs ...any) string {
	args := diag.Args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	return visible(catalogue.Text(w.lang, key, args))
}

// count is a text that has a form for one and a form for many.
func (w words) count(key string, n int) string {
	if n == 1 {
		return w.text(key + ".one")
	}
	return w.text(key+".many", "n", n)
}

// sentence fills a text of a line: its amounts are in the line's currency.
func (w words) sentence(l Line, key string, args diag.Args) string {
	return w.fill(l.Currency, key, args)
}

// step says one step of how an amount came about.
func (w words) step(s Step) string { return w.fill(s.Currency, s.Key, s.Args) }

// fill is a text of the catalogue whose amounts are in a currency.
func (w words) fill(currency, key string, args diag.Args) string {
	shown := diag.Args{}
	for name, v := range args {
		switch v := v.(type) {
		case decimal.Decimal:
			shown[name] = w.money(currency, v)
		case *big.Rat:
			shown[name] = w.exactly(currency, v)
		case payeeName:
			shown[name] = w.payee(v.person, v.team)
		case reasonOf:
			shown[name] = w.reason(v.Line)
		default:
			shown[name] = v
		}
	}
	return visible(catalogue.Text(w.lang, key, shown))
}

func (w words) reason(l Line) string { return w.sentence(l, l.Reason, l.Args) }

func (w words) notes(l Line) []string {
	out := make([]string, len(l.Notes))
	for i, n := range l.Notes {
		out[i] = w.sentence(l, n.Key, n.Args)
	}
	return out
}

func (w words) what(l Line) string { return w.text(string(l.What)) }

// payee is the name of a person, or of the team whose account it is.
func (w words) payee(person, team string) string {
	switch {
	case person == "" && team == "":
		return w.text("bonus.no-team")
	case person == "":
		return w.text("bonus.team", "name", w.company.Roster.TeamName(team))
	}
	if p := w.company.Roster.Person(person); p != nil {
		return visible(p.Name)
	}
	return visible(person)
}

// teamName is the name of a team, where all that is listed are teams.
func (w words) teamName(id string) string {
	if id == "" {
		return w.text("bonus.no-team")
	}
	return visible(w.company.Roster.TeamName(id))
}

// named is the name of a person, named in a record by id or name.
func (w words) named(ref string) string { return w.payee(personID(w.company, ref), "") }

// formula is how a line's amount follows from its basis, in one row of
// factors; nothing where the steps behind it say it better.
func (w words) formula(l Line) string {
	factors := []string{w.money(l.Currency, l.Whole)}
	if simple := !strings.Contains(l.Rate, "+") && !slices.ContainsFunc(l.Notes, limits); simple && l.Rate != "" {
		factors = []string{w.money(l.Currency, l.Basis), l.Rate}
		if l.Tax != "" {
			factors[0] += " ÷ (1 + " + l.Tax + ")"
		}
	}
	if l.Share != "1" && l.Share != "" {
		factors = append(factors, l.Share)
	}
	if l.Closed || len(factors) == 1 {
		return ""
	}
	return visible(strings.Join(factors, " × ") + " = " + w.money(l.Currency, l.Due))
}

// limits reports whether a note says that less than the formula gives is paid.
func limits(n Note) bool { return n.Key == "bonus.note.capped" }

// money says an amount with its currency.
func (w words) money(currency string, d decimal.Decimal) string {
	sign := ""
	if d.IsNegative() {
		sign, d = "-", d.Neg()
	}
	key := "bonus.money." + currency
	if !catalogue.Has(key) {
		key = "bonus.money.other"
	}
	return sign + w.text(key, "amount", text.Group(plain(d, currency)), "currency", currency)
}

// digits says an amount whose currency stands beside it, with thousands apart.
func (w words) digits(currency string, d decimal.Decimal) string {
	return text.Group(plain(d, currency))
}

// exactly says an exact amount with its currency, marked where it had to be
// rounded to be shown.
func (w words) exactly(currency string, r *big.Rat) string {
	rounded := fold.RoundRat(r, currency)
	if rounded.Rat().Cmp(r) == 0 {
		return w.money(currency, rounded)
	}
	return w.text("bonus.approx", "amount", w.money(currency, rounded))
}

// title is what a deal is called; a closed period may name one that is no
// longer there.
func title(d *fold.Deal) string {
	if d == nil {
		return ""
	}
	if d.Header == nil {
		return visible(d.ID)
	}
	return visible(d.Header.Title.S)
}

func customer(d *fold.Deal) string {
	if d == nil {
		return ""
	}
	if d.Customer.Header == nil {
		return visible(d.Customer.ID)
	}
	return visible(d.Customer.Header.Name.S)
}

// visible is a text from the repository as it may be shown, on one line.
func visible(s string) string { return text.OneLine(s) }

// plain writes an amount with the decimals of its currency.
func plain(d decimal.Decimal, currency string) string { return text.Amount(d, currency) }
