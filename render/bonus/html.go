package bonus

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"strings"
	"sync"

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

// Render writes the report through write: pages and one file of each format
// in every language. Paths are slash-separated and relative to the report's root.
func Render(l Ledger, m Meta, write func(path string, data []byte) error) error {
	if m.Default == "" {
		m.Default = catalogue.ZH
	}
	b := newBook(l, m)
	pages := b.pages()
	origins := newOrigins(l, m)
	for _, lang := range catalogue.Langs {
		w := words{lang, l.Company}
		say, err := templatesIn(w, b, origins)
		if err != nil {
			return err
		}
		for _, p := range pages {
			if err := say(string(lang)+"/"+p.File, "page", p, write); err != nil {
				return err
			}
		}
		if err := writeFiles(l, m, lang, write); err != nil {
			return err
		}
	}
	return b.choice(write)
}

// choice is the page at the report's root: it leads to the default language.
func (b *book) choice(write func(string, []byte) error) error {
	say, err := templatesIn(words{b.meta.Default, b.ledger.Company}, b, nil)
	if err != nil {
		return err
	}
	p := page{frame: b.frame("index.html")}
	if err := say("index.html", "choice", p, write); err != nil {
		return err
	}
	return write(stylePath, style)
}

// templatesIn binds the templates to the words of a language.
func templatesIn(w words, b *book, o *origins) (func(path, name string, p page, write func(string, []byte) error) error, error) {
	t, err := templates().Clone()
	if err != nil {
		return nil, err
	}
	t.Funcs(funcs(w, b, o))
	return func(path, name string, p page, write func(string, []byte) error) error {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, name, p); err != nil {
			return err
		}
		return write(path, b.Bytes())
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
		"digits":   w.digits,
		"money":    w.money,
		"reason":   w.reason,
		"what":     w.what,
		"state":    func(l Line) string { return w.text(string(stateOf(l))) },
		"title":    title,
		"customer": customer,
		"formula":  w.formula,
		"step":     w.step,
		"origin":   func(s Source) string { return w.origin(o.of(s)) },
		"explain":  func(l Line) Step { return b.explainer.Explain(l) },
		"cap":      b.deductionCap,
		"exit":     func() *Exit { return b.meta.Exit },
		"exitPart": func(name string, sums []amountOf) exitPart { return exitPart{"bonus.exit." + name, sums} },
		"roles":    func() []string { return signers },
		"age":      func(l Line) int { return b.age(l) },
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
