package bonus

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/validate/fold"
)

// writer writes for a terminal; it keeps its first error until it is flushed.
type writer struct {
	words
	out *bufio.Writer
}

func newWriter(out io.Writer, c *fold.Company, lang catalogue.Lang) *writer {
	return &writer{words{lang, c}, bufio.NewWriter(out)}
}

func (w *writer) line(s string) { _, _ = w.out.WriteString(s + "\n") }

func (w *writer) heading(s string) {
	w.line("")
	w.line(s)
}

// WriteDraft says what a draft pays to whom, and how what is owed has moved.
func WriteDraft(out io.Writer, d Draft, c *fold.Company, lang catalogue.Lang) error {
	w := newWriter(out, c, lang)
	w.pays(d.Pays)
	if len(d.Rolls) > 0 {
		w.rolls(d.Rolls)
	}
	w.line("")
	return w.out.Flush()
}

// payColumn is one figure in a row of pay.
type payColumn struct {
	key string // below close
	of  func(Pay) decimal.Decimal
}

// payColumns are what stands in a row of pay, in the order in which it adds up.
var payColumns = []payColumn{
	{"bonus", func(p Pay) decimal.Decimal { return p.Bonus }},
	{"refunds", func(p Pay) decimal.Decimal { return p.Refunds }},
	{"carried-in", func(p Pay) decimal.Decimal { return p.CarriedIn }},
	{"netted", func(p Pay) decimal.Decimal { return p.Netted }},
	{"deductions", func(p Pay) decimal.Decimal { return p.Deducted }},
	{"pay", func(p Pay) decimal.Decimal { return p.Pay }},
	{"carried", func(p Pay) decimal.Decimal { return p.Carried }},
}

// columnsOf are the columns of some pay: that of what cancels out stands only
// where something does.
func columnsOf(pays []Pay) []payColumn {
	if slices.ContainsFunc(pays, func(p Pay) bool { return !p.Netted.IsZero() }) {
		return payColumns
	}
	return slices.DeleteFunc(slices.Clone(payColumns), func(c payColumn) bool { return c.key == "netted" })
}

// pays shows what each person is paid, and the sum of each currency.
func (w *writer) pays(pays []Pay) {
	w.heading(w.text("close.people"))
	if len(pays) == 0 {
		w.line("  " + w.text("close.nobody"))
		return
	}
	g := &grid{right: []bool{false, false}}
	head := []string{w.text("close.person"), w.text("close.currency")}
	shown := columnsOf(pays)
	for _, c := range shown {
		head, g.right = append(head, w.text("close."+c.key)), append(g.right, true)
	}
	g.add(head...)
	for _, p := range pays {
		g.add(w.payRow(w.payee(p.Person, ""), p, shown)...)
	}
	for _, p := range paySums(pays) {
		g.add(w.payRow(w.text("close.all"), p, shown)...)
	}
	g.write(w.out)
}

func (w *writer) payRow(name string, p Pay, shown []payColumn) []string {
	row := []string{name, p.Currency}
	for _, c := range shown {
		row = append(row, w.digits(p.Currency, c.of(p)))
	}
	return row
}

// paySums adds pay up by currency, in the order of their codes.
func paySums(pays []Pay) []Pay {
	var out []Pay
	for _, p := range pays {
		i := slices.IndexFunc(out, func(s Pay) bool { return s.Currency == p.Currency })
		if i < 0 {
			i, out = len(out), append(out, Pay{Currency: p.Currency})
		}
		out[i] = out[i].Plus(p)
	}
	slices.SortFunc(out, func(a, b Pay) int { return strings.Compare(a.Currency, b.Currency) })
	return out
}

// rolls shows how what is owed has moved in the period.
func (w *writer) rolls(rolls []Roll) {
	w.heading(w.text("close.roll"))
	g := &grid{right: []bool{false, false, true, true, true, true, true, true}}
	head := []string{w.text("close.kind"), w.text("close.currency")}
	for _, key := range []string{"opening", "new", "paid", "forfeited", "adjustments", "closing"} {
		head = append(head, w.text("close."+key))
	}
	g.add(head...)
	for _, r := range rolls {
		row := []string{w.text("bonus.kind." + string(r.Kind)), r.Currency}
		for _, d := range []decimal.Decimal{r.Opening, r.New, r.Paid, r.Forfeited, r.Adjustments, r.Closing} {
			row = append(row, w.digits(r.Currency, d))
		}
		g.add(row...)
	}
	g.write(w.out)
}

// WriteText writes a ledger for a terminal: first what each person is paid,
// then every line, by payee.
func WriteText(out io.Writer, l Ledger, m Meta, lang catalogue.Lang) error {
	w := newWriter(out, l.Company, lang)
	w.title(l, m)
	if m.Exit != nil {
		w.exit(*m.Exit)
	}
	if l.filter.Deal == "" {
		w.pays(l.PayDay())
	}
	w.statements(l)
	w.excluded(l)
	w.line("")
	w.line(w.text("bonus.before-tax"))
	return w.out.Flush()
}

func (w *writer) title(l Ledger, m Meta) {
	name := w.text("bonus.name")
	if p := l.Company.Policy; p != nil {
		name += " · " + visible(p.Company.S)
	}
	w.line(name)
	parts := []string{w.text("bonus.as-of") + " " + m.AsOf.String()}
	if m.Commit != "" {
		parts = append(parts, w.text("bonus.commit")+" "+m.Commit[:min(len(m.Commit), 10)])
	}
	w.line(strings.Join(append(parts, w.text("bonus.digest")+" "+l.Digest()[:10]), " · "))
	for _, s := range w.chosen(l.filter) {
		w.line(s)
	}
}

// chosen says what of the ledger is shown.
func (w *words) chosen(f Filter) []string {
	var out []string
	if f.Person != "" {
		out = append(out, w.text("bonus.only.person", "name", w.payee(f.Person, ""), "id", f.Person))
	}
	if f.Deal != "" {
		out = append(out, w.text("bonus.only.deal", "id", f.Deal))
	}
	if f.Period != 0 {
		out = append(out, w.text("bonus.only.period", "period", f.Period.String()))
	}
	return out
}

// exit says what somebody who leaves gets, and what he loses by it.
func (w *writer) exit(e Exit) {
	w.heading(w.text("bonus.exit.title", "name", w.payee(e.Person, ""), "date", e.Date))
	g := &grid{right: []bool{false, true}}
	for _, part := range []struct {
		key  string
		sums []amountOf
	}{{"gets", e.Gets}, {"owes", e.Owes}, {"keeps", e.Keeps}, {"loses", e.Loses}, {"advances", e.Advances}} {
		for _, s := range part.sums {
			g.add(w.text("bonus.exit."+part.key), w.money(s.Currency, s.Amount))
		}
	}
	g.write(w.out)
}

// statements shows every line below its payee.
func (w *writer) statements(l Ledger) {
	if len(l.Lines) == 0 {
		w.heading(w.text("bonus.empty"))
	}
	lines := slices.Clone(l.Lines)
	slices.SortStableFunc(lines, teamsLast)
	for i := 0; i < len(lines); {
		first := lines[i]
		end := i
		for end < len(lines) && lines[end].Person == first.Person && lines[end].Team == first.Team {
			end++
		}
		name := w.payee(first.Person, first.Team)
		if id := first.Person + first.Team; id != "" && id != name {
			name += " (" + visible(id) + ")"
		}
		w.heading(name)
		g := &grid{right: []bool{false, false, false, false, true, false, false, false}}
		for _, line := range lines[i:end] {
			g.add(line.On.String(), w.text("bonus.state."+string(line.State)), w.short(line), dealID(line),
				w.digits(line.Currency, line.Amount), line.Currency, line.Key.ID(), w.why(line))
		}
		g.write(w.out)
		i = end
	}
}

// excluded names the deals that are in no figure above.
func (w *writer) excluded(l Ledger) {
	if len(l.Excluded) == 0 {
		return
	}
	w.heading(w.text("bonus.excluded"))
	for _, d := range l.Excluded {
		w.line("  " + visible(d.ID) + " · " + title(d))
	}
}

// why says why a line is in its state; of what is taken back, also what has
// changed.
func (w *words) why(l Line) string {
	why := w.reason(l)
	if l.State == ClawedBack && !l.Closed {
		why = strings.Join(append([]string{why}, w.notes(l)...), "; ")
	}
	return why
}

// teamsLast puts what is owed to people before what is owed to teams.
func teamsLast(a, b Line) int {
	switch {
	case a.Person != "" && b.Person == "":
		return -1
	case a.Person == "" && b.Person != "":
		return 1
	}
	return 0
}

// short says in a few words what a line is for.
func (w *words) short(l Line) string {
	kind, what := w.text("bonus.kind."+string(l.Kind)), w.what(l)
	switch {
	case what == kind:
		return kind
	case l.What == "bonus.receipt":
		return strings.TrimSuffix(kind+" · "+visible(l.Detail), " · ")
	}
	return kind + " · " + what
}
