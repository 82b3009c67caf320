package fold

import (
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
)

// Root is the folder that holds everything dealgate reads.
const Root = "deals"

// Kind says what a path below Root holds.
type Kind uint8

// The kinds of files. A path that is none of them is Unknown.
const (
	Unknown Kind = iota
	PolicyFile
	RosterFile
	SignersFile // the keys that may sign statements
	CustomerFile
	DealFile
	FactFile
	EvidenceFile
)

// Place is what a path alone tells about a file.
type Place struct {
	Path     string
	Kind     Kind
	Month    value.Month // of a closing: the period that it closes
	Date     value.Day   // of a fact
	Customer string      // set below customers/
	Deal     string      // set below a year
	Dir      string      // folder of the deal or customer, of payouts or plans
	Process  string      // of a fact; "order" and "payment" share a folder
	Instance string      // name of the campaign, order, round …
	Step     *schema.Step
	Suffix   string // what follows the step in the file name
	Problem  string // catalogue key of what is wrong, when Kind is Unknown
	Near     string // the part of the name that the problem is about
}

// Classify reads a slash-separated path relative to the repository's root.
func Classify(path string) Place {
	p := Place{Path: path}
	var room [8]string // nearly all paths have fewer parts, and are read without a list of them
	parts := room[:0]
	for part := range strings.SplitSeq(path, "/") {
		parts = append(parts, part)
	}
	switch {
	case len(parts) < 2 || parts[0] != Root:
		p.Problem = "layout/outside"
	case path == Root+"/policy.yaml":
		p.Kind = PolicyFile
	case path == Root+"/roster.yaml":
		p.Kind = RosterFile
	case path == SignersPath:
		p.Kind = SignersFile
	case parts[1] == "customers" && len(parts) >= 4:
		p.Customer = parts[2]
		p.below(parts[:3], parts[3:])
	case yearName.MatchString(parts[1]) && len(parts) >= 4:
		p.Deal = parts[2]
		p.below(parts[:3], parts[3:])
	case parts[1] == "payouts" && len(parts) >= 3:
		p.company(parts[:2], parts[2:], p.payout)
	case parts[1] == "plans" && len(parts) >= 3:
		p.company(parts[:2], parts[2:], p.plan)
	default:
		p.Problem = "layout/unknown"
	}
	return p
}

// below classifies what lies in the folder of a customer or deal.
func (p *Place) below(dir, rest []string) {
	p.Dir = p.above(rest)
	switch {
	case !idName.MatchString(dir[2]):
		p.Problem, p.Near = "layout/bad-id", dir[2]
	case rest[0] == "evidence" && len(rest) >= 2:
		p.Kind = EvidenceFile
	case p.Customer != "" && len(rest) == 1 && rest[0] == "customer.yaml":
		p.Kind = CustomerFile
	case p.Deal != "" && len(rest) == 1 && rest[0] == "deal.yaml":
		p.Kind = DealFile
	default:
		p.fact(rest)
	}
}

// above is the path without its last parts, which are held once that way.
func (p *Place) above(rest []string) string {
	end := len(p.Path)
	for _, part := range rest {
		end -= len(part) + 1
	}
	return p.Path[:end]
}

// folders maps the folder of facts to the processes whose steps it holds;
// those with instances have one more folder level.
var folders = map[string]struct {
	processes []string
	instances bool
}{
	"campaigns":   {[]string{"campaign"}, true},
	"tender":      {[]string{"tender"}, true},
	"supply":      {[]string{"supply"}, true},
	"orders":      {[]string{"order"}, true},
	"development": {[]string{"development"}, true},
	"terms":       {[]string{"terms"}, false},
}

func (p *Place) fact(rest []string) {
	name := rest[len(rest)-1]
	switch {
	case p.Customer != "" && len(rest) == 1:
		p.name(name, "customer")
	case p.Customer != "" && len(rest) == 2 && rest[0] == "receipts":
		p.receipt(name)
	case p.Deal != "" && len(rest) == 1:
		p.name(name, "deal")
	case p.Deal != "":
		f, ok := folders[rest[0]]
		if !ok || (f.instances && len(rest) != 3) || (!f.instances && len(rest) != 2) {
			p.Problem = "layout/unknown"
			return
		}
		if f.instances {
			p.Instance = rest[1]
			if !idName.MatchString(p.Instance) {
				p.Problem, p.Near = "layout/bad-id", p.Instance
				return
			}
		}
		p.name(name, f.processes...)
	default:
		p.Problem = "layout/unknown"
	}
}

// date splits "2026-01-20-qualify.yaml" into its day and the rest.
func (p *Place) date(name string) (rest string, ok bool) {
	base, ok := strings.CutSuffix(name, ".yaml")
	if !ok {
		p.Problem = "layout/not-yaml"
		return "", false
	}
	if len(base) < len("2026-01-20-x") || base[10] != '-' {
		p.Problem = "layout/no-date"
		return "", false
	}
	day, err := value.ParseDay(base[:10])
	if err != nil {
		p.Problem = "layout/no-date"
		return "", false
	}
	p.Date = day
	return base[11:], true
}

func (p *Place) receipt(name string) {
	ref, ok := p.date(name)
	if !ok {
		return
	}
	if ref == schema.CorrectionName || strings.HasPrefix(ref, schema.CorrectionName+"-") {
		p.name(name, "receipt")
		return
	}
	if !idName.MatchString(ref) {
		p.Problem, p.Near = "layout/bad-id", ref
		return
	}
	p.Kind, p.Process, p.Suffix = FactFile, "receipt", ref
	p.Step = schema.AllSteps().Get("receipt", "receipt")
}

// name finds the step: the longest one that the file name begins with.
func (p *Place) name(name string, processes ...string) {
	rest, ok := p.date(name)
	if !ok {
		return
	}
	p.Process = processes[0]
	for _, process := range processes {
		for _, step := range schema.AllSteps().Of(process) {
			p.offer(rest, process, step)
		}
	}
	p.offer(rest, processes[0], schema.AllSteps().Get("", schema.CorrectionName))
	if p.Step == nil {
		p.Problem, p.Near = "layout/unknown-step", rest
		return
	}
	if p.Suffix != "" && !idName.MatchString(p.Suffix) {
		p.Step, p.Problem, p.Near = nil, "layout/bad-id", p.Suffix
		return
	}
	p.Kind = FactFile
}

func (p *Place) offer(rest, process string, step *schema.Step) {
	tail, ok := strings.CutPrefix(rest, step.Name)
	if !ok || (tail != "" && tail[0] != '-') {
		return
	}
	if p.Step != nil && len(p.Step.Name) >= len(step.Name) {
		return
	}
	p.Step, p.Suffix, p.Process = step, strings.TrimPrefix(tail, "-"), process
	if step.Process != "" {
		p.Process = stepTrack(step)
	}
}

// stepTrack is the process whose rows a step takes: an order's delivery and
// its payment run side by side in one folder.
func stepTrack(s *schema.Step) string {
	if s.Process == "order" && schema.Table().Process("payment").Has(s.Name) {
		return "payment"
	}
	return s.Process
}
