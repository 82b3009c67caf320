package check

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/currency"
	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// longest is how many runes a text of each kind may have.
var longest = map[schema.Kind]int{
	schema.KindText: schema.MaxText, schema.KindWord: schema.MaxName, schema.KindPerson: schema.MaxName,
	schema.KindTeam: schema.MaxName, schema.KindFact: schema.MaxPath, schema.KindEvidence: schema.MaxPath,
}

var (
	fractionText   = regexp.MustCompile(schema.FractionPattern)
	currencyText   = regexp.MustCompile(schema.CurrencyPattern)
	creditCodeText = regexp.MustCompile(schema.CreditCodePattern)
)

// scalar judges a single value by the kind of its field.
func (w *walker) scalar(f *schema.Field, n *yaml.Node, val any) {
	if n.Kind != yaml.ScalarNode {
		w.wrongType(f.Kind, n, val, "schema/hint.one-value", "")
		return
	}
	switch f.Kind {
	case schema.KindEnum:
		w.choice(f.Enum, "word.", n, val)
	case schema.KindRole:
		w.choice(schema.Roles, "role.", n, val)
	case schema.KindDate:
		w.date(n, val)
	case schema.KindMonth:
		w.month(n, val)
	case schema.KindMoney, schema.KindSigned, schema.KindNumber:
		w.amount(f.Kind, n, val)
	case schema.KindInteger:
		w.integer(n, val)
	case schema.KindFraction:
		w.fraction(n, val)
	case schema.KindCurrency:
		w.currency(n, val)
	case schema.KindCreditCode:
		w.creditCode(n, val)
	case schema.KindCustomer, schema.KindDeal:
		w.id(f.Kind, n, val)
	default:
		w.text(f.Kind, n, val)
	}
}

func (w *walker) text(kind schema.Kind, n *yaml.Node, val any) {
	s, isText := val.(string)
	_, isNumber := val.(json.Number)
	digitsToo := kind == schema.KindText || kind == schema.KindWord
	switch {
	case isNumber && digitsToo:
	case !isText:
		w.wrongType(kind, n, val, "schema/hint.quote", "")
	case strings.TrimSpace(s) == "":
		w.problem("schema/blank", n, nil)
	case utf8.RuneCountInString(s) > longest[kind]:
		w.problem("schema/too-long", n, diag.Args{"n": utf8.RuneCountInString(s), "max": longest[kind]})
	case kind == schema.KindWord && strings.ContainsAny(s, " \t\n\f\r"):
		w.wrongType(kind, n, val, "schema/hint.no-spaces", "")
	case kind == schema.KindFact && !strings.HasSuffix(s, ".yaml"):
		w.wrongType(kind, n, val, "schema/hint.fact", "")
	}
}

// choice judges one word of a list. A name of the word is understood, though
// not accepted.
func (w *walker) choice(allowed []string, prefix string, n *yaml.Node, val any) {
	s, ok := val.(string)
	if ok && slices.Contains(allowed, s) {
		return
	}
	if ok && strings.TrimSpace(s) == "" {
		w.problem("schema/blank", n, nil)
		return
	}
	terms := make([]diag.Term, len(allowed))
	for i, word := range allowed {
		terms[i] = diag.Term(prefix + word)
	}
	near := nearest(n.Value, val, allowed, terms)
	w.problem("schema/not-in-list", n, diag.Args{
		"allowed": allowed, "names": terms, "near": near, "hint": meant(near, "schema/hint.choose"),
	})
}

func nearest(s string, val any, allowed []string, terms []diag.Term) string {
	if b, ok := val.(bool); ok {
		s = map[bool]string{true: "yes", false: "no"}[b]
	}
	for i, word := range allowed {
		for _, l := range catalogue.Langs {
			if strings.EqualFold(s, catalogue.Text(l, string(terms[i]), nil)) {
				return word
			}
		}
	}
	return Similar(s, allowed)
}

func (w *walker) date(n *yaml.Node, val any) {
	if _, ok := val.(string); ok {
		if _, err := value.ParseDay(n.Value); err == nil {
			return
		}
	}
	hint, near := dateHint(n.Value)
	w.problem("schema/bad-date", n, diag.Args{"hint": hint, "near": near})
}

func (w *walker) month(n *yaml.Node, val any) {
	if _, ok := val.(string); ok {
		if _, err := value.ParseMonth(n.Value); err == nil {
			return
		}
	}
	w.wrongType(schema.KindMonth, n, val, "schema/hint.month", "")
}

func (w *walker) amount(kind schema.Kind, n *yaml.Node, val any) {
	if _, ok := val.(json.Number); !ok {
		hint, near := numberHint(n.Value)
		w.wrongType(kind, n, val, hint, near)
		return
	}
	d, err := value.ParseDecimal(n.Value)
	switch {
	case err != nil:
		w.wrongType(kind, n, val, "schema/hint.digits", "")
	case d.IsNegative() && kind != schema.KindSigned:
		w.problem("schema/negative", n, nil)
	}
}

func (w *walker) integer(n *yaml.Node, val any) {
	before := len(w.found)
	w.amount(schema.KindInteger, n, val)
	if len(w.found) > before || len(w.found) == maxFindings {
		return
	}
	i, err := strconv.Atoi(n.Value)
	switch {
	case err != nil:
		w.wrongType(schema.KindInteger, n, val, "schema/hint.whole", "")
	case i > schema.MaxInteger:
		w.wrongType(schema.KindInteger, n, val, "schema/hint.too-large", "")
	}
}

func (w *walker) fraction(n *yaml.Node, val any) {
	if _, isBool := val.(bool); isBool {
		w.wrongType(schema.KindFraction, n, val, "schema/hint.fraction", "")
		return
	}
	r, err := value.ParseFraction(n.Value)
	_, isNumber := val.(json.Number)
	switch {
	case err == nil && r.Sign() < 0:
		w.problem("schema/negative", n, nil)
	case err != nil || !isNumber && !fractionText.MatchString(n.Value):
		hint, near := fractionHint(n.Value)
		w.problem("schema/bad-fraction", n, diag.Args{"hint": hint, "near": near})
	}
}

func (w *walker) currency(n *yaml.Node, val any) {
	if s, ok := val.(string); ok && currencyText.MatchString(s) {
		if _, err := currency.ParseISO(s); err == nil {
			return
		}
	}
	near := currencyNames[strings.ToUpper(strings.TrimSpace(n.Value))]
	w.problem("schema/bad-currency", n, diag.Args{"near": near, "hint": meant(near, "schema/hint.currency")})
}

// currencyNames are what people write instead of the code.
var currencyNames = map[string]string{
	"CNY": "CNY", "RMB": "CNY", "人民币": "CNY", "元": "CNY", "¥": "CNY", "￥": "CNY",
	"USD": "USD", "美元": "USD", "$": "USD", "EUR": "EUR", "欧元": "EUR", "€": "EUR",
}

func (w *walker) creditCode(n *yaml.Node, val any) {
	if _, ok := val.(bool); ok {
		w.wrongType(schema.KindCreditCode, n, val, "schema/hint.quote", "")
		return
	}
	if creditCodeText.MatchString(n.Value) && ValidCreditCode(n.Value) {
		return
	}
	near, hint := strings.ToUpper(strings.Join(strings.Fields(n.Value), "")), diag.Term("schema/hint.credit-code")
	switch {
	case near != n.Value && ValidCreditCode(near):
		hint = "schema/hint.did-you-mean"
	case creditCodeText.MatchString(n.Value):
		near, hint = "", "schema/hint.check-digit"
	default:
		near = ""
	}
	w.problem("schema/bad-credit-code", n, diag.Args{"hint": hint, "near": near})
}

func (w *walker) id(kind schema.Kind, n *yaml.Node, val any) {
	s, ok := val.(string)
	switch {
	case !ok:
		w.wrongType(kind, n, val, "schema/hint.quote", "")
	case strings.TrimSpace(s) == "":
		w.problem("schema/blank", n, nil)
	case !idText.MatchString(s):
		w.badID(n)
	}
}

// badID reports an id; with small letters and hyphens it often is one.
func (w *walker) badID(n *yaml.Node) {
	near := strings.Join(strings.FieldsFunc(strings.ToLower(n.Value), func(r rune) bool {
		return r == ' ' || r == '_' || r == '.' || r == '/'
	}), "-")
	if !idText.MatchString(near) {
		near = ""
	}
	w.problem("schema/bad-id", n, diag.Args{"near": near, "hint": meant(near, "schema/hint.id")})
}

// bounds judges a pair of amounts, the lower one first.
func (w *walker) bounds(n *yaml.Node, val any) {
	items, ok := val.([]any)
	if !ok || len(items) != 2 {
		w.problem("schema/bad-range", n, nil)
		return
	}
	before := len(w.found)
	for i, item := range n.Content {
		if items[i] == nil || item.Kind != yaml.ScalarNode {
			w.problem("schema/bad-range", n, nil)
			return
		}
		w.amount(schema.KindMoney, item, items[i])
	}
	if len(w.found) > before || len(w.found) == maxFindings {
		return
	}
	low, _ := value.ParseDecimal(n.Content[0].Value)
	high, _ := value.ParseDecimal(n.Content[1].Value)
	if low.GreaterThan(high) {
		w.problem("schema/bad-range", n, nil)
	}
}
