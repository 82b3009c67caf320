package bonus

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// reasons finds out why a key that was paid is no longer due: what is said of
// the same money today, whoever gets it.
type reasons map[Key]*Line

// reasonsOf remembers dues by key, and by key without its payee.
func reasonsOf(dues []Line) reasons {
	r := reasons{}
	for i := range dues {
		due := &dues[i]
		if due.State == Provisional {
			continue
		}
		r[due.Key] = due
		r[anybody(due.Key)] = due
	}
	return r
}

func anybody(k Key) Key {
	k.Payee = ""
	return k
}

// of is the reason in words: that of the due itself where it pays nothing now,
// that of the whole money where nobody gets anything, else that the shares are
// different now, that a correction voided the fact, or that it is not there.
func (r reasons) of(past Line) (why string, args diag.Args) {
	if due := r[past.Key]; due != nil {
		return due.Reason, due.Args
	}
	if due := r[anybody(past.Key)]; due != nil {
		if due.Whole.IsZero() || due.State == Waiting {
			return due.Reason, due.Args
		}
		return "bonus.shares-changed", nil
	}
	if f := voided(past); f != nil {
		return "bonus.voided", diag.Args{"date": f.Date}
	}
	return "bonus.no-longer-due", nil
}

// then is the reason why a closed period took something back: that less was due
// than had been paid, or what is known today where nothing was.
func (r reasons) then(past Line) (why string, args diag.Args) {
	before := total(past.Before)
	due := before.Add(past.Amount)
	if now := r[past.Key]; due.IsZero() && (now == nil || now.State != Payable || now.Amount.IsZero()) {
		return r.of(past)
	}
	return "bonus.was-less-due", diag.Args{"due": due, "paid": before}
}

// voided is the correction that voids what a line was paid for.
func voided(past Line) *fold.Fact {
	if past.Deal == nil {
		return nil
	}
	for _, key := range []string{past.Key.Fact, past.Key.Receipt} {
		path, _, _ := strings.Cut(key, "#")
		for _, f := range slices.Concat(past.Deal.Customer.Records(), past.Deal.Records) {
			if f.Path == path && f.Voided != nil {
				return f.Voided
			}
		}
	}
	return nil
}
