package bonus

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
)

// What went wrong in other systems that pay by results, and the cases that show
// what happens here.
var knownFailures = map[string][]string{
	"a credit note pays commission":                     {"closed-credit-note", "commission-deduction", "commission-return"},
	"one invoice is settled twice":                      {"closed-settled-twice"},
	"a date moved into the next period pays twice":      {"closed-date-moved"},
	"an invoice cancelled after settlement stays paid":  {"closed-invoice-cancelled"},
	"part-payments are missed":                          {"commission-order-partly-paid", "closed-part-payments"},
	"earlier periods are counted again":                 {"closed-part-payments", "closed-cap"},
	"a reversed payment still pays":                     {"closed-reversed-payment", "closed-then-dishonoured", "closed-thirds-reversed"},
	"a down payment has the wrong base":                 {"commission-down-payment", "commission-down-payment-waits"},
	"a split depends on the order of entry":             {"commission-thirds", "closed-thirds-part"},
	"shares do not sum":                                 {"commission-thirds", "currency-without-decimals"},
	"an old line shows today's rate":                    {"closed-rate-changed", "closed-rate-corrected"},
	"an advance comes back twice":                       {"closed-advance-once", "closed-advance-held-then-part"},
	"an advance comes back beyond what was paid for it": {"closed-advance-corrected", "closed-advance-void"},
}

func TestKnownFailuresHaveCases(t *testing.T) {
	for failure, cases := range knownFailures {
		for _, name := range cases {
			if _, err := txtar.ParseFile("testdata/" + name + ".txtar"); err != nil {
				t.Errorf("%s: %v", failure, err)
			}
		}
	}
}

// elsewhere are reasons that no files of a case can bring about: who approved is
// not said by them, and what cannot be read stops a case.
var elsewhere = []string{WaitsProof, WaitsPayouts, WaitsPlans}

// Every state, every reason that a rule names and every row that earns a reward
// has a case, and what a line says of it has words in every language.
func TestEveryStateAndReasonHasACase(t *testing.T) {
	states, reasons, rows := map[State]bool{}, map[string]bool{}, map[string]bool{}
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		l := Compute(loadCase(t, closePeriods(t, archive)))
		for _, line := range slices.Concat(l.Lines, l.Nothing) {
			states[line.State], reasons[line.Reason], rows[line.Row] = true, true, true
			for _, note := range line.Notes {
				reasons[note.Key] = true
			}
			for _, lang := range catalogue.Langs {
				if said := (words{lang, l.Company}).reason(line); said == "" || strings.ContainsAny(said, "⟨⟩{}") {
					t.Errorf("%s says %q of %s in %s", name, said, line.Reason, lang)
				}
			}
		}
	}
	for _, state := range []State{Provisional, Waiting, Payable, Paid, ClawedBack, Forfeited} {
		if !states[state] {
			t.Errorf("no case has a line that is %s", state)
		}
	}
	for _, p := range schema.Table().Processes {
		for _, row := range p.Rows {
			if row.Reward != "" && !rows[row.ID] {
				t.Errorf("no case has a reward for %s", row.ID)
			}
		}
	}
	for _, key := range namedReasons(t) {
		if !reasons[key] && !slices.Contains(elsewhere, key) {
			t.Errorf("no case has a line whose reason is %s", key)
		}
	}
}

// namedReasons are the catalogue keys in the files of the rules but those of
// what a line is about.
func namedReasons(t *testing.T) []string {
	t.Helper()
	key := regexp.MustCompile(`"(bonus\.[a-z-]+)"`)
	found := map[string]bool{}
	for _, file := range []string{"advance", "commission", "hold", "orphan", "penalty", "provisional", "reward", "settle", "share", "unearned"} {
		for _, match := range key.FindAllStringSubmatch(readFile(t, file+".go"), -1) {
			found[match[1]] = true
		}
	}
	delete(found, "bonus.receipt")
	delete(found, "bonus.compensation")
	return slices.Sorted(maps.Keys(found))
}
