package site

import (
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// todayPage is the front page: what the checks found, what the company waits
// for, and where each reader finds what waits for him.
type todayPage struct {
	Health   health
	Judged   bool // policy asks for approvals
	AsOf     value.Day
	Commit   string
	Audit    Ref               // what is proven and what is not
	General  []diag.Diagnostic // the first findings that belong to no deal
	All      Ref               // to the others
	Pipeline Ref
	Forms    []form // for what begins
	Begin    Ref    // where a deal begins
	Counts   []count
	Circles  []circle
	Roles    []chair
	Lists    []roll // the most urgent of what is overdue and what is stalled
}

// count is how much of something there is, and where it stands.
type count struct {
	Label diag.Term
	Much  any
	Sub   any
	File  string // empty where there is none
}

const (
	mostFindings = 5 // that the front page shows
	mostUrgent   = 8 // rows of each of its lists
)

func todayPages(m *Model) []Page[todayPage] {
	roles, people := m.readers()
	return one("index.html", diag.Term("site.today.title"), func() todayPage {
		p := todayPage{
			Health: m.Health, Judged: m.Approvals == "reviews", AsOf: m.AsOf, Commit: m.Commit,
			Audit: m.Ref(diag.Term("site.today.audit"), auditFile), General: m.General[:min(len(m.General), mostFindings)],
			All:      m.Ref(counted("site.findings.all", len(m.General)), findingsFile),
			Pipeline: m.Ref(diag.Term("site.today.pipeline"), pipelineFile),
			Forms:    m.newCustomer(), Begin: m.Ref(diag.Term("site.form.begin"), customersFile),
			Counts: m.counts(), Circles: m.byRoleAndTeam(people),
		}
		for _, r := range roles {
			p.Roles = append(p.Roles, m.chair(r))
		}
		for _, l := range []listing{
			m.invalidList(m.Desk.Invalid, "invalid", allFile+"#invalid-head"),
			m.overdueList(m.Desk.Overdue, "overdue", allFile+"#overdue-head"), m.stalledList(m.Desk.Stalled, "stalled", allFile+"#stalled-head"),
		} {
			if len(l.Rows) > 0 {
				p.Lists = append(p.Lists, m.roll(l, mostUrgent))
			}
		}
		return p
	})
}

// counts sum up what the company waits for.
func (m *Model) counts() []count {
	d := m.Desk
	ready := d.ready()
	var more any
	if rest := len(d.Gates) - ready; rest > 0 {
		more = phrase("site.today.gates-more", "n", rest)
	}
	sum := func(label diag.Term, s sums, n int, sub any, file string) count {
		if n == 0 {
			return count{Label: label, Much: diag.Term("site.nothing")}
		}
		return count{label, s, sub, file}
	}
	number := func(label diag.Term, n int, sub any, file string) count {
		if n == 0 {
			file = ""
		}
		return count{label, n, sub, file}
	}
	refunds := number("site.today.refunds", len(d.Refunds), nil, allFile+"#advances-head")
	if m.audience().People {
		refunds = sum("site.today.refunds", sumOf(d.Refunds, func(a advance) money { return a.Amount }), len(d.Refunds), nil, allFile+"#advances-head")
	}
	return []count{
		number("site.today.gates", ready, more, allFile+"#gates-head"),
		number("site.today.approvals", len(d.Approvals), nil, approvalsFile+"#waiting-head"),
		number("site.today.stalled", len(d.Stalled), nil, allFile+"#stalled-head"),
		sum("site.today.overdue", sumOf(d.Overdue, openOf), len(d.Overdue), phrase("site.today.chase", "n", d.nextChases(m.AsOf)), receivablesFile+"#overdue-head"),
		sum("site.today.retention", sumOf(d.Retention, openOf), len(d.Retention), nil, allFile+"#retention-head"),
		sum("site.today.bills", sumOf(d.Bills, func(b bill) money { return b.Amount }), len(d.Bills), nil, allFile+"#bills-head"),
		refunds,
	}
}
