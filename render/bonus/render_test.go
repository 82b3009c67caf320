package bonus

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/cascadia"
	"github.com/shopspring/decimal"
	"golang.org/x/net/html"
	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// rendered is a report in memory.
type rendered map[string][]byte

func renderAll(t *testing.T, l Ledger, m Meta) rendered {
	t.Helper()
	var mu sync.Mutex
	out := rendered{}
	err := Render(l, m, func(path string, fill func(io.Writer) error) error {
		var b bytes.Buffer
		err := fill(&b)
		mu.Lock()
		defer mu.Unlock()
		if _, twice := out[path]; twice {
			return fmt.Errorf("%s is written twice", path)
		}
		out[path] = b.Bytes()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func ledgerOf(t *testing.T, name string) Ledger {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	return Compute(loadCase(t, archive))
}

func someMeta() Meta {
	return Meta{
		AsOf: value.MustDay("2026-08-31"), Commit: "0123456789abcdef0123456789abcdef01234567", Default: catalogue.ZH, Approvals: "none",
		Commits: func(path string) string {
			if strings.HasSuffix(path, "-icbc-1.yaml") {
				return "feed123"
			}
			return ""
		},
	}
}

// page parses a page for selectors.
func (r rendered) page(t *testing.T, name string) *html.Node {
	t.Helper()
	data, ok := r[name]
	if !ok {
		t.Fatalf("%s is missing", name)
	}
	n, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func texts(n *html.Node, selector string) []string {
	var out []string
	for _, m := range cascadia.QueryAll(n, cascadia.MustCompile(selector)) {
		out = append(out, textOf(m))
	}
	return out
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func wantTexts(t *testing.T, n *html.Node, selector string, want ...string) {
	t.Helper()
	if got := texts(n, selector); !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", selector, got, want)
	}
}

// Every page of every case is complete, accessible and without script, in all
// languages, and every link leads somewhere.
func TestEveryPage(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sound(t, renderAll(t, Compute(loadCase(t, archive)), someMeta()))
		})
	}
}

func sound(t *testing.T, r rendered) {
	t.Helper()
	for name, data := range r {
		if strings.Contains(string(data), "⟨bonus") {
			t.Errorf("%s lacks words", name)
		}
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		n := r.page(t, name)
		if lang, _, ok := strings.Cut(name, "/"); ok {
			wantTexts(t, n, "html[lang='"+lang+"'] > head > title", texts(n, "title")...)
		}
		for selector, want := range map[string]int{
			"script, style, [style], [onclick], iframe, object":                                                          0,
			"meta[http-equiv=Content-Security-Policy][content=\"default-src 'none'; style-src 'self'; img-src 'self'\"]": 1,
			"main": 1, "h1": 1, "table:not(:has(caption))": 0, ".scroll:not([tabindex='0'])": 0, "details:not(:has(summary))": 0,
		} {
			if got := len(texts(n, selector)); got != want {
				t.Errorf("%s: %d of %s, want %d", name, got, selector, want)
			}
		}
		r.links(t, name, n)
	}
}

func (r rendered) links(t *testing.T, name string, n *html.Node) {
	t.Helper()
	ids := map[string]bool{}
	for _, m := range cascadia.QueryAll(n, cascadia.MustCompile("[id]")) {
		if ids[attr(m, "id")] {
			t.Errorf("%s has two of #%s", name, attr(m, "id"))
		}
		ids[attr(m, "id")] = true
	}
	for _, m := range cascadia.QueryAll(n, cascadia.MustCompile("[aria-labelledby]")) {
		if !ids[attr(m, "aria-labelledby")] {
			t.Errorf("%s: nothing is labelled by #%s", name, attr(m, "aria-labelledby"))
		}
	}
	for _, m := range cascadia.QueryAll(n, cascadia.MustCompile("[href]")) {
		href := attr(m, "href")
		if id, ok := strings.CutPrefix(href, "#"); ok {
			if !ids[id] {
				t.Errorf("%s: %s leads nowhere", name, href)
			}
		} else if _, ok := r[path.Join(path.Dir(name), href)]; !ok {
			t.Errorf("%s: %s leads nowhere", name, href)
		}
	}
}

func TestChoice(t *testing.T) {
	m := someMeta()
	for _, lang := range catalogue.Langs {
		m.Default = lang
		n := renderAll(t, ledgerOf(t, "advance-open"), m).page(t, "index.html")
		wantTexts(t, n, "html[lang='"+string(lang)+"'] .choice a[href='zh-CN/index.html']", "中文")
		wantTexts(t, n, "meta[http-equiv=refresh][content='0; url="+string(lang)+"/index.html']", "")
	}
}

func TestSameBytes(t *testing.T) {
	l := ledgerOf(t, "reward-repeat-on")
	a, b := renderAll(t, l, someMeta()), renderAll(t, l, someMeta())
	if len(a) != len(b) {
		t.Fatal("another number of files")
	}
	for name := range a {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

// hostile are texts that would be formulas, or break out of a cell or page.
var hostile = []string{
	"=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＋1", "－1", "＠1", "1/3", "1-2", "2026-08", "0107",
	"<script>alert(1)</script>", "a\"b,c;d", "a\r\nb", "\u202eabc", "'=1", "=cmd|' /C calc'!A0", "\u200b=1", "\ufeff=1", "　=1", "\x00=1",
}

func hostileLedger(s string) Ledger {
	c := &fold.Company{Roster: fold.NewRoster(emptyRoster()), Policy: emptyPolicy()}
	d := &fold.Deal{ID: s, Year: "2026", Dir: "deals/2026/" + s, Customer: &fold.Customer{ID: s}}
	line := Line{
		Kind: Commission, Person: s, Deal: d, Clause: "4.1-N4", Row: "TM-22", Basis: decimal.New(-1, 0), Rate: s, Share: s, Whole: decimal.New(5, 0),
		Amount: decimal.New(-123456, -2), Currency: "CNY", On: value.MustDay("2026-05-01"), State: Payable, Reason: "bonus.order-paid",
		Args: map[string]any{"order": s, "date": s}, What: "bonus.receipt", Detail: s, Sources: []Source{{File: s, Line: 3}},
	}
	return Ledger{Company: c, Lines: []Line{line}, Excluded: []*fold.Deal{d}}
}

func TestHostileTexts(t *testing.T) {
	for _, s := range hostile {
		r := renderAll(t, hostileLedger(s), Meta{Commit: "0123", AsOf: value.MustDay("2026-05-02")})
		sound(t, r)
		for _, lang := range catalogue.Langs {
			rows := r.rows(t, "bonus."+string(lang)+".csv")
			for i, c := range columns {
				cell := rows[1][i]
				if number := c.number != nil && number.MatchString(cell); !number && formula(cell) {
					t.Errorf("%q gives the cell %q in %s", s, cell, c.key)
				}
				if i > 0 && c.number == nil && c.key != "date" && misread.MatchString(cell) && c.key != "report-commit" {
					t.Errorf("%q gives the cell %q in %s, which a spreadsheet changes", s, cell, c.key)
				}
			}
		}
	}
}

// rows reads a CSV file back and holds its bytes against what Excel wants.
func (r rendered) rows(t *testing.T, name string) [][]string {
	t.Helper()
	data, ok := bytes.CutPrefix(r[name], []byte("\xef\xbb\xbf"))
	if !ok {
		t.Fatalf("%s has no byte-order mark", name)
	}
	if bytes.Count(data, []byte("\n")) != bytes.Count(data, []byte("\r\n")) {
		t.Errorf("%s has line ends that are not CRLF", name)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSV(t *testing.T) {
	l := ledgerOf(t, "commission-thirds")
	r := renderAll(t, l, someMeta())
	rows := r.rows(t, "bonus.en.csv")
	if len(rows) != 4 {
		t.Fatalf("%d rows", len(rows))
	}
	want := []string{
		"2026-08-31", "2026-06-10", "白露", "bai-lu", "person", "线束", "hengtai-harness", "恒泰汽车", "Commission", "Money received", "so-1 / all / icbc-1",
		"11300.00", "13%", "10000.00", "1%", "100.00", "'1/3", "33.34", "CNY", "'2026-06", "Payable", "Order so-1 was paid in full on 2026-06-10", "", "4.1-N4", "TM-22",
		"deals/customers/hengtai/receipts/2026-06-10-icbc-1.yaml:6; deals/2026/hengtai-harness/terms/2026-01-05-formal.yaml:2; deals/2026/hengtai-harness/orders/so-1/2026-05-06-order.yaml:7",
		"feed123", l.Lines[0].Key.ID(), someMeta().Commit, l.Digest(),
	}
	if !slices.Equal(rows[1], want) {
		t.Errorf("got  %q\nwant %q", rows[1], want)
	}
	if len(rows[0]) != len(want) || slices.Index(rows[0], "Amount before income tax") != 17 {
		t.Errorf("heads: %q", rows[0])
	}
	if got := renderAll(t, ledgerOf(t, "commission-single-rate"), someMeta()).rows(t, "bonus.zh-CN.csv")[1][13]; got != "8849.5575221239" {
		t.Errorf("a net amount without end is %s", got)
	}
}

// A huge company is spread over pages that a browser shows at once.
func TestHugeCompany(t *testing.T) {
	l := hugeLedger(100, 30, 1500)
	r := renderAll(t, l, someMeta())
	for name, data := range r {
		if strings.HasSuffix(name, ".html") && len(data) > 2<<20 {
			t.Errorf("%s has %d bytes", name, len(data))
		}
	}
	sound(t, r)
	wantTexts(t, r.page(t, "en/index.html"), ".people tbody tr:nth-child(1) a[href='people/p000.html']", "p000")
	busy := r.page(t, "en/people/p000.2.html")
	wantTexts(t, busy, "[aria-current=page]", "Page 2 of 15")
	wantTexts(t, busy, ".pages a", "First", "Previous", "Next", "Last")
	wantTexts(t, busy, "h1", "Bonus statement: p000 · Page 2 of 15")
	wantTexts(t, busy, "main > .note", "Sums are those of all pages together.")
	if n := len(texts(r.page(t, "en/people/p001.html"), ".line")); n != 30 {
		t.Errorf("%d lines of p001", n)
	}
	if rows := r.rows(t, "bonus.en.csv"); len(rows) != len(l.Lines)+1 {
		t.Errorf("%d rows of %d lines", len(rows), len(l.Lines))
	}
}

// hugeLedger has many people with some lines, and one with very many.
func hugeLedger(people, lines, most int) Ledger {
	l := Ledger{Company: &fold.Company{Roster: fold.NewRoster(emptyRoster()), Policy: emptyPolicy()}}
	deals := make([]*fold.Deal, 2000)
	for i := range deals {
		id := fmt.Sprintf("customer-deal-%04d", i)
		deals[i] = &fold.Deal{ID: id, Year: "2026", Dir: "deals/2026/" + id, Customer: &fold.Customer{ID: "customer"}}
	}
	for p := range people {
		n := lines
		if p == 0 {
			n = most
		}
		for k := range n {
			state := Payable
			if k == 7 {
				state = Forfeited
			}
			l.Lines = append(l.Lines, Line{
				Kind: Advance, Person: fmt.Sprintf("p%03d", p), Deal: deals[(p*lines+k)%len(deals)], Clause: "4.2-N2", Row: "TP-05", Basis: decimal.New(100, 0),
				Rate: "20%", Share: "1", Whole: decimal.New(20, 0), Amount: decimal.New(20, 0), Currency: "CNY", On: value.MustDay("2026-05-01"), State: state,
				Reason: "bonus.waits-sale", What: "word.travel", Detail: "visit",
				Sources: []Source{{File: "deals/2026/customer-deal-0001/campaigns/visit/2026-05-01-expense.yaml", Line: 3}},
			})
		}
	}
	return l
}

// Every key that the package names has words, and no words are left over but
// those of the command (bonus.cli).
func TestTextsAreUsed(t *testing.T) {
	used := map[string]bool{"bonus.group.nothing": true}
	files, _ := filepath.Glob("*.go")
	templates, _ := filepath.Glob("templates/*.html")
	key := regexp.MustCompile(`bonus\.[a-z-]+(\.[a-zA-Z-]+)*`)
	for _, name := range append(files, templates...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, k := range key.FindAllString(readFile(t, name), -1) {
			used[k] = true
		}
	}
	for _, c := range columns {
		used["bonus.col."+c.key] = true
	}
	for _, g := range groups {
		used["bonus.group."+g.name] = true
	}
	for k := range used {
		if !catalogue.Has(k) && !slices.ContainsFunc(catalogue.Keys(), func(full string) bool { return strings.HasPrefix(full, k+".") }) {
			t.Errorf("%s has no words", k)
		}
	}
	for _, k := range catalogue.Keys() {
		parent := k[:max(strings.LastIndexByte(k, '.'), 0)]
		if strings.HasPrefix(k, "bonus.") && !strings.HasPrefix(k, "bonus.cli.") && !used[k] && !used[parent] {
			t.Errorf("%s is used nowhere", k)
		}
	}
}
