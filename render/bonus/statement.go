package bonus

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
)

// statement is what one payee is told: what the next pay day pays, and every
// line, in groups by what became of it.
type statement struct {
	Person, Team string
	Anchor       string
	Pays         []Pay
	Totals       []Total
	Advances     []Exposure
	Groups       []group
	Count        int // lines in all
}

// group is the lines of a statement that are in one state.
type group struct {
	Name  string // of its words, below bonus.group
	Lines []Line
	Sums  []amountOf
}

// amountOf is an amount with its currency.
type amountOf struct {
	Currency string
	Amount   decimal.Decimal
}

// groups are the parts of a statement in the order in which they are read.
var groups = []struct {
	name string
	of   func(Line) bool
}{
	{"payable", func(l Line) bool { return !l.Closed && l.State == Payable }},
	{"clawed-back", func(l Line) bool { return l.State == ClawedBack }},
	{"waiting", func(l Line) bool { return l.State == Waiting }},
	{"paid", func(l Line) bool { return l.Closed && l.State != ClawedBack }},
	{"forfeited", func(l Line) bool { return l.State == Forfeited }},
	{"provisional", func(l Line) bool { return l.State == Provisional }},
}

// statements lists those of people by id, then those of teams.
func (l Ledger) statements() []statement {
	byPayee := map[string]*statement{}
	at := func(person, team string) *statement {
		id := payeeOf(person, team)
		if byPayee[id] == nil {
			byPayee[id] = &statement{Person: person, Team: team, Anchor: anchor(person, team)}
		}
		return byPayee[id]
	}
	lines, nothing := map[*statement][]Line{}, map[*statement][]Line{}
	listed := map[Key]bool{} // what is taken back says itself why
	for _, line := range l.Lines {
		s := at(line.Person, line.Team)
		lines[s] = append(lines[s], line)
		listed[line.Key] = true
	}
	for _, due := range l.dues {
		if earnsNothing(due) && !listed[due.Key] {
			s := at(due.Person, due.Team)
			nothing[s] = append(nothing[s], due)
		}
	}
	for _, p := range l.PayDay() {
		s := at(p.Person, "")
		s.Pays = append(s.Pays, p)
	}
	for _, x := range l.Exposures() {
		s := at(x.Person, "")
		s.Advances = append(s.Advances, x)
	}
	var out []statement
	for _, s := range byPayee {
		s.fill(lines[s])
		s.add("nothing", nothing[s])
		out = append(out, *s)
	}
	slices.SortFunc(out, peopleFirst)
	return out
}

func peopleFirst(a, b statement) int {
	switch {
	case a.Person != "" && b.Person == "":
		return -1
	case a.Person == "" && b.Person != "":
		return 1
	}
	return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Team, b.Team))
}

func (s *statement) fill(lines []Line) {
	s.Count, s.Totals = len(lines), Ledger{Lines: lines}.Totals()
	for _, g := range groups {
		s.add(g.name, filtered(lines, g.of))
	}
}

func (s *statement) add(name string, lines []Line) {
	if len(lines) > 0 {
		s.Groups = append(s.Groups, group{Name: name, Lines: lines, Sums: sums(lines)})
	}
}

// earnsNothing reports whether a due is of money received that earns nothing.
func earnsNothing(due Line) bool {
	return due.Kind == Commission && due.State != Provisional && due.Whole.IsZero()
}

func filtered(lines []Line, keep func(Line) bool) []Line {
	var out []Line
	for _, line := range lines {
		if keep(line) {
			out = append(out, line)
		}
	}
	return out
}

// sums adds lines up by currency, in the order of their currencies' codes.
func sums(lines []Line) []amountOf {
	var out []amountOf
	for _, line := range lines {
		i := slices.IndexFunc(out, func(a amountOf) bool { return a.Currency == line.Currency })
		if i < 0 {
			i, out = len(out), append(out, amountOf{Currency: line.Currency})
		}
		out[i].Amount = out[i].Amount.Add(line.Amount)
	}
	slices.SortFunc(out, func(a, b amountOf) int { return strings.Compare(a.Currency, b.Currency) })
	return out
}

// age is the number of days from one day to another, none where one is not
// known.
func age(since, until value.Day) int {
	if since == 0 || until < since {
		return 0
	}
	return int(until - since)
}

var plainID = regexp.MustCompile(schema.IDPattern)

// anchor names a payee in addresses. Whoever is not in the roster may bear any
// name.
func anchor(person, team string) string {
	kind, id := "person-", person
	if person == "" {
		kind, id = "team-", team
	}
	if !plainID.MatchString(id) {
		digest := sha256.Sum256([]byte(id))
		id = "_" + hex.EncodeToString(digest[:6])
	}
	return kind + id
}

// file is the page of a payee.
func (s statement) file() string {
	if s.Person != "" {
		return "people/" + strings.TrimPrefix(s.Anchor, "person-") + ".html"
	}
	return "teams/" + strings.TrimPrefix(s.Anchor, "team-") + ".html"
}
