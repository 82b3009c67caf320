package attest

import (
	"strings"
	"testing"
	"time"
)

// packed is the register of a year, by path.
func packed(t *testing.T, l *lab, year int) files {
	out := files{}
	p := Pack{Report: l.audit(), Year: year, Lang: "en", Zone: zone, Kept: l.views()}
	must(t, p.Write(func(path string, data []byte) error {
		out[path] = string(data)
		return nil
	}))
	return out
}

const newDeal = "deals/2025/ruifeng-radar/deal.yaml"

func radar() []files {
	return []files{{newDeal: "customer: ruifeng\ntitle: 瑞丰\nproduct: 支架\n"}}
}

// What was made last year and merged this year belongs to this year.
func TestRegisterGoesByTheMerge(t *testing.T) {
	l := newLab(t)
	l.base()
	l.clock = time.Date(2025, 12, 30, 10, 0, 0, 0, zone)
	l.land(landing{id: "a", kind: "forward", by: "liu-yang", steps: radar()})
	pr := l.pulls["a"]
	pr.MergedAt = time.Date(2026, 1, 20, 10, 0, 0, 0, zone)
	l.pulls["a"] = pr
	l.attest("a", "spare")
	if in := packed(t, l, 2025)["en/register.csv"]; strings.Contains(in, newDeal) {
		t.Errorf("stands in the year before: %s", in)
	}
	if in := packed(t, l, 2026)["en/register.csv"]; !strings.Contains(in, "2026-01-20 10:00,"+newDeal) {
		t.Errorf("does not stand in its year: %s", in)
	}
}

// Checkpoints go with the statements; they count changes, however many commits
// a rebase merge laid on the line.
func TestRegisterHoldsTheCheckpoints(t *testing.T) {
	l := newLab(t)
	l.base()
	l.land(landing{id: "b", kind: "rebase", by: "liu-yang", steps: append(radar(), files{"deals/2025/ruifeng-radar/2025-01-13-lead.yaml": "by: liu-yang\nsource: 官网公告\n"})})
	l.attest("b", "landing")
	path := l.checkpoint("landing")
	if got := packed(t, l, 2025); got[path] != l.kept[path] || got[path+".sig"] == "" {
		t.Errorf("%s is not there", path)
	}
	if r := l.audit(); r.Covered != len(r.Landed) || len(r.Landed) != 2 {
		t.Errorf("covers %d of %d changes", r.Covered, len(r.Landed))
	}
}

// Approvals of a statement that nobody vouches for are nobody's.
func TestForgedApprovalsAreNotShown(t *testing.T) {
	for key, want := range map[string]int{"landing": 1, "none": 0, "stranger": 0} {
		l := newLab(t)
		l.base()
		l.land(landing{id: "a", kind: "merge", by: "lin-xia", approvers: []string{"wang-jun"}, steps: []files{{
			"deals/2025/hengtai-harness/2025-01-13-qualify.yaml":   "by: lin-xia\nverdict: worth-developing\nreason: 年需求 3 万套\nevidence: [customer-form.md]\n",
			"deals/2025/hengtai-harness/evidence/customer-form.md": "需求登记表\n",
		}}})
		l.attest("a", key)
		r := l.audit()
		last := r.Landed[len(r.Landed)-1]
		shown := strings.Contains(packed(t, l, 2025)["en/register.csv"], "wang-jun")
		if len(last.Approvals) != want || (last.PullRequest != nil) != (want > 0) || shown != (want > 0) {
			t.Errorf("signed by %s: %d approvals, shown in the register: %v", key, len(last.Approvals), shown)
		}
	}
}
