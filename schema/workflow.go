package schema

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// None is the stage of a process that has not begun.
const None = "none"

// Targets of a row that are no stage of their own.
const (
	Same = "same"   // stays in its stage
	Back = "back"   // returns to the stage before the last one
	Here = "import" // goes to the stage that an import names
)

// Workflow is one version of the workflow table.
type Workflow struct {
	Version   int
	Guards    map[string]*Guard
	Processes []*Process
	byName    map[string]*Process
}

// Guard is a prohibition that holds on every path.
type Guard struct {
	ID     string `yaml:"-"`
	Clause string
	Words  `yaml:",inline"`
}

// Process is one state machine of the workflow, or a folder of records only.
type Process struct {
	Name    string `yaml:"-"`
	Title   Words  `yaml:"name"`
	Clause  string
	Folder  string
	States  []State `yaml:"-"`
	Rows    []*Row
	Records []*Record
}

// State is a stage of a process.
type State struct {
	Name string
	End  bool
	Words
}

// Row leads from one stage to the next.
type Row struct {
	ID        string
	Process   *Process `yaml:"-"`
	From      []string
	To        string
	Step      string
	When      map[string]string
	Derived   bool
	Via       string
	Option    bool // beside the straight way
	Refusal   []string
	If        []string
	Needs     []string
	Guard     string
	Actor     []string
	Approval  []string
	Signature bool
	Evidence  int
	Reward    string
	Clause    string
	Title     Words `yaml:"name"`
	term      diag.Term
}

// Record is a fact that moves no stage.
type Record struct {
	Process  *Process `yaml:"-"`
	Step     string
	In       []string
	Needs    []string
	Guard    string
	Actor    []string
	Approval []string
	Evidence int
	Clause   string
}

// Term is the catalogue key of the row's name.
func (r *Row) Term() diag.Term { return r.term }

// Label is the id of the row, or of the guard that stands for it.
func (r *Record) Label() string {
	if r.Guard != "" {
		return r.Guard
	}
	return r.Process.Name + "/" + r.Step
}

// Process finds a process by name, nil when the table has none.
func (w *Workflow) Process(name string) *Process { return w.byName[name] }

// RowsOf returns the rows with an id, several where it has several arrows.
func (w *Workflow) RowsOf(id string) []*Row {
	var rows []*Row
	for _, p := range w.Processes {
		for _, r := range p.Rows {
			if r.ID == id {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// State finds a stage by name.
func (p *Process) State(name string) (State, bool) {
	i := slices.IndexFunc(p.States, func(s State) bool { return s.Name == name })
	if i < 0 {
		return State{}, false
	}
	return p.States[i], true
}

// Term is the catalogue key of a stage's name.
func (p *Process) Term(state string) diag.Term {
	if state == None {
		return "state.none"
	}
	return diag.Term("state." + p.Name + "." + state)
}

// Record finds the record of a step, nil when the step moves a stage.
func (p *Process) Record(step string) *Record {
	i := slices.IndexFunc(p.Records, func(r *Record) bool { return r.Step == step })
	if i < 0 {
		return nil
	}
	return p.Records[i]
}

// RowsFor returns the rows that a step can take, in the order of the table.
func (p *Process) RowsFor(step string) []*Row {
	var rows []*Row
	for _, r := range p.Rows {
		if r.Step == step && !r.Derived {
			rows = append(rows, r)
		}
	}
	return rows
}

// Has reports whether the process has the step, as row or record.
func (p *Process) Has(step string) bool {
	return p.Record(step) != nil || len(p.RowsFor(step)) > 0
}

var workflows = sync.OnceValue(func() map[int]*Workflow {
	all, err := readWorkflows()
	if err != nil {
		panic(err) // the tables are part of the program; a test reads them
	}
	for _, w := range all {
		w.name()
	}
	return all
})

// WorkflowVersion returns a version of the table, and whether there is one.
func WorkflowVersion(v int) (*Workflow, bool) { w, ok := workflows()[v]; return w, ok }

// LatestWorkflow is the highest version of the table.
const LatestWorkflow = 1

func readWorkflows() (map[int]*Workflow, error) {
	entries, err := tables.ReadDir("tables")
	if err != nil {
		return nil, err
	}
	all := map[int]*Workflow{}
	for _, e := range entries {
		version, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), ".yaml"), "workflow-")
		if !ok {
			continue
		}
		w, err := readWorkflow("tables/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		if strconv.Itoa(w.Version) != version {
			return nil, fmt.Errorf("%s says version %d", e.Name(), w.Version)
		}
		all[w.Version] = w
	}
	return all, nil
}

func readWorkflow(name string) (*Workflow, error) {
	data, err := tables.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Version   int
		Guards    map[string]*Guard
		Processes yaml.Node
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&doc); err != nil {
		return nil, err
	}
	w := &Workflow{Version: doc.Version, Guards: doc.Guards, byName: map[string]*Process{}}
	for id, g := range w.Guards {
		g.ID = id
	}
	err = eachPair(&doc.Processes, func(name string, n *yaml.Node) error {
		p, err := readProcess(name, n)
		if err != nil {
			return fmt.Errorf("process %s: %w", name, err)
		}
		w.Processes = append(w.Processes, p)
		w.byName[name] = p
		return nil
	})
	return w, err
}

func readProcess(name string, n *yaml.Node) (*Process, error) {
	p := &Process{Name: name}
	if err := n.Decode(p); err != nil {
		return nil, err
	}
	var states struct{ States yaml.Node }
	if err := n.Decode(&states); err != nil {
		return nil, err
	}
	err := eachPair(&states.States, func(name string, n *yaml.Node) error {
		var s struct {
			End   bool
			Words `yaml:",inline"`
		}
		err := n.Decode(&s)
		p.States = append(p.States, State{Name: name, End: s.End, Words: s.Words})
		return err
	})
	seen := map[string]int{}
	for _, r := range p.Rows {
		r.Process = p
		r.term = diag.Term("row." + r.ID)
		if n := seen[r.ID]; n > 0 { // a further arrow of the same id has its own name
			r.term += diag.Term("." + strconv.Itoa(n+1))
		}
		seen[r.ID]++
	}
	for _, r := range p.Records {
		r.Process = p
	}
	return p, err
}

// name enters the table's names into the catalogue.
func (w *Workflow) name() {
	for id, g := range w.Guards {
		catalogue.Add("guard."+id, g.EN, g.ZH)
	}
	for _, p := range w.Processes {
		catalogue.Add("process."+p.Name, p.Title.EN, p.Title.ZH)
		for _, s := range p.States {
			catalogue.Add("state."+p.Name+"."+s.Name, s.EN, s.ZH)
		}
		for _, r := range p.Rows {
			catalogue.Add(string(r.Term()), r.Title.EN, r.Title.ZH)
		}
	}
}

// Table is the latest version of the workflow. Reading it also enters all its
// names and those of the steps into the catalogue.
func Table() *Workflow {
	AllSteps()
	return workflows()[LatestWorkflow]
}
