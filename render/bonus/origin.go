package bonus

import (
	"path"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// Approval is one person's agreement to a fact, in the role that it counted
// for.
type Approval struct {
	Name string
	Role diag.Term
}

// Origin is what is known about the place of an input: what the file records,
// who recorded it by which commit, whose approval it had, and what proves it.
type Origin struct {
	Source
	What     diag.Term // the step, empty for registries
	Commit   string    // short hash, empty while not committed
	Approved []Approval
	Evidence []string // paths
}

// origins knows the facts of a company by the file that they stand in.
type origins struct {
	meta  Meta
	facts map[string]*fold.Fact
}

func newOrigins(l Ledger, m Meta) *origins {
	o := &origins{m, map[string]*fold.Fact{}}
	add := func(all []*fold.Fact) {
		for _, f := range all {
			o.facts[f.File] = f
		}
	}
	add(l.Company.Facts())
	for _, cu := range l.Company.Customers {
		add(cu.Receipts)
		for _, d := range cu.Deals {
			add(d.Facts)
		}
	}
	return o
}

// of says what is known about a place.
func (o *origins) of(s Source) Origin {
	out := Origin{Source: s, Commit: o.meta.commit(s.File)}
	if o.meta.Approved != nil {
		out.Approved = o.meta.Approved(s.File)
	}
	f := o.facts[s.File]
	if f == nil {
		return out
	}
	if f.Step != nil {
		out.What = f.Step.Term()
	}
	if f.Body != nil {
		for _, e := range f.Body.Base().Evidence {
			out.Evidence = append(out.Evidence, path.Join(f.Dir, "evidence", e.S))
		}
	}
	return out
}
