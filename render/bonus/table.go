package bonus

import (
	"bufio"
	"strings"

	"github.com/mattn/go-runewidth"
)

// grid is a table for a terminal: its columns are as wide as what stands in
// them, with Chinese characters taking two places.
type grid struct {
	right []bool // columns of numbers
	rows  [][]string
}

// add adds a row; the cells of a row may be fewer than the columns.
func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

// write keeps the writer's first error until it is flushed.
func (g *grid) write(out *bufio.Writer) {
	widths := make([]int, len(g.right))
	for _, row := range g.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	for _, row := range g.rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString("  ")
			if g.right[i] {
				b.WriteString(runewidth.FillLeft(cell, widths[i]))
			} else {
				b.WriteString(runewidth.FillRight(cell, widths[i]))
			}
		}
		_, _ = out.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
}
