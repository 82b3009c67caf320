package site

import (
	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
)

// Measures of the charts, in units of the view box: about one pixel each.
const (
	chartWidth = 520
	barRoom    = 400 // for the bars; what they amount to stands after them
	barHeight  = 18
	barStep    = 48
	lineHeight = 220
	lineLeft   = 10
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
	f := d.figure(all)
	f.Height = barStep*len(d.Labels) + 6
	most := decimal.Zero
	for i := range d.Labels {
		most = decimal.Max(most, total(all, i))
	}
	for i, label := range d.Labels {
		y, x := barStep*i+16, 0
		f.text(shape{X: 0, Y: y, Say: label.Label})
		for k, s := range all {
			w := scale(s.Values[i].N, most, barRoom)
			if w > 0 {
				f.Shapes = append(f.Shapes, shape{Kind: "rect", Class: d.fill(k), X: x, Y: y + 7, W: w, H: barHeight, Say: phrase("site.figure.value", "name", s.Name, "value", s.Values[i].Say)})
			}
			x += w
		}
		f.text(shape{Class: "soft", X: x + 8, Y: y + 21, Say: d.amount(all, i)})
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
	f := d.figure(all)
	f.Height = lineHeight + 30
	most := decimal.Zero
	for _, s := range all {
		for _, v := range s.Values {
			most = decimal.Max(most, v.N)
		}
	}
	at := func(i int) int { return lineLeft + (chartWidth-2*lineLeft-60)*i/max(1, len(d.Labels)-1) + 20 }
	for k := range 5 {
		y := 10 + (lineHeight-10)*k/4
		f.path("grid", "M", 0, y, "H", chartWidth)
	}
	every := (len(d.Labels) + 7) / 8 // so that labels do not run into each other
	for i, label := range d.Labels {
		if i%every == 0 {
			f.text(shape{Class: "soft", X: at(i), Y: lineHeight + 20, Say: label.Label, Middle: true})
		}
	}
	for k, s := range all {
		var way []any
		for i, v := range s.Values {
			y := lineHeight - scale(v.N, most, lineHeight-10)
			way = append(way, step(i), at(i), y)
			f.Shapes = append(f.Shapes, shape{Kind: "dot", Class: class("c", k), X: at(i), Y: y, W: 4, Say: phrase("site.figure.value", "name", s.Name, "value", v.Say)})
		}
		f.path(class("l", k), way...)
	}
	return f
}

// step begins a line, or goes on with it.
func step(i int) string {
	if i == 0 {
		return "M"
	}
	return "L"
}

// figure is an empty drawing with the table of its figures.
func (d drawing) figure(all []series) *figure {
	f := &figure{ID: d.ID, Title: d.Title, Desc: d.Desc, Width: chartWidth}
	t := &table{ID: d.ID + "-table", Caption: d.Title, Heads: []head{column(d.Along)}}
	for k, s := range all {
		t.Heads = append(t.Heads, head{Label: s.Name, Number: true})
		if len(all) > 1 {
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
