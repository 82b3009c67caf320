package site

import (
	"strconv"

	"github.com/dealgate/dealgate/schema/diag"
)

// fewest is how many cases a statistic needs: of fewer, chance says more than
// the figure does.
const fewest = 5

// tooFew says that there are too few cases, and how many there are.
func tooFew(n int) any {
	if n == 0 {
		return diag.Term("site.nothing")
	}
	return phrase("site.few", "n", n, "least", fewest)
}

// rate is a share of cases in percent, or that they are too few.
func rate(part, of int) any {
	if of < fewest {
		return tooFew(of)
	}
	return phrase("site.rate", "percent", percent(part, of), "part", part, "of", of)
}

// percent is a share in whole percent, halves rounded up.
func percent(part, of int) int { return (200*part + of) / (2 * of) }

// rateCell shows a rate and sorts by it.
func rateCell(part, of int) cell {
	c := say(rate(part, of))
	if of >= fewest {
		c.Key = strconv.Itoa(percent(part, of))
	}
	return c
}

// median is the middle of sorted days, the lower one of two.
func median(sorted []int) int { return sorted[(len(sorted)-1)/2] }

// medianCell shows the middle of sorted days, or that they are too few.
func medianCell(days []int) cell {
	if len(days) < fewest {
		return say(tooFew(len(days)))
	}
	m := median(days)
	return cell{Say: counted("site.days", m), Key: strconv.Itoa(m)}
}
