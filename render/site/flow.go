package site

import (
	"slices"
	"strings"
	"sync"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// Measures of a flow chart. The straight way stands in a column; what leaves it
// runs along lanes to the stages beside it, jumps along it on its left.
const (
	nodeWidth  = 250
	nodeHeight = 34
	nodeStep   = 56
	laneWidth  = 14
)

// edge leads from one stage to another.
type edge struct{ from, to string }

// flow draws a process from its table of rows.
type flow struct {
	figure
	process  *schema.Process
	column   []string       // the straight way
	beside   []string       // all other stages
	place    map[string]int // from the top
	passed   map[edge]bool
	reached  map[string]bool
	now      string
	ways     [2][]any    // all edges, those passed apart: few elements draw faster than many
	heads    [2][]string // their arrow heads
	left     int         // lanes used on the left
	mainX    int
	besideX  int
	farRight int // lanes used at the far right
}

// flowChart draws a process, with the way that a run took where one is given.
// The table beside it lists every row.
func flowChart(id string, p *schema.Process, run *fold.Instance) *figure {
	key := drawnWay{p, wayOf(run)}
	known, ok := drawnWays.Load(key)
	if !ok {
		known, _ = drawnWays.LoadOrStore(key, drawFlow(p, run))
	}
	f := known.(figure)
	f.ID, f.Table = id, flowTable(id+"-table", p, run)
	return &f
}

// drawnWays keeps the charts of processes: most runs take one of few ways.
var drawnWays sync.Map // drawnWay to figure

type drawnWay struct {
	process *schema.Process
	way     string
}

// wayOf tells apart what is drawn of runs.
func wayOf(run *fold.Instance) string {
	if run == nil {
		return ""
	}
	var steps []string
	at := schema.None
	for _, t := range run.Taken {
		steps = append(steps, at+">"+t.To)
		at = t.To
	}
	slices.Sort(steps)
	return strings.Join(slices.Compact(steps), " ") + " =" + run.State
}

func drawFlow(p *schema.Process, run *fold.Instance) figure {
	f := &flow{process: p, column: straightWay(p), place: map[string]int{}, passed: map[edge]bool{}, reached: map[string]bool{}}
	f.Title = phrase("site.flow.title", "process", p.Title)
	f.Desc = diag.Term("site.flow.desc")
	for _, s := range p.States {
		if !slices.Contains(f.column, s.Name) {
			f.beside = append(f.beside, s.Name)
		}
	}
	if run != nil {
		f.follow(run)
	}
	f.arrange()
	for _, e := range f.edges() {
		f.connect(e)
	}
	for i, passed := range []string{"", " passed"} {
		if len(f.ways[i]) > 0 {
			f.path("way-line"+passed, f.ways[i]...)
			f.Shapes = append(f.Shapes, shape{Kind: "path", Class: "arrow" + passed, D: strings.Join(f.heads[i], " ")})
		}
	}
	for _, s := range p.States {
		f.node(s)
		f.Steps = append(f.Steps, step{p.Term(s.Name), f.class(s.Name), f.next(s.Name)})
	}
	f.Alike = Digest(f.Shapes)
	return f.figure
}

// follow notes the way that a run took.
func (f *flow) follow(run *fold.Instance) {
	f.Desc = diag.Term("site.flow.desc-run")
	at := schema.None
	for _, t := range run.Taken {
		f.passed[edge{at, t.To}] = true
		f.reached[t.To] = true
		at = t.To
	}
	f.now = run.State
}

// arrange finds a place for each stage: those beside the straight way stand
// near the first stage that leads to them, one below the other.
func (f *flow) arrange() {
	for i, s := range f.column {
		f.place[s] = i * nodeStep
	}
	for i, s := range f.beside {
		at := 0
		for _, e := range f.edges() {
			if e.to == s && slices.Contains(f.column, e.from) {
				at = f.place[e.from] + nodeStep/2
				break
			}
		}
		for _, before := range f.beside[:i] {
			at = max(at, f.place[before]+nodeStep)
		}
		f.place[s] = at
	}
	bottom := 0
	for _, y := range f.place {
		bottom = max(bottom, y)
	}
	jumps := 0
	for _, e := range f.edges() {
		if f.jumps(e) {
			jumps++
		}
	}
	f.mainX = 16 + laneWidth*jumps
	f.besideX = f.mainX + nodeWidth + laneWidth*(2*len(f.beside)+2)
	f.Height = bottom + nodeHeight + 4
	f.Width = f.mainX + nodeWidth + 8
	if len(f.beside) > 0 {
		f.Width = f.besideX + nodeWidth + laneWidth*(f.across()+2)
	}
}

// edges lists what leads from stage to stage, each once, in the order of rows.
func (f *flow) edges() []edge {
	var out []edge
	for _, r := range f.process.Rows {
		for _, from := range r.From {
			e := edge{from, r.To}
			_, known := f.process.State(r.To)
			_, begins := f.process.State(from)
			if known && begins && from != r.To && !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// jumps reports whether an edge leads along the straight way, but not to the
// next stage.
func (f *flow) jumps(e edge) bool {
	from, to := slices.Index(f.column, e.from), slices.Index(f.column, e.to)
	return from >= 0 && to >= 0 && to != from+1
}

// across counts the edges between stages beside the straight way.
func (f *flow) across() int {
	n := 0
	for _, e := range f.edges() {
		if slices.Contains(f.beside, e.from) && slices.Contains(f.beside, e.to) {
			n++
		}
	}
	return n
}

func (f *flow) connect(e edge) {
	from, to := f.place[e.from]+nodeHeight/2, f.place[e.to]+nodeHeight/2
	right := f.mainX + nodeWidth
	outside, inside := slices.Index(f.beside, e.to), slices.Index(f.beside, e.from)
	switch {
	case outside >= 0 && inside >= 0:
		f.farRight++
		x := f.besideX + nodeWidth
		f.way(e, "M", x, from+5, "H", x+laneWidth*f.farRight+6, "V", to-5, "H", x+7)
		f.arrow(e, x, to-5, -1)
	case outside >= 0:
		lane := right + laneWidth*(2*outside+1)
		f.way(e, "M", right, from+5, "H", lane, "V", to, "H", f.besideX-7)
		f.arrow(e, f.besideX, to, 1)
	case inside >= 0:
		lane := right + laneWidth*(2*inside+2)
		f.way(e, "M", f.besideX, from+8, "H", lane, "V", to-6, "H", right+7)
		f.arrow(e, right, to-6, -1)
	case f.jumps(e):
		f.left++
		lane := f.mainX - laneWidth*f.left
		f.way(e, "M", f.mainX, from+6, "H", lane, "V", to-6, "H", f.mainX-7)
		f.arrow(e, f.mainX, to-6, 1)
	default:
		x := f.mainX + nodeWidth/2
		f.way(e, "M", x, f.place[e.from]+nodeHeight, "V", f.place[e.to]-7)
		f.head(e, triangle(x-5, f.place[e.to]-8, x+5, f.place[e.to]-8, x, f.place[e.to]))
	}
}

func (f *flow) way(e edge, steps ...any) {
	i := boolInt(f.passed[e])
	f.ways[i] = append(f.ways[i], steps...)
}

// arrow puts a head to the end of an edge that arrives from the side.
func (f *flow) arrow(e edge, x, y, dir int) {
	f.head(e, triangle(x-8*dir, y-5, x-8*dir, y+5, x, y))
}

func (f *flow) head(e edge, d string) {
	i := boolInt(f.passed[e])
	f.heads[i] = append(f.heads[i], d)
}

func (f *flow) node(s schema.State) {
	x, y, class, text := f.mainX, f.place[s.Name], "node", ""
	if slices.Contains(f.beside, s.Name) {
		x = f.besideX
	}
	if c := f.class(s.Name); c != "" {
		class += " " + c
	}
	if s.Name == f.now {
		text = "now"
	}
	f.Shapes = append(f.Shapes, shape{Kind: "box", Class: class, X: x, Y: y + 1, W: nodeWidth, H: nodeHeight - 2})
	f.text(shape{Class: text, X: x + nodeWidth/2, Y: y + 22, Say: f.process.Term(s.Name), Middle: true})
}

// class tells how a run stands to a stage.
func (f *flow) class(stage string) string {
	switch {
	case stage == f.now:
		return "now"
	case f.reached[stage]:
		return "passed"
	case f.now != "":
		return "ahead"
	}
	return ""
}

// next are the stages that a stage leads to.
func (f *flow) next(stage string) []diag.Term {
	var out []diag.Term
	for _, e := range f.edges() {
		if e.from == stage {
			out = append(out, f.process.Term(e.to))
		}
	}
	return out
}

// flowTable lists the rows of a process, and when a run took each.
func flowTable(id string, p *schema.Process, run *fold.Instance) *table {
	t := &table{ID: id, Caption: phrase("site.flow.title", "process", p.Title), Heads: []head{
		column("site.flow.row"), column("site.flow.name"), column("site.flow.from"), column("site.flow.to"),
	}}
	if run != nil {
		t.Heads = append(t.Heads, column("site.flow.taken"))
	}
	for _, r := range p.Rows {
		row := cells(say(r.ID), say(r.Title), say(stages(p, r.From)), say(stages(p, []string{r.To})))
		if run != nil {
			row.Cells = append(row.Cells, say(takenOn(run, r)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// stages says the names of stages; what is no stage is where a run begins, or
// returns to.
func stages(p *schema.Process, names []string) []diag.Term {
	var out []diag.Term
	for _, name := range names {
		if _, ok := p.State(name); ok {
			out = append(out, p.Term(name))
		} else {
			out = append(out, diag.Term("site.flow.to-"+name))
		}
	}
	return out
}

func takenOn(run *fold.Instance, r *schema.Row) []string {
	var days []string
	for _, t := range run.Taken {
		if t.Row == r {
			days = append(days, t.On.String())
		}
	}
	return days
}
