package site

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
)

// Measures of the charts. A chart is as wide as its place, so lengths along it
// are parts of fullWidth.
const (
	fullWidth  = 1000
	lineHeight = 200
	lineTop    = 6 // above the greatest value and below none, so that points are whole
	classes    = 6 // of colours; more series begin anew
)

// series is one kind of value of a chart, by what it is called.
type series struct {
	Name   any
	Values []point
}

// point is a figure of a chart and how it is said.
type point struct {
	N   decimal.Decimal
	Say any
}

// counts are the values of plain numbers.
func counts(ns ...int) []point {
	out := make([]point, len(ns))
	for i, n := range ns {
		out[i] = point{decimal.NewFromInt(int64(n)), n}
	}
	return out
}

// drawing is what a chart is called and what stands along it.
type drawing struct {
	ID          string // unique on its page
	Title, Desc any
	Along       diag.Term // what the labels are: "stage"
	Labels      []Ref
	Totals      []any    // said after each bar of several parts, if given
	Classes     []string // of the bars' parts, where their colours have a meaning
}

// fill is the class of the kth part of a bar.
func (d drawing) fill(k int) string {
	if k < len(d.Classes) {
		return d.Classes[k]
	}
	return class("c", k)
}

// bars draws one bar for each label, stacked from one part per series.
// Negative values have no length.
func (d drawing) bars(all ...series) *figure {
	f := d.figure(all, false)
	most := decimal.Zero
	for i := range d.Labels {
		most = decimal.Max(most, total(all, i))
	}
	for i, label := range d.Labels {
		b := bar{Label: label.Label, Say: d.amount(all, i)}
		x := 0
		for k, s := range all {
			w := scale(s.Values[i].N, most, fullWidth)
			if w > 0 {
				b.Parts = append(b.Parts, shape{Kind: "rect", Class: d.fill(k), X: x, W: w, H: 1, Say: phrase("site.figure.value", "name", s.Name, "value", s.Values[i].Say)})
			}
			x += w
		}
		f.Bars = append(f.Bars, b)
	}
	return f
}

// amount is what stands after a bar.
func (d drawing) amount(all []series, i int) any {
	switch {
	case len(d.Totals) > i:
		return d.Totals[i]
	case len(all) == 1:
		return all[0].Values[i].Say
	}
	return nil
}

// lines draws one line for each series over labels that stand at even
// distances, such as months.
func (d drawing) lines(all ...series) *figure {
	f := d.figure(all, true)
	f.Height = lineHeight
	most := decimal.NewFromInt(1)
	for _, s := range all {
		for _, v := range s.Values {
			most = decimal.Max(most, v.N)
		}
	}
	f.Top = most
	for k := range 3 {
		y := lineTop + (lineHeight-2*lineTop)*k/2
		f.Shapes = append(f.Shapes, shape{Kind: "line", Class: "grid", Y: y, W: fullWidth, H: y})
	}
	every := (len(d.Labels) + 7) / 8 // so that labels do not run into each other
	for i, label := range d.Labels {
		if i%every != 0 {
			label.Label = ""
		}
		f.Under = append(f.Under, label.Label)
	}
	for k, s := range all {
		f.line(k, s, most)
	}
	return f
}

// line draws the kth series, its points in the middle of their labels.
func (f *figure) line(k int, s series, most decimal.Decimal) {
	var dots []shape
	for i, v := range s.Values {
		x, y := fullWidth*(2*i+1)/(2*len(s.Values)), lineHeight-lineTop-scale(v.N, most, lineHeight-2*lineTop)
		dots = append(dots, shape{Kind: "dot", Class: class("c", k), X: x, Y: y, Say: phrase("site.figure.value", "name", s.Name, "value", v.Say)})
		if i > 0 {
			f.Shapes = append(f.Shapes, shape{Kind: "line", Class: class("l", k), X: dots[i-1].X, Y: dots[i-1].Y, W: x, H: y})
		}
	}
	f.Shapes = append(f.Shapes, dots...)
}

// figure is an empty drawing with the table of its figures.
func (d drawing) figure(all []series, lines bool) *figure {
	f := &figure{ID: d.ID, Title: d.Title, Desc: d.Desc}
	t := &table{ID: d.ID + "-table", Caption: d.Title, Heads: []head{column(d.Along)}}
	for k, s := range all {
		t.Heads = append(t.Heads, head{Label: s.Name, Number: true})
		switch {
		case lines:
			f.Legend = append(f.Legend, legend{class("l", k), s.Name})
		case len(all) > 1:
			f.Legend = append(f.Legend, legend{d.fill(k), s.Name})
		}
	}
	for i, label := range d.Labels {
		row := cells(link(label))
		for _, s := range all {
			row.Cells = append(row.Cells, cell{Say: s.Values[i].Say, Key: s.Values[i].N.String()})
		}
		t.Rows = append(t.Rows, row)
	}
	f.Table = t
	return f
}

func total(all []series, i int) decimal.Decimal {
	sum := decimal.Zero
	for _, s := range all {
		sum = sum.Add(decimal.Max(decimal.Zero, s.Values[i].N))
	}
	return sum
}

// scale is how long a value is where the greatest one has all the room. What
// is more than nothing can be seen.
func scale(n, most decimal.Decimal, room int) int {
	if !n.IsPositive() {
		return 0
	}
	return max(2, int(n.Mul(decimal.NewFromInt(int64(room))).Div(most).IntPart()))
}

func class(letter string, k int) string { return letter + string(rune('1'+k%classes)) }
