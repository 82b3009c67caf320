package bonus

import (
	"testing"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

func TestHoldKeepsBackWhatIsNotProven(t *testing.T) {
	source := func(file string) []Source {
		return []Source{{File: "deals/policy.yaml", Line: 1}, {File: file, Line: 2}}
	}
	l := Ledger{Company: &fold.Company{}, Lines: []Line{
		{State: Payable, Sources: source("a.yaml")},
		{State: Payable, Sources: source("b.yaml")},
		{State: Forfeited, Reason: "bonus.forfeit-decided", Sources: source("a.yaml")},
		{State: Waiting, Reason: "bonus.waits-sale", Sources: source("a.yaml")},
		{State: ClawedBack, Period: 7, Sources: source("a.yaml")},
		{State: Paid, Closed: true, Period: 7, Sources: source("a.yaml")},
		{State: Paid, Closed: true, Period: 8, Sources: source("b.yaml")},
	}}
	l.Hold(func(path string) (diag.Term, bool) { return "audit.unproven", path == "a.yaml" })
	want := []State{Waiting, Payable, Forfeited, Waiting, Waiting, Waiting, Paid}
	for i, line := range l.Lines {
		if line.State != want[i] {
			t.Errorf("line %d is %s, want %s", i, line.State, want[i])
		}
	}
	if p := (&fold.Payout{Month: 7}); !l.doubted(p) || l.Lines[5].Period != 7 {
		t.Error("the closing of a period is not held")
	}
	if l.doubted(&fold.Payout{Month: 8}) {
		t.Error("a closing that is proven is held")
	}
	if got := l.Lines[0]; got.Reason != "bonus.waits-proof" || got.Args["file"] != "a.yaml" {
		t.Errorf("the line does not say why: %+v", got)
	}
	if l.Lines[4].Period != 0 || l.Lines[5].Period != 7 {
		t.Error("a period pays what waits, or a closed one does not any more")
	}
	if l.Lines[2].Reason != "bonus.forfeit-decided" || l.Lines[3].Reason != "bonus.waits-sale" {
		t.Error("a line that was not payable lost its reason")
	}
}
