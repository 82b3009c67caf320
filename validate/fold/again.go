package fold

import (
	"slices"
	"strings"
)

// Names say what lies on the disk without reading it, so that what has not
// changed since a company was loaded is not read, folded and judged again.
type Names struct {
	// Of names what lies in a folder of a customer or deal, and how it landed;
	// "" where that is not known.
	Of func(dir string) string
	// Rest names all else that customers are folded and judged by: policy,
	// roster and the company's own facts. "" where that is not known.
	Rest string
	// Path gives the copy of a path that somebody else holds, so that it is in
	// memory once; it may be nil.
	Path func(path string) string
}

// again takes over from the company as it was loaded before whatever customer
// has the same names, and leaves the others pending.
func (l *loader) again(before *Company, names *Names) {
	if names == nil || names.Rest == "" || l.c.AsOf == 0 {
		return
	}
	l.c.rest = names.Rest
	known := map[string]*Customer{}
	if before != nil && before.rest == l.c.rest && before.AsOf == l.c.AsOf && before.Today == l.c.Today {
		// Facts point at people and rules of their company.
		l.c.Policy, l.c.Roster, l.c.Signers, l.c.Table = before.Policy, before.Roster, before.Signers, before.Table
		for _, cu := range before.Customers {
			known[cu.ID] = cu
		}
	}
	l.c.Customers, l.pending = slices.Clone(l.pending), nil
	for i, cu := range l.c.Customers {
		cu.name = nameOf(cu, names)
		if old := known[cu.ID]; old != nil && cu.name != "" && old.name == cu.name {
			l.c.Customers[i] = old
			l.c.Files += old.files
			continue
		}
		l.pending = append(l.pending, cu)
	}
}

// nameOf names a customer with all its deals, "" where a part has no name.
func nameOf(cu *Customer, names *Names) string {
	parts := []string{cu.Dir, names.Of(cu.Dir)}
	for _, d := range cu.Deals {
		parts = append(parts, d.Dir, names.Of(d.Dir))
	}
	if slices.Contains(parts, "") {
		return ""
	}
	return strings.Join(parts, "\x00")
}
