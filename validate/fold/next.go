package fold

import (
	"path"
	"slices"
	"strconv"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// Next is one thing that may happen to a deal now: a fact that somebody can
// record, or a derived row that waits for something.
type Next struct {
	Instance *Instance
	Rows     []*schema.Row // the outcomes that the step offers; none for a record
	Record   *schema.Record
	Step     *schema.Step // nil for a derived row
	Option   bool         // beside the straight way
	Needs    []Need
	Evidence int
	Actor    []string
	Approval []string
}

// Need is one condition of a Next. Met is known for conditions of the deal;
// what depends on the fact is for its author to fill in.
type Need struct {
	Name   string
	Args   diag.Args
	Met    bool
	OfFact bool
}

// Ready reports whether the fact could be recorded now.
func (n Next) Ready() bool {
	return n.Step != nil && !slices.ContainsFunc(n.Needs, func(x Need) bool { return !x.Met && !x.OfFact })
}

// Next lists what may happen to a deal now, the straight way before options.
func (c *Company) Next(d *Deal) []Next {
	e := &engine{c: c, d: d, today: c.AsOf}
	var out []Next
	for _, i := range append([]*Instance{d.Main}, d.Instances...) {
		if i.Ended() || (i != d.Main && d.Main.Ended() && i.Process.Name != "payment") {
			continue
		}
		out = append(out, e.next(i)...)
	}
	out = append(out, e.beginnings()...)
	slices.SortStableFunc(out, func(a, b Next) int { return boolInt(a.Option) - boolInt(b.Option) })
	return out
}

// beginnings lists the runs that people may begin: a campaign where none was
// planned yet, an order where none came yet, and beside them further ones.
func (e *engine) beginnings() []Next {
	if e.d.Main.Ended() {
		return nil
	}
	var out []Next
	for _, process := range []string{"campaign", "order", "development"} {
		straight := len(e.d.Of(process)) == 0 && (process == "order" || process == "campaign" && e.d.Main.State == "potential")
		for _, n := range e.next(&Instance{Process: e.c.Table.Process(process), Name: e.d.NewInstanceName(process), State: schema.None}) {
			if n.Ready() {
				n.Option = !straight
				out = append(out, n)
			}
		}
	}
	return out
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (e *engine) next(i *Instance) []Next {
	var out []Next
	for _, r := range i.Process.Rows {
		if len(r.Refusal) > 0 || r.Via != "" || !e.reachable(i, r) {
			continue
		}
		if !r.Derived {
			if k := slices.IndexFunc(out, func(n Next) bool { return n.Step != nil && n.Step.Name == r.Step }); k >= 0 {
				out[k].Rows = append(out[k].Rows, r)
				continue
			}
		}
		n := e.describe(i, r)
		if n.Option && !n.Ready() || (r.Derived && !e.worthWaiting(i, r)) {
			continue
		}
		out = append(out, n)
	}
	return append(out, e.nextRecords(i)...)
}

// nextRecords lists the facts that move no stage but belong to this one, such
// as a bid while bids are open.
func (e *engine) nextRecords(i *Instance) []Next {
	var out []Next
	for _, rec := range i.Process.Records {
		if !slices.Contains(rec.In, i.State) == !e.sealed(rec, i) {
			continue
		}
		n := e.describe(i, &schema.Row{
			Process: rec.Process, Step: rec.Step, Needs: rec.Needs, Evidence: rec.Evidence, Actor: rec.Actor, Approval: rec.Approval,
		})
		n.Rows, n.Record, n.Option = nil, rec, true
		out = append(out, n)
	}
	return out
}

// sealed tells bids from other records: they stay outside the repository while
// they are open, and are recorded once the deadline has passed.
func (e *engine) sealed(rec *schema.Record, i *Instance) bool {
	return rec.Guard == "GD-04" && (i.State == "bidding" || i.State == "bids_closed")
}

// reachable also looks through the derived row that a step brings with it.
func (e *engine) reachable(i *Instance, r *schema.Row) bool {
	from := []string{i.State}
	for _, lead := range i.Process.Rows {
		if lead.Via != "" && slices.Contains(lead.From, i.State) {
			from = append(from, lead.To)
		}
	}
	if !slices.ContainsFunc(from, func(s string) bool { return slices.Contains(r.From, s) }) {
		return false
	}
	for _, name := range r.If {
		if cond, ok := dealConditions[name]; ok && cond(e.at(i, nil, r)) != nil {
			return false
		}
	}
	return true
}

// worthWaiting leaves out derived rows that only follow what happens elsewhere
// and would tell the reader nothing.
func (e *engine) worthWaiting(i *Instance, r *schema.Row) bool {
	if slices.Contains(r.Needs, "bids-due-passed") {
		return true
	}
	return i == e.d.Main && r.To != schema.Same && !slices.Contains(r.Needs, "no-open-opportunity")
}

func (e *engine) describe(i *Instance, r *schema.Row) Next {
	n := Next{Instance: i, Rows: []*schema.Row{r}, Option: r.Option, Evidence: r.Evidence, Actor: r.Actor, Approval: r.Approval}
	if !r.Derived {
		n.Step = schema.AllSteps().Get(stepProcess(i.Process.Name), r.Step)
	}
	x := e.at(i, nil, r)
	for _, name := range r.Needs {
		need := Need{Name: name, OfFact: true}
		if cond, ok := dealConditions[name]; ok {
			u := cond(x)
			need.OfFact, need.Met = false, u == nil || u.Warning
			if u != nil {
				need.Args = u.Args
			}
		}
		n.Needs = append(n.Needs, need)
	}
	return n
}

// stepProcess is the process under which a step of the table is declared: an
// order's payment shares the steps of its folder.
func stepProcess(process string) string {
	if process == "payment" {
		return "order"
	}
	return process
}

// Label is the id of the row, or what stands for it where the fact moves none.
func (n Next) Label() string {
	if len(n.Rows) > 0 {
		return n.Rows[0].ID
	}
	return n.Record.Label()
}

// Term is the catalogue key of what would happen.
func (n Next) Term() diag.Term {
	if len(n.Rows) > 0 {
		return n.Rows[0].Term()
	}
	return n.Step.Term()
}

// FilePath is where the fact of a Next would lie.
func (n Next) FilePath(d *Deal, day value.Day) string {
	if n.Step == nil {
		return ""
	}
	return d.factPath(n.Instance.Process.Folder, n.Instance.Name, n.Step, day)
}

// PathOf proposes where a fact would lie that nothing waits for: in the named
// run, else in the latest one that has not ended, else in a new one.
func (d *Deal) PathOf(step *schema.Step, run string, day value.Day) string {
	process := schema.Table().Process(stepTrack(step))
	if process == nil { // a correction lies where it can name every file
		return d.factPath("", "", step, day)
	}
	switch {
	case !folders[process.Folder].instances:
		run = ""
	case run == "":
		run = d.runFor(process.Name)
	}
	return d.factPath(process.Folder, run, step, day)
}

func (d *Deal) runFor(process string) string {
	runs := d.Of(process)
	for k := len(runs) - 1; k >= 0; k-- {
		if !runs[k].Ended() {
			return runs[k].Name
		}
	}
	return d.NewInstanceName(process)
}

// factPath numbers the second fact of a step and day.
func (d *Deal) factPath(folder, run string, step *schema.Step, day value.Day) string {
	base := path.Join(d.Dir, folder, run, day.String()+"-"+step.Name)
	name := base + ".yaml"
	taken := func(f *Fact) bool { return f.Path == name }
	for k := 2; slices.ContainsFunc(d.Records, taken); k++ {
		name = base + "-" + strconv.Itoa(k) + ".yaml"
	}
	return name
}

// NewInstanceName proposes a name for a run that has not begun.
func (d *Deal) NewInstanceName(process string) string {
	prefixes := map[string]string{"campaign": "campaign-", "order": "so-", "payment": "so-", "development": "opportunity-"}
	for k := len(d.Of(process)) + 1; ; k++ {
		if name := prefixes[process] + strconv.Itoa(k); d.Instance(process, name) == nil {
			return name
		}
	}
}
