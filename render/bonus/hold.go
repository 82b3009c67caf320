package bonus

import "github.com/dealgate/dealgate/schema/diag"

// WaitsProof is the reason of a line that rests on a file whose approval is
// not proven; its arguments name the file, and why.
const WaitsProof = "bonus.waits-proof"

// Hold keeps back what rests on a file whose approval is not proven: its money
// waits until it is, with the reason that the audit gives. Nothing is taken back
// for such a file either.
func (l *Ledger) Hold(unproven func(path string) (why diag.Term, held bool)) {
	g := newGrounds(l.Company)
	for i := range l.Lines {
		line := &l.Lines[i]
		if !line.due() {
			continue
		}
		for _, s := range g.all(*line) {
			if why, held := unproven(s.File); held {
				line.wait(WaitsProof, diag.Args{"file": s.File, "why": why})
				break
			}
		}
	}
}

// PayDayRests lists the files that the next pay day rests on beside its lines:
// the plan that says what is deducted, and the closing that says what is carried.
func (l Ledger) PayDayRests() []string {
	files := []string{l.Company.PlanOn(l.Company.AsOf).File}
	if last := lastClosed(l.Company); last != nil {
		files = append(files, last.Path)
	}
	return files
}
