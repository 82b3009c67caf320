package rules

import (
	"testing"

	"github.com/dealgate/dealgate/schema/value"
)

// TestRefundEvent proves policy's choice of what counts as sale realised
// (G-09): advances go back from that day on.
func TestRefundEvent(t *testing.T) {
	for event, want := range map[string]string{
		"first-order":   "2025-10-11",
		"first-payment": "2025-10-16",
		"shipment":      "2025-11-18",
		"full-payment":  "2025-12-20",
	} {
		x, err := parseExample([]byte("story: tendered\n\n-- both/policy.yaml+ --\nadvances: {refund-event: " + event + "}\n"))
		if err != nil {
			t.Fatal(err)
		}
		c := x.judge(t, "good").company
		if got := c.Deal("hengtai-harness").AdvancesReturnableOn(c, c.AsOf); got != value.MustDay(want) {
			t.Errorf("%s: advances go back from %s, want %s", event, got, want)
		}
	}
}
