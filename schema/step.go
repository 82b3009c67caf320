// Package schema holds what dealgate knows about the shape of its data: the
// kinds of facts and their fields, the workflow table, and the JSON Schemas.
// The data stands in tables/*.yaml; this package only reads it.
package schema

import (
	"cmp"
	"embed"
	"fmt"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

//go:embed tables/*.yaml
var tables embed.FS

// Words is a name or description in every language.
type Words struct {
	EN string `yaml:"en"`
	ZH string `yaml:"zh"`
}

// In returns the words in one language.
func (w Words) In(l catalogue.Lang) string {
	if l == catalogue.EN {
		return w.EN
	}
	return w.ZH
}

// Kind says what the value of a field is.
type Kind string

// The kinds of values. Object, List and Map have Fields of their own.
const (
	KindText       Kind = "text"
	KindWord       Kind = "word"
	KindEnum       Kind = "enum"
	KindPerson     Kind = "person"
	KindTeam       Kind = "team"
	KindRole       Kind = "role"
	KindCustomer   Kind = "customer"
	KindDeal       Kind = "deal"
	KindFact       Kind = "fact"
	KindEvidence   Kind = "evidence"
	KindDate       Kind = "date"
	KindMoney      Kind = "money"
	KindSigned     Kind = "signed-money" // may be negative
	KindMonth      Kind = "month"
	KindNumber     Kind = "number"
	KindInteger    Kind = "integer"
	KindFraction   Kind = "fraction"
	KindCurrency   Kind = "currency"
	KindCreditCode Kind = "credit-code"
	KindRange      Kind = "range"
	KindAny        Kind = "any"
	KindObject     Kind = "object"
	KindList       Kind = "list"
	KindMap        Kind = "map"
)

// Field is one key of a fact or registry.
type Field struct {
	Name     string
	Required bool
	Kind     Kind
	Many     bool // a list of Kind
	Enum     []string
	Default  *yaml.Node
	Fields   []Field
	Words    Words
	Most     int // entries of a list, MaxItems where it says nothing

	// Of a template only: a field that the usual case needs, when it is needed,
	// and the condition of a row that asks for it.
	Usual     bool
	Needed    Words
	NeededFor string
}

// Step is one kind of fact, or one registry when Process is empty.
type Step struct {
	Process string
	Name    string
	Title   Words
	Clause  string
	Fields  []Field
}

// ID names the step and its schema file: "campaign.plan", "policy".
func (s *Step) ID() string {
	if s.Process == "" {
		return s.Name
	}
	return s.Process + "." + s.Name
}

// Term is the catalogue key of the step's name.
func (s *Step) Term() diag.Term { return diag.Term("step." + s.ID()) }

// FieldTerm is the catalogue key of what a field means, by its dotted path.
func (s *Step) FieldTerm(path string) diag.Term {
	return diag.Term("field." + s.ID() + "." + path)
}

// Field finds a field by its dotted path, nil when there is none.
func (s *Step) Field(path string) *Field {
	fields := s.Fields
	var found *Field
	for name := range strings.SplitSeq(path, ".") {
		found = nil
		for i := range fields {
			if fields[i].Name == name {
				found = &fields[i]
				fields = found.Fields
				break
			}
		}
		if found == nil {
			return nil
		}
	}
	return found
}

// CorrectionName is the step that may stand in every process.
const CorrectionName = "correct"

// Steps is the whole table of facts and registries.
type Steps struct {
	ordered []*Step
	byID    map[string]*Step
	of      map[string][]*Step // by process
}

// All returns every step and registry in the order of the table.
func (s *Steps) All() []*Step { return s.ordered }

// Get finds a step of a process, or a registry when process is empty. The
// correction is a step of every process.
func (s *Steps) Get(process, name string) *Step {
	if name == CorrectionName {
		process = ""
	}
	if process != "" {
		name = process + "." + name
	}
	return s.byID[name]
}

// Of lists the steps of one process, in the order of the table.
func (s *Steps) Of(process string) []*Step { return s.of[process] }

// AllSteps returns the table of steps, read once.
var AllSteps = sync.OnceValue(func() *Steps {
	steps, err := readSteps()
	if err != nil {
		panic(err) // the table is part of the program; a test reads it
	}
	for _, s := range steps.ordered {
		catalogue.Add(string(s.Term()), s.Title.EN, s.Title.ZH)
		s.name("", s.Fields)
	}
	return steps
})

// name enters what the fields mean into the catalogue.
func (s *Step) name(parent string, fields []Field) {
	for _, f := range fields {
		path := parent + f.Name
		catalogue.Add(string(s.FieldTerm(path)), f.Words.EN, f.Words.ZH)
		s.name(path+".", f.Fields)
	}
}

func readSteps() (*Steps, error) {
	data, err := tables.ReadFile("tables/steps.yaml")
	if err != nil {
		return nil, err
	}
	var doc struct {
		Common     yaml.Node
		Correction yaml.Node
		Processes  yaml.Node
		Registries yaml.Node
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	common, err := readFields(&doc.Common)
	if err != nil {
		return nil, err
	}
	s := &Steps{byID: map[string]*Step{}, of: map[string][]*Step{}}
	err = eachPair(&doc.Registries, func(name string, n *yaml.Node) error {
		return s.add("", name, n, nil)
	})
	if err != nil {
		return nil, err
	}
	if err := s.add("", CorrectionName, &doc.Correction, common); err != nil {
		return nil, err
	}
	err = eachPair(&doc.Processes, func(process string, steps *yaml.Node) error {
		return eachPair(steps, func(name string, n *yaml.Node) error {
			return s.add(process, name, n, common)
		})
	})
	return s, err
}

func (s *Steps) add(process, name string, n *yaml.Node, common []Field) error {
	var head struct {
		Name   Words
		Clause string
		Fields yaml.Node
	}
	if err := n.Decode(&head); err != nil {
		return fmt.Errorf("step %s: %w", name, err)
	}
	fields, err := readFields(&head.Fields)
	if err != nil {
		return fmt.Errorf("step %s: %w", name, err)
	}
	step := &Step{Process: process, Name: name, Title: head.Name, Clause: head.Clause, Fields: withCommon(common, fields)}
	s.ordered = append(s.ordered, step)
	s.byID[step.ID()] = step
	s.of[process] = append(s.of[process], step)
	return nil
}

// withCommon puts `by` first and the other common fields last, as people
// write them.
func withCommon(common, own []Field) []Field {
	if len(common) == 0 {
		return own
	}
	fields := append([]Field{common[0]}, own...)
	return append(fields, common[1:]...)
}

func eachPair(n *yaml.Node, do func(key string, val *yaml.Node) error) error {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if err := do(n.Content[i].Value, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func readFields(n *yaml.Node) ([]Field, error) {
	var fields []Field
	err := eachPair(n, func(key string, val *yaml.Node) error {
		f, err := readField(key, val)
		fields = append(fields, f)
		return err
	})
	return fields, err
}

func readField(key string, n *yaml.Node) (Field, error) {
	f := Field{Name: strings.TrimSuffix(key, "!"), Required: strings.HasSuffix(key, "!")}
	var raw struct {
		Words   `yaml:",inline"`
		Is      yaml.Node
		Enum    []string
		Default yaml.Node
		Fields  yaml.Node
		List    yaml.Node
		Map     yaml.Node
		Most    int

		Usual     bool
		Needed    Words
		NeededFor string `yaml:"needed-for"`
	}
	if err := n.Decode(&raw); err != nil {
		return f, fmt.Errorf("field %s: %w", key, err)
	}
	f.Words, f.Enum, f.Most = raw.Words, raw.Enum, cmp.Or(raw.Most, MaxItems)
	f.Usual, f.Needed, f.NeededFor = raw.Usual, raw.Needed, raw.NeededFor
	if raw.Default.Kind != 0 {
		f.Default = &raw.Default
	}
	var nested *yaml.Node
	switch {
	case raw.Is.Kind == yaml.SequenceNode:
		f.Kind, f.Many = Kind(raw.Is.Content[0].Value), true
	case raw.Is.Kind == yaml.ScalarNode:
		f.Kind = Kind(raw.Is.Value)
	case len(raw.Enum) > 0:
		f.Kind = KindEnum
	case raw.Fields.Kind != 0:
		f.Kind, nested = KindObject, &raw.Fields
	case raw.List.Kind != 0:
		f.Kind, nested = KindList, &raw.List
	case raw.Map.Kind != 0:
		f.Kind, nested = KindMap, &raw.Map
	default:
		return f, fmt.Errorf("line %d: field %s has no kind", n.Line, key)
	}
	if nested == nil {
		return f, nil
	}
	var err error
	f.Fields, err = readFields(nested)
	return f, err
}
