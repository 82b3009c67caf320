package bonus

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/render/paging"
)

// What one page takes, so that none grows with the number of deals: of a list
// so many rows, of derivations so many lines, and fewer where these name many
// sources. Compressed, a full page has about a third of 100 KB.
const (
	rowsOnOnePage   = 500
	weightOnOnePage = 100
	sourcesPerLine  = 10 // what an ordinary line names at most
)

// weight is how many ordinary lines a line takes the room of.
func weight(l Line) int {
	return 1 + (len(l.Sources)+len(l.Before)+len(l.Chain)+len(l.Notes))/sourcesPerLine
}

// paged distributes groups over pages; one that does not fit goes on on the
// next. A page has at least one line, however much that weighs.
func paged(all []group) [][]group {
	pages, room := [][]group{nil}, weightOnOnePage
	for _, g := range all {
		for rest := g.Lines; len(rest) > 0; {
			n, weighs := fitting(rest, room)
			switch {
			case n == 0 && room < weightOnOnePage:
				pages, room = append(pages, nil), weightOnOnePage
				continue
			case n == 0:
				n, weighs = 1, weight(rest[0])
			}
			part := g
			part.Lines, rest = rest[:n], rest[n:]
			pages[len(pages)-1] = append(pages[len(pages)-1], part)
			room -= weighs
		}
	}
	return pages
}

// fitting is how many of the first lines fit, and what they weigh.
func fitting(lines []Line, room int) (n, weighs int) {
	for _, l := range lines {
		if weighs+weight(l) > room {
			break
		}
		n, weighs = n+1, weighs+weight(l)
	}
	return n, weighs
}

// spread makes pages of a kind from rows, as many as they need.
func spread[T any](b *book, kind, file string, rows []T, size int, fill func(*page, []T)) []page {
	var pages []page
	of := (len(rows) + size - 1) / size
	for part := range slices.Chunk(rows, size) {
		p := b.page(kind, file, len(pages), of)
		fill(&p, part)
		pages = append(pages, p)
	}
	return pages
}

// page is the k-th of several pages with one name.
func (b *book) page(kind, file string, k, of int) page {
	at := func(n int) string { return base(paging.File(file, n)) }
	return page{frame: b.frame(paging.File(file, k+1)), Kind: kind, Pager: paging.At(k+1, of, at)}
}

func base(file string) string { return file[strings.LastIndexByte(file, '/')+1:] }
