package main

import (
	"path"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// companyFolder is the folder of the company's own facts of a process.
func companyFolder(s *schema.Step) string {
	switch s.Process {
	case "payout":
		return path.Base(fold.PayoutsDir)
	case "plan":
		return path.Base(fold.PlansDir)
	}
	return ""
}

// companyStep is the step of the company's own facts that is asked for by its
// folder and name, nil when it is none.
func companyStep(folder, name string) *schema.Step {
	for _, s := range schema.AllSteps().All() {
		if companyFolder(s) == folder && folder != "" && (s.Name == name || s.ID() == name) {
			return s
		}
	}
	if folder == path.Base(fold.PayoutsDir) && name == schema.CorrectionName {
		return schema.AllSteps().Get("", name)
	}
	return nil
}

// companySteps names what a folder of the company's own facts takes; none where
// it is no such folder.
func companySteps(folder string) []string {
	var names []string
	for _, s := range schema.AllSteps().All() {
		if folder != "" && companyFolder(s) == folder {
			names = append(names, s.Name)
		}
	}
	if companyStep(folder, schema.CorrectionName) != nil {
		names = append(names, schema.CorrectionName)
	}
	return names
}

// noCompanyStep says what a folder takes instead. A plan that landed is not
// corrected: what was promised under it stays so until the next one begins.
func noCompanyStep(folder, step string, takes []string) error {
	if folder == path.Base(fold.PlansDir) && step == schema.CorrectionName {
		return &wordedError{"cli.plan-stays", nil}
	}
	return &wordedError{"cli.no-company-step", diag.Args{"folder": folder, "step": step, "steps": takes}}
}

// ofCompany is a fact that concerns the company as a whole.
func (p *pen) ofCompany(s *schema.Step) error {
	switch s.ID() {
	case "payout.close":
		return p.file(path.Join(fold.PayoutsDir, p.day.Month().String()+".yaml"), s, map[string]string{"as-of": p.day.MonthEnd().String()})
	case "plan.plan":
		return p.file(path.Join(fold.PlansDir, p.day.String()+".yaml"), s, nil)
	}
	file := path.Join(fold.PayoutsDir, p.day.String()+"-"+s.Name)
	if p.run != "" {
		file += "-" + p.run
	}
	known := map[string]string{}
	if m := p.unpaid(); m != "" && s.ID() == "payout.paid" {
		known["period"] = m
	}
	return p.file(file+".yaml", s, known)
}

// unpaid is the first closed period of which no payment is recorded.
func (p *pen) unpaid() string {
	for _, one := range p.c.Payouts {
		if len(one.Paid) == 0 {
			return one.Month.String()
		}
	}
	return ""
}
