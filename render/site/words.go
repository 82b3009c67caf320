package site

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/render/text"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// words says things in one language.
type words struct{ lang catalogue.Lang }

// Phrase is a text of the catalogue with what it mentions.
type Phrase struct {
	Key  string
	Args map[string]any // said in the language of the page
}

// inGeneral is a text of the catalogue with an ellipsis for what it mentions.
type inGeneral string

// phrase makes a Phrase; its arguments are given as name and value in turn.
func phrase(key string, pairs ...any) Phrase {
	p := Phrase{Key: key, Args: map[string]any{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		p.Args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return p
}

// counted is a phrase that has a form for one and a form for many.
func counted(key string, n int) Phrase { return phrase(countKey(key, n), "n", n) }

func countKey(key string, n int) string {
	if n == 1 {
		return key + ".one"
	}
	return key + ".many"
}

// text is a text of the catalogue, its arguments given as name and value in
// turn.
func (w words) text(key string, pairs ...any) (string, error) {
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("%s: an argument lacks its value", key)
	}
	return w.phrase(phrase(key, pairs...)), nil
}

func (w words) phrase(p Phrase) string {
	args := diag.Args{}
	for name, v := range p.Args {
		args[name] = w.say(v)
	}
	return catalogue.Text(w.lang, p.Key, args)
}

// count is a text that has a form for one and a form for many.
func (w words) count(key string, n int) string { return w.phrase(counted(key, n)) }

// say puts a value of a page into words: texts of the catalogue, amounts, and
// lists of them with the language's comma between.
func (w words) say(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return text.Visible(v)
	case diag.Term:
		return text.Visible(catalogue.Text(w.lang, string(v), nil))
	case Phrase:
		return w.phrase(v)
	case inGeneral:
		return text.Visible(catalogue.General(w.lang, string(v)))
	case Ref:
		return w.say(v.Label)
	case schema.Words:
		return v.In(w.lang)
	case money:
		return w.money(v)
	case int:
		return strconv.Itoa(v)
	case value.Day:
		return v.String()
	case []diag.Term:
		return join(w, v)
	case []string:
		return join(w, v)
	case values:
		return join(w, v)
	case sums:
		return join(w, v)
	}
	return text.Visible(fmt.Sprint(v))
}

func join[T any](w words, list []T) string {
	if len(list) == 1 {
		return w.say(list[0])
	}
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = w.say(v)
	}
	return strings.Join(parts, catalogue.Text(w.lang, "site.comma", nil))
}

// money says an amount with its currency.
func (w words) money(m money) string {
	key := "site.money." + m.Currency
	if !catalogue.Has(key) {
		key = "site.money.other"
	}
	return catalogue.Text(w.lang, key, diag.Args{"amount": m.digits(), "currency": text.Visible(m.Currency)})
}

func (w words) need(n Need) string { return text.Visible(catalogue.Text(w.lang, n.Key, n.Args)) }

// related says what stands in another place that a finding points at.
func (w words) related(r diag.Related) string {
	if r.Text == "" {
		return ""
	}
	return text.Visible(catalogue.Text(w.lang, r.Text, r.Args))
}

func (w words) explain(d diag.Diagnostic) catalogue.Finding {
	f := catalogue.Explain(w.lang, d)
	return catalogue.Finding{
		Title: text.Visible(f.Title), Found: text.Visible(f.Found), Expected: text.Visible(f.Expected), Fix: text.Visible(f.Fix),
	}
}

// isDay reports whether a value is a date.
func isDay(v any) bool { _, ok := v.(value.Day); return ok }

// short is the beginning of a commit's hash, enough to find it.
func short(commit string) string { return commit[:min(len(commit), 8)] }
