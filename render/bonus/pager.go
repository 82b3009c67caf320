package bonus

import (
	"slices"
	"strconv"
	"strings"
)

// What one page takes, so that none grows with the number of deals: of a list
// so many rows, of derivations so many lines, and fewer where these name many
// sources. Compressed, a full page has about a third of 100 KB.
const (
	rowsOnOnePage   = 500
	weightOnOnePage = 100
	sourcesPerLine  = 10 // what an ordinary line names at most
)

// pager links the pages of a list that is too long for one. Files are empty
// where there is none.
type pager struct {
	Number, Of                  int
	First, Previous, Next, Last string
}

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
	p := page{frame: b.frame(numbered(file, k)), Kind: kind, pager: pager{Number: k + 1, Of: of}}
	to := func(k int) string { return base(numbered(file, k)) }
	if k > 0 {
		p.First, p.Previous = to(0), to(k-1)
	}
	if k < of-1 {
		p.Next, p.Last = to(k+1), to(of-1)
	}
	return p
}

func numbered(file string, k int) string {
	if k == 0 {
		return file
	}
	return strings.TrimSuffix(file, ".html") + "." + strconv.Itoa(k+1) + ".html"
}

func base(file string) string { return file[strings.LastIndexByte(file, '/')+1:] }
