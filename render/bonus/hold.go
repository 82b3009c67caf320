package bonus

import "github.com/dealgate/dealgate/schema/diag"

// WaitsProof is the reason of a line that rests on a file whose approval is
// not proven; its arguments name the file, and why.
const WaitsProof = "bonus.waits-proof"

// Hold keeps back what rests on a file whose approval is not proven: its money
// waits until it is, with the reason that the audit gives. Nothing is taken back
// for such a file either.
func (l *Ledger) Hold(unproven func(path string) (why diag.Term, held bool)) {
	for i := range l.Lines {
		line := &l.Lines[i]
		if !line.due() {
			continue
		}
		for _, s := range line.Sources {
			if why, held := unproven(s.File); held {
				line.wait(WaitsProof, diag.Args{"file": s.File, "why": why})
				break
			}
		}
	}
}
