package bonus

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Meta says of what the report is made.
type Meta struct {
	AsOf      value.Day
	Commit    string // empty outside of git
	Default   catalogue.Lang
	Approvals string                       // none or reviews, as in policy
	Commits   func(path string) string     // short hash that recorded a file, "" unknown
	Approved  func(path string) []Approval // whose approval a file had; nil where nobody was asked
	Exit      *Exit                        // of a settlement, else nil
}

func (m Meta) commit(path string) string {
	if m.Commits == nil {
		return ""
	}
	return m.Commits(path)
}

// Write takes one file of the report, which fill writes.
type Write func(path string, fill func(io.Writer) error) error

// Render writes the report through write, from several goroutines and once for
// each path: pages and one file of each format in every language. Paths are
// slash-separated and relative to the report's root.
func Render(l Ledger, m Meta, write Write) error {
	if m.Default == "" {
		m.Default = catalogue.ZH
	}
	b := newBook(l, m)
	tasks := []func() error{
		func() error { return b.choice(write) },
		func() error { return write(stylePath, func(out io.Writer) error { return wholly(out, style) }) },
	}
	for _, lang := range catalogue.Langs {
		tasks = append(tasks, files(l, m, lang, write)...)
	}
	pages, origins := b.pages(), newOrigins(l, m)
	for _, lang := range catalogue.Langs {
		say, err := templatesIn(words{lang, l.Company}, b, origins)
		if err != nil {
			return err
		}
		for _, p := range pages {
			tasks = append(tasks, func() error { return write(string(lang)+"/"+p.File, say("page", p)) })
		}
	}
	return atOnce(tasks)
}

func wholly(out io.Writer, data []byte) error {
	_, err := out.Write(data)
	return err
}

// atOnce does all tasks on all processors, until one fails.
func atOnce(tasks []func() error) error {
	var wg sync.WaitGroup
	var next atomic.Int64
	failed := make(chan error, len(tasks))
	for range min(len(tasks), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(tasks) && len(failed) == 0; i = int(next.Add(1)) - 1 {
				if err := tasks[i](); err != nil {
					failed <- err
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	return <-failed
}

// choice is the page at the report's root: it leads to the default language.
func (b *book) choice(write Write) error {
	say, err := templatesIn(words{b.meta.Default, b.ledger.Company}, b, nil)
	if err != nil {
		return err
	}
	return write("index.html", say("choice", page{frame: b.frame("index.html")}))
}

// templatesIn binds the templates to the words of a language.
func templatesIn(w words, b *book, o *origins) (func(name string, p page) func(io.Writer) error, error) {
	t, err := templates().Clone()
	if err != nil {
		return nil, err
	}
	t.Funcs(funcs(w, b, o))
	return func(name string, p page) func(io.Writer) error {
		return func(out io.Writer) error { return t.ExecuteTemplate(out, name, p) }
	}, nil
}

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed style.css
var style []byte

// stylePath bears the digest of the style sheet, so that no browser keeps an
// old one.
var stylePath = func() string {
	sum := sha256.Sum256(style)
	return "style." + hex.EncodeToString(sum[:6]) + ".css"
}()

// templates are parsed once and never executed, only copied. They are part of
// the program; a test executes them all.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(funcs(words{}, &book{}, nil)).ParseFS(templateFiles, "templates/*.html"))
})

func funcs(w words, b *book, o *origins) template.FuncMap {
	return template.FuncMap{
		"lang":     func() catalogue.Lang { return w.lang },
		"langs":    func() []catalogue.Lang { return catalogue.Langs },
		"in":       func(l catalogue.Lang, key string) string { return catalogue.Text(l, key, nil) },
		"files":    func() []download { return downloads(w.lang) },
		"t":        w.text,
		"count":    w.count,
		"visible":  visible,
		"payee":    w.payee,
		"person":   w.named,
		"team":     w.teamName,
		"sumOf":    func(p *fold.Payout) []Pay { return paySums(recorded(b.ledger.Company, p)) },
		"lines":    lines(w, b, o),
		"digits":   w.digits,
		"money":    w.money,
		"title":    title,
		"customer": customer,
		"cap":      b.deductionCap,
		"exit":     func() *Exit { return b.meta.Exit },
		"exitPart": func(name string, sums []amountOf) exitPart { return exitPart{"bonus.exit." + name, sums} },
		"roles":    func() []string { return signers },
		"currency": func(written string) string { return currencyOf(b.ledger.Company, written) },
		"short":    func(hash string) string { return hash[:min(len(hash), 10)] },
		"cell":     func(currency string, d decimal.Decimal) amountOf { return amountOf{currency, d} },
		"blank":    func(d decimal.Decimal) bool { return d.IsZero() },
	}
}

// signers are those who put their names below a printed statement, by the keys
// of their words.
var signers = []string{"bonus.sign.payee", "bonus.sign.finance", "bonus.sign.general-manager"}

// exitPart is one part of a settlement.
type exitPart struct {
	Key  string
	Sums []amountOf
}

// deductionCap is the most of a bonus that deductions take on the next pay day.
func (b *book) deductionCap() string {
	return b.ledger.Company.PlanOn(b.ledger.Company.AsOf).Pay.DeductionCap.Text
}

// age is for how many days an advance has been out, 0 for all other lines.
func (b *book) age(l Line) int {
	if l.Kind != Advance || l.State != Waiting {
		return 0
	}
	return age(l.SpentOn(), b.ledger.Company.AsOf)
}

// frame is what every page shows around its content.
type frame struct {
	Root, File, Home string // way to the report's root; place below a language; way to the totals
	Style            string
	Company          string
	AsOf             value.Day
	Commit, Digest   string
	Unjudged         bool
}

func (b *book) frame(file string) frame {
	up := strings.Repeat("../", strings.Count(file, "/"))
	f := frame{
		Root: "../" + up, File: file, Home: up + "index.html", Style: stylePath,
		AsOf: b.meta.AsOf, Commit: b.meta.Commit, Digest: b.digest, Unjudged: b.meta.Approvals == "none",
	}
	if p := b.ledger.Company.Policy; p != nil {
		f.Company = visible(p.Company.S)
	}
	return f
}
