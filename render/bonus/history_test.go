package bonus_test

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/value"
)

// account is a key in one currency.
type account struct {
	bonus.Key
	currency string
}

// balances are amounts by account; what comes to nothing is not there.
type balances map[account]decimal.Decimal

func (b balances) add(l bonus.Line) {
	a := account{l.Key, l.Currency}
	if b[a] = b[a].Add(l.Amount); b[a].IsZero() {
		delete(b, a)
	}
}

// sum adds up the lines that count.
func sum(l bonus.Ledger, counts func(bonus.Line) bool) balances {
	out := balances{}
	for _, line := range l.Lines {
		if counts(line) {
			out.add(line)
		}
	}
	return out
}

func owed(l bonus.Line) bool {
	return l.State != bonus.Provisional && l.State != bonus.Forfeited
}

func dueNow(l bonus.Line) bool {
	return !l.Closed && l.Person != "" && (l.State == bonus.Payable || l.State == bonus.ClawedBack)
}

func forfeited(l bonus.Line) bool { return l.State == bonus.Forfeited }

// history is a company whose periods are closed one after the other, while some
// facts are recorded only after the period of their date was closed.
type history struct {
	w      *world
	late   map[string]value.Month // the period in which a file is recorded
	closed map[string]string      // the files that close periods
	paid   balances
}

// closing is what one close saw and drafted.
type closing struct {
	month     value.Month
	files     map[string]string // that were recorded by then
	then, now bonus.Ledger
	draft     bonus.Draft
	text      string
}

// close drafts a month from what is recorded by then, and lands the draft.
func (h *history) close(t failer, month value.Month) closing {
	t.Helper()
	c := closing{month: month, files: h.recorded(month)}
	c.draft, c.then, c.now = draftOf(t, c.files, month)
	c.text = written(t, c.draft)
	h.closed[c.draft.Path()] = c.text
	for _, line := range c.draft.Lines {
		h.paid.add(line)
	}
	return c
}

// draftOf drafts the closing of a month; the first close has nothing before it.
func draftOf(t failer, files map[string]string, month value.Month) (d bonus.Draft, then, now bonus.Ledger) {
	t.Helper()
	now = bonus.BeforeClosing(load(t, files, month.Last()))
	then = bonus.Ledger{Company: now.Company}
	if files["deals/payouts/"+(month-1).String()+".yaml"] != "" {
		then = bonus.BeforeClosing(load(t, files, (month - 1).Last()))
	}
	d = bonus.NewDraft(then, now, month)
	d.By, d.Commit, d.InputsDigest = "qian-hui", "0000000000", "x"
	return d, then, now
}

func written(t failer, d bonus.Draft) string {
	t.Helper()
	text, err := d.YAML("CNY")
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(text)
}

// mayBeLate are facts without which a company is as sound as with them.
var mayBeLate = regexp.MustCompile(`-(line-\d+(-back|-sold)?|correct-line-\d+|return|invoice-credit|deduction|small-difference|write-off|reward-[a-z]+|formal-\d|penalty|correct-(penalty|expense)-\d|expense-\d|settle-advances)\.yaml$`)

// delay draws which facts are recorded up to three periods after their own.
func (h *history) delay(r drawer) {
	for _, name := range slices.Sorted(maps.Keys(h.w.files())) {
		if mayBeLate.MatchString(name) && r.one(6) {
			h.late[name] = value.MustDay(path.Base(name)[:10]).Month() + value.Month(1+r.upTo(2))
		}
	}
}

// recorded are the files that have been recorded when a month is closed: not
// what is late, and not what speaks of it.
func (h *history) recorded(month value.Month) map[string]string {
	files := h.w.files()
	for name, from := range h.late {
		if from <= month {
			continue
		}
		maps.DeleteFunc(files, func(other, text string) bool {
			return other == name || strings.Contains(text, path.Base(name)+"\n") && path.Dir(other) == path.Dir(name)
		})
	}
	maps.Copy(files, h.closed)
	return files
}

// all is everything that was ever recorded.
func (h *history) all() map[string]string { return h.recorded(h.w.asOf.Month() + 1000) }

// lateWorld is a world with some of its first months closed.
func lateWorld(r *rapid.T, w *world, months int) (*history, []closing) {
	h := &history{w: w, late: map[string]value.Month{}, closed: map[string]string{}, paid: balances{}}
	h.delay(drawer{r})
	var all []closing
	for month := begin.Month(); len(all) < months; month = month.Next() {
		all = append(all, h.close(r, month))
		w.asOf = max(w.asOf, month.Last()+1)
	}
	return h, all
}
