package site

import (
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// drawn shows a figure as pages do.
func drawn(t *testing.T, f *figure) page { return shownPart(t, "figure", f) }

func testDrawing(labels ...string) drawing {
	d := drawing{ID: "d", Title: "<Deals>", Desc: "how many", Along: "site.deal.stage"}
	for _, l := range labels {
		d.Labels = append(d.Labels, Ref{Label: l, File: "pipeline.html"})
	}
	return d
}

func TestBars(t *testing.T) {
	p := drawn(t, testDrawing("a", "b", "c").bars(series{"all", counts(4, 2, 0)}))
	var widths []string
	for _, n := range p.all(".bars rect") {
		widths = append(widths, attr(n, "width"))
	}
	if !slices.Equal(widths, []string{"1000", "500"}) {
		t.Errorf("the bars are %v wide", widths)
	}
	p.says("figcaption", "<Deals>")
	p.says(".bars li", "a", "4")
	p.says("table tbody tr:nth-child(2)", "b2")
	if len(p.all("table tbody tr")) != 3 || len(p.all(".legend")) != 0 {
		t.Error("the table lacks a row, or one series has a legend")
	}
}

func TestStackedBars(t *testing.T) {
	d := testDrawing("a", "b")
	d.Totals = []any{4, 0}
	p := drawn(t, d.bars(series{"good", counts(3, -1)}, series{"bad", counts(1, 0)}))
	rects := p.all(".bars rect")
	if len(rects) != 2 || attr(rects[0], "width") != "750" || attr(rects[1], "x") != "750" || attr(rects[1], "class") != "c2" {
		t.Errorf("%d parts, the second from %s", len(rects), attr(rects[1], "x"))
	}
	p.says(".legend", "good", "bad")
	p.says(".bars rect title", "good: 3")
}

func TestLines(t *testing.T) {
	months := strings.Fields("01 02 03 04 05 06 07 08 09 10 11 12")
	p := drawn(t, testDrawing(months...).lines(series{"won", counts(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)}))
	p.says("svg[role=img] > desc", "how many")
	p.says(".lines > p", "11")
	if got := strings.Fields(p.text(".lines ul")); len(got) != 6 || len(p.all(".lines li")) != 12 {
		t.Errorf("the labels are %v, want every second", got)
	}
	if got := len(p.all("circle")); got != 12 {
		t.Errorf("%d points", got)
	}
	for _, empty := range []*figure{testDrawing().bars(), testDrawing().lines(series{Name: "none"}), testDrawing("a").lines(series{"zero", counts(0)})} {
		drawn(t, empty)
	}
}

// TestFlow draws every process: each stage once, and each arrow.
func TestFlow(t *testing.T) {
	for _, p := range schema.Table().Processes {
		if len(p.States) == 0 {
			continue
		}
		f := flowChart("f", p, nil)
		page := drawn(t, f)
		if got := len(page.all("rect.node")); got != len(p.States) {
			t.Errorf("%s: %d stages drawn, want %d", p.Name, got, len(p.States))
		}
		for _, s := range p.States {
			page.says("svg text", catalogue.Text(catalogue.EN, string(p.Term(s.Name)), nil))
		}
		if got := len(page.all("tbody tr")); got != len(p.Rows) {
			t.Errorf("%s: %d rows, want %d", p.Name, got, len(p.Rows))
		}
		for _, s := range f.Shapes {
			if s.X < 0 || s.Y < 0 || s.X+s.W > f.Width || s.Y+s.H > f.Height {
				t.Errorf("%s: a %s of %v lies outside", p.Name, s.Kind, s.Say)
			}
		}
	}
}

func TestFlowOfADeal(t *testing.T) {
	p := open(t, render(t, model(t, nil)), "en/deals/hengtai-harness.html")
	if got := p.text("[aria-labelledby^='flow-title'] text.now"); got != "Selling" {
		t.Errorf("the deal stands in %q", got)
	}
	if passed := p.all("[aria-labelledby^='flow-title'] path.way-line.passed"); len(passed) != 1 || strings.Count(attr(passed[0], "d"), "M") < 8 {
		t.Error("the passed way is not drawn")
	}
}

func TestFlowTableOfARun(t *testing.T) {
	d := load(t, nil).Deal("hengtai-harness")
	drawn(t, flowChart("flow", d.Main.Process, d.Main)).says("#flow-table tr:contains('TM-02')", "2026-01-20")
}

func TestPager(t *testing.T) {
	rows := make([]int, 7)
	parts := paged("list.html", rows, 3)
	if len(parts) != 3 || parts[1].Pager.Previous != "list.html" || parts[1].Pager.Last != "list.3.html" || len(parts[2].Rows) != 1 {
		t.Errorf("the parts are %+v", parts)
	}
	if parts := paged("list.html", rows[:0], 3); len(parts) != 1 || parts[0].Pager.Of != 1 {
		t.Errorf("an empty list has %d pages", len(parts))
	}
	if got := (words{catalogue.EN}).say(titled(diag.Term("site.pipeline.title"), parts[1].Pager)); got != "Pipeline, page 2 of 3" {
		t.Errorf("the second page is called %q", got)
	}
}
