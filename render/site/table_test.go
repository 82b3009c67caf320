package site

import (
	"bytes"
	"testing"

	"github.com/shopspring/decimal"
	"golang.org/x/net/html"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// shownPart shows one part of templates/parts.html in English, as on a page at the
// top.
func shownPart(t *testing.T, name string, data any) page {
	t.Helper()
	var b bytes.Buffer
	if err := templates()[string(catalogue.EN)+"pipeline"].ExecuteTemplate(&b, name, data); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return page{t, name, root}
}

func TestTable(t *testing.T) {
	p := shownPart(t, "table", table{
		ID: "x", Caption: diag.Term("site.pipeline.title"),
		Heads: []head{column("site.deal.deal"), choice("site.deal.stage"), number("site.deal.amount")},
		Rows: []tableRow{cells(
			link(Ref{Label: "<b>one</b>", File: "deals/one.html"}),
			cell{Say: diag.Term("state.deal.selling"), Badge: "good", Choice: "selling"},
			amount(money{decimal.RequireFromString("1234.5"), "CNY"}),
		), cells(say("two"), badge("bad", diag.Term("state.deal.stopped")), cell{Say: 3, Sub: "about"})},
	})
	p.says("caption#x-caption", "Pipeline")
	p.says("tr:first-child th[scope=row] a[href='deals/one.html'] bdi", "<b>one</b>")
	p.says("td[data-choice=selling] .badge.good", "Selling")
	p.says("td.number[data-key='1234.5'][data-currency=CNY]", "¥1,234.50")
	p.says(".badge.bad", "Stopped")
	p.says("td.number .sub", "about")
	for selector, want := range map[string]int{"table[data-sort][data-filter]": 1, "thead th[data-choose]": 1, "thead th.number": 1, "tbody b": 0} {
		if got := len(p.all(selector)); got != want {
			t.Errorf("%d of %s, want %d", got, selector, want)
		}
	}
}

func TestTableOfAPartNamesTheWhole(t *testing.T) {
	l := listing{Table: table{ID: "x", Heads: []head{column("site.deal.deal")}}, Rows: rowsOf([]string{"a", "b"}, func(s string) tableRow { return cells(say(s)) })}
	if p := shownPart(t, "table", l.made(l.Rows[:1])); len(p.all("table[data-all='2']")) != 1 {
		t.Error("a table of one of two rows does not name the two")
	}
	if p := shownPart(t, "table", l.made(l.Rows)); len(p.all("table[data-all]")) != 0 {
		t.Error("a table of all rows is taken for a part")
	}
}

func TestEmptyTableSaysWhy(t *testing.T) {
	p := shownPart(t, "table", table{ID: "x", Empty: diag.Term("site.pipeline.empty")})
	p.says(".empty", "There are no deals yet")
	if len(p.all("table")) != 0 {
		t.Error("an empty table is drawn")
	}
}

func TestRef(t *testing.T) {
	m := &Model{files: map[string]bool{"deals/a.html": true}}
	if r := m.Ref("a", "deals/a.html#way"); r.File == "" {
		t.Error("a page that exists is not linked")
	}
	if r := m.Ref("b", customerFile("b")); r.File != "" || r.Label != "b" {
		t.Errorf("a page that does not exist is linked: %v", r)
	}
}
