package site

import (
	"context"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// Model is what all pages are made from, computed once. Nothing changes it
// afterwards, so that pages can be made at the same time.
type Model struct {
	Input
	Deals   []*Deal           // by folder
	General []diag.Diagnostic // findings that belong to no deal
	Health  health

	Collection collection // what customers owe
	Desk       desk       // what waits for anybody

	Figures                         *group // of all deals
	Teams, Owners, Customers, Years []divided

	stages   mainStages
	managers map[string]string // of teams, by id

	byDeal  map[*fold.Deal]*Deal
	planned []task
	files   map[string]bool // of all pages, below the tree of a language
	links   string          // digest of those that pages of deals link to
	alike   string          // digest of what the frames of all pages share
	index   *index
	shelf   *shelf
}

// Deal is a deal with what several pages say of it.
type Deal struct {
	*fold.Deal
	Row      row
	Past     past
	Next     []Next // what may happen now, the straight way first
	Unproven int    // facts that no statement bears out
	Keeper   string // id of the team that looks after it, empty where none does
	Dues     []due
	Claims   []claim
}

// health is what the checks found.
type health struct {
	Deals, Invalid, Errors, Warnings int      // errors and warnings outside of deals included
	General                          int      // errors outside of deals
	Unproven                         int      // facts that no statement bears out
	Broken                           []Reason // what contradicts history as a whole
}

// Fine reports whether no check failed.
func (h health) Fine() bool { return h.Errors == 0 }

func newModel(ctx context.Context, in Input, write Write) (*Model, error) {
	if in.AsOf == 0 {
		in.AsOf = in.Company.AsOf
	}
	if in.Default == "" {
		in.Default = catalogue.ZH
	}
	m := &Model{Input: in, byDeal: map[*fold.Deal]*Deal{}, shelf: newShelf(in.Files, write)}
	m.stages, m.managers = stagesOf(in.Company.Table), managersOf(in.Company, in.AsOf)
	deals := in.Company.Deals()
	names := dealFiles(deals)
	m.Deals = make([]*Deal, len(deals))
	err := parallel(ctx, len(deals), func(i int) error {
		m.Deals[i] = m.deal(deals[i], names[i])
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, d := range m.Deals {
		m.byDeal[d.Deal] = d
	}
	m.divideAll()
	m.General = m.general()
	m.Collection = m.collect()
	m.Desk = m.desks()
	m.Health = m.health()
	if err := m.plan(ctx); err != nil {
		return nil, err
	}
	m.index = newIndex(m.planned)
	return m, nil
}

func (m *Model) deal(d *fold.Deal, file string) *Deal {
	x := &Deal{Deal: d}
	if m.Missing != nil {
		x.Next = m.Missing(d)
		for i := range x.Next {
			x.Next[i].mend(d.Findings)
		}
	}
	x.Row, x.Past = m.row(d, file, x.Next), m.past(d)
	x.Keeper, x.Dues, x.Claims = m.keeper(d), m.dues(x), m.claims(x)
	for _, f := range d.Records {
		if r := m.record(f); r != nil && r.Unproven {
			x.Unproven++
		}
	}
	return x
}

// Deal finds what the pages say of a folded deal.
func (m *Model) Deal(d *fold.Deal) *Deal { return m.byDeal[d] }

// dealFiles names the page of each deal.
func dealFiles(deals []*fold.Deal) []string {
	seen := map[string]int{}
	for _, d := range deals {
		seen[d.ID]++
	}
	files := make([]string, len(deals))
	for i, d := range deals {
		files[i] = "deals/" + d.ID + ".html"
		if seen[d.ID] > 1 { // an error of the company, but no page may be lost
			files[i] = "deals/" + d.ID + "." + d.Year + ".html"
		}
	}
	return files
}

// name is what the company is called, empty where no policy says so.
func (m *Model) name() string {
	if p := m.Company.Policy; p != nil {
		return p.Company.S
	}
	return ""
}

// team is what a team is called, empty as long as none is determined.
func (m *Model) team(id string) string {
	if id == "" || m.Company.Roster == nil {
		return id
	}
	return m.Company.Roster.TeamName(id)
}

func title(d *fold.Deal) string {
	if d.Header == nil {
		return d.ID
	}
	return d.Header.Title.S
}

func customerName(cu *fold.Customer) string {
	if cu.Header == nil {
		return cu.ID
	}
	return cu.Header.Name.S
}

// general are the findings that belong to no deal: of registries, customers
// and the folders themselves.
func (m *Model) general() []diag.Diagnostic {
	dirs := map[string]bool{}
	for _, d := range m.Deals {
		dirs[d.Dir] = true
	}
	return slices.DeleteFunc(slices.Clone(m.Company.Findings), func(f diag.Diagnostic) bool {
		parts := strings.SplitN(f.File, "/", 4)
		return len(parts) >= 3 && dirs[strings.Join(parts[:3], "/")]
	})
}

func (m *Model) health() health {
	h := health{Deals: len(m.Deals), Broken: m.Broken}
	h.Errors, h.Warnings = tally(m.General)
	h.General = h.Errors
	for _, d := range m.Deals {
		h.Errors += d.Row.Errors
		h.Warnings += d.Row.Warnings
		h.Unproven += d.Unproven
		if d.Invalid() {
			h.Invalid++
		}
	}
	return h
}

func tally(ds []diag.Diagnostic) (errors, warnings int) {
	for _, d := range ds {
		if d.Severity == diag.Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}
