package bonus

import (
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// WaitsProof is the reason of a line that rests on a file whose approval is
// not proven; its arguments name the file, and why.
const WaitsProof = "bonus.waits-proof"

// Hold keeps back what rests on a file whose approval is not proven: its money
// waits until it is, with the reason that the audit gives. Nothing is taken back
// for such a file either. What a closing says it paid is shown as unpaid while
// nobody is proven to have approved the closing.
func (l *Ledger) Hold(unproven func(path string) (why diag.Term, held bool)) {
	g := l.grounds()
	for i := range l.Lines {
		line := &l.Lines[i]
		if line.Closed {
			line.doubt(unproven)
			continue
		}
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

// doubt lets a line of a closed period wait for the proof of its closing; it
// stays a line of that period.
func (l *Line) doubt(unproven func(path string) (why diag.Term, held bool)) {
	for _, s := range l.Sources {
		if why, held := unproven(s.File); held {
			l.State, l.Reason, l.Args = Waiting, WaitsProof, diag.Args{"file": s.File, "why": why}
			return
		}
	}
}

// doubted reports whether a closed period waits for the proof of its closing.
func (l Ledger) doubted(p *fold.Payout) bool {
	return slices.ContainsFunc(l.Lines, func(x Line) bool {
		return x.Closed && x.Period == p.Month && x.Reason == WaitsProof
	})
}

// PayDayRests lists the files that the next pay day rests on beside its lines:
// the plan that says what is deducted, and the closing that says what is carried.
func (l Ledger) PayDayRests() []string {
	files := []string{l.Company.PlanOn(l.Company.AsOf).File}
	if last := l.Company.LastClosed(); last != nil {
		files = append(files, last.Path)
	}
	return files
}
