package attest

import (
	"testing"
	"time"

	"github.com/dealgate/dealgate/validate/approval"
)

func TestACommitOfTheFutureIsRefused(t *testing.T) {
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	for when, refused := range map[time.Time]bool{
		now:                     false,
		now.Add(23 * time.Hour): false, // clocks differ
		now.AddDate(0, 0, 2):    true,
		now.AddDate(5, 0, 0):    true,
		now.AddDate(-1, 0, 0):   false,
	} {
		found := Ahead([]approval.Commit{{Hash: "head", When: now}, {Hash: "below", When: when}}, now)
		if (len(found) > 0) != refused {
			t.Errorf("a commit of %s, seen on %s: %d findings", when, now, len(found))
		}
	}
}

// landAhead lands a branch, dated years ahead where it begins, by moving the line on.
func landAhead(l *lab) {
	from, now := l.main, l.clock.Add(24*time.Hour)
	l.clock = time.Date(2031, 1, 1, 0, 0, 0, 0, zone)
	far := l.commitAt(now, from.files.with(files{"deals/2025/ruifeng-radar/deal.yaml": "customer: ruifeng\ntitle: 瑞丰\nproduct: 支架\n"}), "liu-yang", "", from.hash)
	l.clock = now
	head := l.commit(far.files.with(files{"deals/2025/ruifeng-radar/2025-01-13-lead.yaml": "by: liu-yang\nsource: 官网公告\n"}), "liu-yang", "", far.hash)
	l.pull(landing{id: "far", by: "liu-yang"}, head)
	l.move(head)
	l.names["far"], l.under["far"] = head.hash, from.hash
	pr := l.pulls["far"]
	pr.MergeCommit, pr.MergeBase, pr.MergedAt = head.hash, from.hash, l.clock
	l.pulls["far"] = pr
}

// What is dated ahead is not stated; what lands on it landed when it was merged
// all the same.
func TestDatedAhead(t *testing.T) {
	l := newLab(t)
	l.base()
	landAhead(l)
	if found := l.attest("far", "landing"); len(found) == 0 || found[0].Rule != "date/commit-in-future" {
		t.Errorf("attested, with %v", found)
	}
	l.land(landing{id: "b", kind: "forward", by: "liu-yang", steps: []files{{"deals/2025/ruifeng-cable/deal.yaml": "customer: ruifeng\ntitle: 线束\nproduct: 线束\n"}}})
	l.attest("b", "landing")
	r := l.audit()
	last := r.Landed[len(r.Landed)-1]
	if got := last.day().String(); got != "2025-01-14" {
		t.Errorf("landed on %s\n%s", got, shown(r))
	}
}
