package site

import (
	"fmt"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
)

// figure is a drawing with its figures as a table beside it, shown by the part
// "figure". Coordinates are whole units of the view box; nothing is a float,
// so that every machine draws the same bytes. No chart library is used: those
// of Go write inline styles, which the pages forbid, or need scripts, and none
// takes labels in the language of the page.
//
// A flow chart has a size of its own. A chart is as wide as its place, from a
// phone to a wide screen: only what has a length is drawn, and all words stand
// around it as text, so that they keep their size and can be as long as names are.
type figure struct {
	ID            string // unique on its page
	Title, Desc   any
	Width, Height int
	Shapes        []shape
	Steps         []step // what a flow chart shows, for screens that it is too wide for
	Alike         string // names the drawing where many figures share it
	Bars          []bar  // of a chart of bars, instead of shapes
	Under         []any  // what stands below a chart of lines, at even distances
	Top           any    // the value at the upper edge of a chart of lines
	Legend        []legend
	Table         *table
}

// step is one stage of a flow chart: passed, now, ahead, or empty where no run
// is shown, and what may follow.
type step struct {
	Stage any
	Class string
	Next  []diag.Term
}

// bar is one bar of a chart, from parts one after the other.
type bar struct {
	Label any
	Parts []shape
	Say   any // how long it is
}

// shape is one element of a drawing. Kind is rect, box, path, line, dot or text. None
// is a link: a drawing is one image to those who hear it; its table has links.
type shape struct {
	Kind       string
	Class      string
	X, Y, W, H int    // a line ends at W and H
	D          string // of a path
	Say        any    // a text, and what a rect or dot says when pointed at
	Middle     bool   // a text around X
}

// Left and Right are where a line begins and ends, or where a dot is, in a chart
// that is as wide as its place.
func (s shape) Left() string  { return ofWidth(s.X) }
func (s shape) Right() string { return ofWidth(s.W) }

func ofWidth(n int) string { return fmt.Sprintf("%d.%d%%", n*100/fullWidth, n*1000/fullWidth%10) }

// legend says what a class of shapes stands for.
type legend struct {
	Class string
	Say   any
}

func (f *figure) text(s shape) {
	s.Kind = "text"
	f.Shapes = append(f.Shapes, s)
}

// path draws a way, such as "M", 0, 10, "H", 20.
func (f *figure) path(class string, way ...any) {
	f.Shapes = append(f.Shapes, shape{Kind: "path", Class: class, D: strings.TrimSuffix(fmt.Sprintln(way...), "\n")})
}

// triangle is the way around three corners.
func triangle(x1, y1, x2, y2, x3, y3 int) string {
	return fmt.Sprintf("M %d %d L %d %d L %d %d Z", x1, y1, x2, y2, x3, y3)
}
