package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// fate is how far a deal comes.
type fate string

const (
	discarded fate = "discarded" // the lead is not worth it
	fruitless fate = "fruitless" // the campaigns miss their goal
	unmet     fate = "unmet"     // the needs cannot be met
	cancelled fate = "cancelled" // the team is late, its contract is cancelled
	dormant   fate = "dormant"   // suspended, then stopped
	voided    fate = "voided"    // the order comes to nothing
	bad       fate = "bad"       // the customer does not pay all of it
	paid      fate = "paid"
)

// deal writes the facts of one deal, day by day, and packs them into changes.
type deal struct {
	*company
	rng      *rand.Rand
	n        int // of all deals
	customer *customer
	product  product
	team     team
	fate     fate
	day      value.Day
	over     bool // the last day of the demo has passed
	paid     bool // an order was paid in full
	id, dir  string
	vars     []string // what fills the placeholders of its texts

	draft   draft
	agenda  []appointment
	changes []change

	needs  string    // the latest confirmed needs, as a path within the deal
	due    value.Day // of the supply agreement
	terms  int       // of payment: which of the ways
	order  *order
	seats  int            // of recipients at the customer, so that nobody gets too much
	copies map[string]int // of each kind of evidence
}

// appointment is something that happens on a later day.
type appointment struct {
	day value.Day
	do  func()
}

// newDeal fixes what is known of a deal before its first day.
func newDeal(c *company, n int, cu *customer, start value.Day, f fate) *deal {
	rng := rand.New(rand.NewPCG(c.seed, uint64(n)+1))
	d := &deal{
		company: c, rng: rng, n: n, customer: cu, fate: f, day: workday(start),
		product: words().Products[rng.IntN(len(words().Products))], team: c.teams[cu.team],
		seats: 3 * cu.deals, copies: map[string]int{},
	}
	d.id = fmt.Sprintf("%s-%s-%d", cu.id, d.product.Slug, cu.deals+1)
	d.dir = fmt.Sprintf("%s/%d/%s", fold.Root, d.day.Year(), d.id)
	cu.deals++
	d.terms = rng.IntN(len(paymentTerms))
	p := d.product
	d.vars = []string{
		"customer", cu.name, "short", cu.short, "city", cu.city.Name, "industry", cu.industry,
		"product", p.Name, "unit", p.Unit, "function", p.Function, "slug", p.Slug,
		"quantity", strconv.Itoa(p.Quantity), "yearly", strconv.Itoa(p.Quantity * (4 + rng.IntN(8))),
		"expected", strconv.Itoa(int(p.Price) * p.Quantity / 1_000_000 * (4 + rng.IntN(6))),
		"n", strconv.Itoa(3 + rng.IntN(9)), "months", strconv.Itoa(4 + rng.IntN(4)),
	}
	return d
}

// workday is the day itself, or the Monday after it.
func workday(day value.Day) value.Day {
	switch day.Time().Weekday() {
	case time.Saturday:
		return day + 2
	case time.Sunday:
		return day + 1
	}
	return day
}

// wait lets some days pass.
func (d *deal) wait(least, most int) { d.until(d.day + value.Day(least+d.rng.IntN(most-least+1))) }

// until moves on to a day and keeps the appointments before it.
func (d *deal) until(day value.Day) {
	for {
		next, ok := d.next()
		if !ok || next > day {
			break
		}
		i := slices.IndexFunc(d.agenda, func(a appointment) bool { return a.day == next })
		do := d.agenda[i].do
		d.agenda = slices.Delete(d.agenda, i, i+1)
		d.day = max(d.day, workday(next))
		do()
	}
	d.day = max(d.day, workday(day))
}

// next is the day of the next appointment.
func (d *deal) next() (value.Day, bool) {
	if len(d.agenda) == 0 {
		return 0, false
	}
	return slices.MinFunc(d.agenda, func(a, b appointment) int { return int(a.day - b.day) }).day, true
}

// later makes an appointment.
func (d *deal) later(day value.Day, do func()) { d.agenda = append(d.agenda, appointment{day, do}) }

// chance comes true so many times in a hundred.
func (d *deal) chance(percent int) bool { return d.rng.IntN(100) < percent }

// say chooses one of the texts of a kind.
func (d *deal) say(kind string) string {
	texts := words().Texts[kind]
	if len(texts) == 0 {
		panic("no texts of the kind " + kind)
	}
	return fill(texts[d.rng.IntN(len(texts))], d.vars...)
}

func (d *deal) one(of []person) person { return of[d.rng.IntN(len(of))] }

func (d *deal) member() person { return d.one(d.team.members) }

func (d *deal) of(role string) person { return d.one(d.byRole[role]) }

// proof makes an evidence file; its name tells files of one kind apart.
func (d *deal) proof(kind string, pairs ...string) proof {
	text, ok := words().Evidence[kind]
	if !ok {
		panic("no evidence of the kind " + kind)
	}
	d.copies[kind]++
	name := kind + ".md"
	if n := d.copies[kind]; n > 1 {
		name = fmt.Sprintf("%s-%d.md", kind, n)
	}
	vars := append([]string{"date", d.day.String(), "team", d.team.name}, pairs...)
	return proof{name, fill(text, append(vars, d.vars...)...)}
}

// fact records that something happened today. The folder is that within the
// deal, the name is the step with what follows it, and the fields follow each
// other as in the file. It returns the path within the deal.
func (d *deal) fact(folder, name string, by person, fields ...any) string {
	process := processes[strings.Split(folder, "/")[0]]
	step := schema.AllSteps().Get(process, name)
	if suffix := strings.Index(name, "+"); suffix > 0 {
		step = schema.AllSteps().Get(process, name[:suffix])
		name = strings.Replace(name, "+", "-", 1)
	}
	path := strings.TrimPrefix(fmt.Sprintf("%s/%s-%s.yaml", folder, d.day, name), "/")
	d.record(step, d.dir+"/"+path, by, fields)
	return path
}

// processes maps the first folder within a deal to the process of its steps.
var processes = map[string]string{
	"": "deal", "campaigns": "campaign", "tender": "tender", "supply": "supply",
	"orders": "order", "development": "development", "terms": "terms",
}

// record puts a fact with its evidence into the present change, or into a new
// one. After the last day nothing happens any more.
func (d *deal) record(step *schema.Step, path string, by person, fields row) {
	if d.day > lastDay {
		d.finish()
	}
	if d.over {
		return
	}
	if d.draft.full(step, d.day) {
		d.land()
	}
	d.draft.note(step, by, d.day)
	body := append(row{"by", by.id}, fields...)
	for i := 1; i < len(body); i += 2 {
		body[i] = d.attach(body[i])
	}
	d.add(path, document(body))
}

// attach adds the evidence that a field names, and returns the name.
func (d *deal) attach(field any) any {
	switch v := field.(type) {
	case proof:
		d.add(d.dir+"/evidence/"+v.name, []byte(v.text))
		return v.name
	case []proof:
		var names []string
		for _, p := range v {
			names = append(names, d.attach(p).(string))
		}
		return names
	}
	return field
}

func (d *deal) add(path string, data []byte) {
	d.draft.files = append(d.draft.files, file{path, data})
}

// land closes the present change on the day of its last fact.
func (d *deal) land() {
	if len(d.draft.steps) == 0 {
		return
	}
	title := fill(words().ShortTitle, d.vars...)
	d.changes = append(d.changes, change{
		author: d.draft.by, at: clockTime(d.draft.last, d.rng.IntN(9*60*60)),
		subject: d.draft.subject(title), files: d.draft.files,
	})
	d.draft = draft{}
}

// finish lands what is left, except bids that nobody may see yet.
func (d *deal) finish() {
	if !d.draft.secret {
		d.land()
	}
	d.draft, d.over = draft{}, true
}
