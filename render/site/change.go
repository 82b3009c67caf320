package site

import (
	"strconv"

	"github.com/dealgate/dealgate/schema/diag"
)

// A change is said with its sign: +2, or −1,000.00 yuan.

// changeOf says by how much a number has changed.
func changeOf(now, before int) any {
	switch n := now - before; {
	case n > 0:
		return "+" + strconv.Itoa(n)
	case n < 0:
		return "−" + strconv.Itoa(-n)
	}
	return diag.Term("site.change.none")
}

// changesOf says by how much amounts have changed, per currency.
func changesOf(now, before sums) any {
	var diff sums
	for _, a := range now {
		diff.add(a)
	}
	for _, b := range before {
		diff.add(money{b.Neg(), b.Currency})
	}
	var out values
	for _, a := range diff {
		switch a.Sign() {
		case 1:
			out = append(out, phrase("site.change.more", "amount", a))
		case -1:
			out = append(out, phrase("site.change.less", "amount", money{a.Neg(), a.Currency}))
		}
	}
	if len(out) == 0 {
		return diag.Term("site.change.none")
	}
	return out
}

// against sets a change within a week beside one within a month.
func against(week, month any) any {
	none := diag.Term("site.change.none")
	if week == none && month == none {
		return none
	}
	return phrase("site.change.against", "week", week, "month", month)
}
