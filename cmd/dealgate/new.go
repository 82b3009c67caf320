package main

import (
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

func newNew() *cobra.Command {
	var on, name string
	cmd := &cobra.Command{
		Use:  "new NAME STEP",
		Args: arguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, l, err := load(cmd, ".", "")
			if err != nil {
				return err
			}
			p := &pen{c: c, l: l, day: c.AsOf, run: name, out: cmd.OutOrStdout(), info: cmd.ErrOrStderr()}
			if on != "" {
				if p.day, err = parseDay(on); err != nil {
					return err
				}
			}
			if name != "" && !idName.MatchString(name) {
				return &wordedError{"cli.bad-name", diag.Args{"name": name}}
			}
			return p.write(strings.Trim(args[0], "/"), args[1])
		},
		ValidArgsFunction: completeNew,
	}
	cmd.Flags().StringVar(&on, "date", "", "")
	cmd.Flags().StringVar(&name, "name", "", "")
	return cmd
}

var idName = regexp.MustCompile(schema.IDPattern)

func completeNew(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 1 {
		return append(stepNames(), "customer", "deal"), cobra.ShellCompDirectiveNoFileComp
	}
	return completeDeals(cmd, args, typed)
}

// stepNames are what facts may be called, by the step alone or with its process.
func stepNames() []string {
	names := []string{schema.CorrectionName}
	for _, s := range schema.AllSteps().All() {
		if s.Process != "" {
			names = append(names, s.Name, s.ID())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// stepsNamed are the steps that a word may mean.
func stepsNamed(name string) []*schema.Step {
	var found []*schema.Step
	for _, s := range schema.AllSteps().All() {
		if (s.Process != "" || s.Name == schema.CorrectionName) && (s.Name == name || s.ID() == name) {
			found = append(found, s)
		}
	}
	return found
}

// pen writes the template of a file that is not there yet: its path for the
// person, the template for a file.
type pen struct {
	c         *fold.Company
	l         catalogue.Lang
	day       value.Day
	run       string // the name asked for: of a campaign, an order, a receipt
	out, info io.Writer
}

func (p *pen) write(ref, step string) error {
	switch step {
	case "customer":
		return p.customer(ref)
	case "deal":
		return p.deal(ref)
	}
	steps := stepsNamed(step)
	if s := companyStep(path.Base(ref), step); s != nil {
		return p.ofCompany(s)
	}
	if names := companySteps(path.Base(ref)); len(names) > 0 && p.c.Deal(ref) == nil {
		return noCompanyStep(path.Base(ref), step, names)
	}
	if cu := p.c.Customer(ref); cu != nil && len(steps) == 1 && p.c.Deal(ref) == nil {
		return p.ofCustomer(cu, steps[0])
	}
	if d := p.c.Deal(ref); d != nil {
		return p.ofDeal(d, step, steps)
	}
	if len(steps) == 1 {
		switch steps[0].ID() {
		case "deal.lead", "deal.import":
			return p.beginning(ref, steps[0])
		case "customer.release", "receipt.receipt":
			return p.noCustomer("cli.no-customer", ref)
		}
	}
	_, err := findDeal(p.c, ref)
	return err
}

func (p *pen) file(path string, s *schema.Step, known map[string]string, needs ...string) error {
	if _, err := fmt.Fprintln(p.info, path); err != nil {
		return err
	}
	_, err := io.WriteString(p.out, s.Template(p.l, known, needs...))
	return err
}

func (p *pen) say(key string, args diag.Args) {
	_, _ = fmt.Fprintln(p.info, catalogue.Text(p.l, key, args))
}

func (p *pen) customer(id string) error {
	switch {
	case !idName.MatchString(id):
		return &wordedError{"cli.bad-name", diag.Args{"name": id}}
	case p.c.Customer(id) != nil:
		return &wordedError{"cli.customer-exists", diag.Args{"customer": id}}
	}
	return p.file(path.Join(fold.Root, "customers", id, "customer.yaml"), schema.AllSteps().Get("", "customer"), nil)
}

func (p *pen) deal(name string) error {
	if p.c.Deal(name) != nil {
		return &wordedError{"cli.deal-exists", diag.Args{"deal": name}}
	}
	dir, customer, err := p.newDeal(name)
	if err != nil {
		return err
	}
	p.say("cli.then-lead", diag.Args{"deal": path.Base(dir)})
	return p.file(dir+"/deal.yaml", schema.AllSteps().Get("", "deal"), map[string]string{"customer": customer})
}

// beginning is the first fact of a deal whose folder is not there yet.
func (p *pen) beginning(name string, s *schema.Step) error {
	dir, _, err := p.newDeal(name)
	if err != nil {
		return err
	}
	p.say("cli.header-too", diag.Args{"deal": path.Base(dir), "file": dir + "/deal.yaml"})
	return p.file(dir+"/"+p.day.String()+"-"+s.Name+".yaml", s, nil)
}

// newDeal is the folder of a deal that begins, and its customer: the one whose
// id the name begins with.
func (p *pen) newDeal(ref string) (dir, customer string, err error) {
	name := path.Base(ref)
	if !idName.MatchString(name) {
		return "", "", &wordedError{"cli.bad-name", diag.Args{"name": name}}
	}
	for _, cu := range p.c.Customers {
		if strings.HasPrefix(name, cu.ID+"-") && len(cu.ID) > len(customer) {
			customer = cu.ID
		}
	}
	if customer == "" {
		return "", "", p.noCustomer("cli.deal-without-customer", name)
	}
	return path.Join(fold.Root, p.day.String()[:4], name), customer, nil
}

// noCustomer names the customers nearest to what was written.
func (p *pen) noCustomer(key, name string) error {
	var ids, begins []string
	for _, cu := range p.c.Customers {
		ids = append(ids, cu.ID)
	}
	for i := range name {
		if name[i] == '-' {
			begins = append(begins, name[:i])
		}
	}
	near := ""
	for _, word := range append(begins, name) {
		if near == "" {
			near = check.Similar(word, ids)
		}
	}
	return &wordedError{key, diag.Args{"name": name, "near": orDash(near)}}
}

// ofCustomer is a fact in a customer's own folder.
func (p *pen) ofCustomer(cu *fold.Customer, s *schema.Step) error {
	file := path.Join(cu.Dir, p.day.String()+"-"+s.Name)
	switch s.ID() {
	case "receipt.receipt":
		if p.run == "" {
			p.run = fmt.Sprintf("receipt-%d", len(cu.Receipts)+1)
			p.say("cli.receipt-name", nil)
		}
		file = path.Join(cu.Dir, "receipts", p.day.String()+"-"+p.run)
	case "customer.release", schema.CorrectionName:
		if p.run != "" {
			file += "-" + p.run
		}
	default:
		return &wordedError{"cli.not-of-customer", diag.Args{"customer": cu.ID, "step": s.Name}}
	}
	return p.file(file+".yaml", s, nil)
}

// ofDeal is a fact of a deal: the one that comes next if there is one of this
// step, else one that nothing waits for.
func (p *pen) ofDeal(d *fold.Deal, asked string, steps []*schema.Step) error {
	next := p.c.Next(d)
	var fits []fold.Next
	for _, n := range next {
		if n.Step != nil && slices.Contains(steps, n.Step) && (p.run == "" || p.run == n.Instance.Name) {
			fits = append(fits, n)
		}
	}
	switch {
	case len(fits) > 0:
		p.mentionOthers(fits[1:])
		return p.file(fits[0].FilePath(d, p.day), fits[0].Step, templateValues(p.c.PlanOn(p.day), fits[0]), askedFor(fits[0])...)
	case len(steps) > 1:
		var ids []string
		for _, s := range steps {
			ids = append(ids, s.ID())
		}
		return &wordedError{"cli.which-step", diag.Args{"step": asked, "steps": ids}}
	case len(steps) == 0:
		return &wordedError{"cli.no-step", diag.Args{"deal": d.ID, "step": asked, "near": orDash(check.Similar(asked, stepNames())), "steps": nextSteps(next)}}
	case steps[0].Process == "customer" || steps[0].Process == "receipt":
		return p.ofCustomer(d.Customer, steps[0])
	case companyStep(companyFolder(steps[0]), asked) != nil:
		return p.ofCompany(steps[0])
	}
	if steps[0].Name != schema.CorrectionName && steps[0].Process != "terms" { // which follow no stage
		p.say("cli.not-now", diag.Args{"step": steps[0].Term()})
	}
	return p.file(d.PathOf(steps[0], p.run, p.day), steps[0], nil)
}

// mentionOthers names the other runs in which the same fact may come next.
func (p *pen) mentionOthers(fits []fold.Next) {
	var names []string
	for _, n := range fits {
		if n.Instance.Name != "" {
			names = append(names, n.Instance.Name)
		}
	}
	if len(names) > 0 {
		p.say("cli.also", diag.Args{"names": names})
	}
}

// nextSteps are the steps that may come next, each once, and the correction.
func nextSteps(next []fold.Next) []string {
	var names []string
	for _, n := range next {
		if n.Step != nil && !slices.Contains(names, n.Step.Name) {
			names = append(names, n.Step.Name)
		}
	}
	return append(names, schema.CorrectionName)
}
