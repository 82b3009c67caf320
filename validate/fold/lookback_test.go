package fold

import (
	"os"
	"testing"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
)

// What the present fold says of a day is what a fold as of that day said, but
// for corrections that came later.
func TestLookingBack(t *testing.T) {
	now := loadSample(t, 0)
	for day := now.AsOf; day > value.MustDay("2025-01-01"); day -= 37 {
		then := loadSample(t, day)
		for _, d := range now.Deals() {
			lookBack(t, d, then.Deal(d.ID), day)
		}
	}
}

func lookBack(t *testing.T, now, then *Deal, day value.Day) {
	t.Helper()
	if got, want := now.Main.StateOn(day), then.Main.State; got != want && !(got == schema.None && want == "") {
		t.Errorf("%s on %s was at %s, want %s", now.ID, day, got, want)
	}
	for _, o := range now.Orders {
		total, shipped := value.Amount{}.Decimal, false
		for _, old := range then.Orders {
			if old.Name == o.Name && !old.Void() {
				total, shipped = old.Total(), old.allShipped()
			}
		}
		if got := o.TotalOn(day); !got.Equal(total) {
			t.Errorf("%s %s on %s was over %s, want %s", now.ID, o.Name, day, got, total)
		}
		if on := o.ShippedInFullOn(); shipped && (on == 0 || on > day) {
			t.Errorf("%s %s was shipped by %s, not on %s", now.ID, o.Name, day, on)
		}
	}
}

func TestHolders(t *testing.T) {
	c := loadSample(t, 0)
	for _, cu := range c.Customers {
		for _, h := range cu.Holders(c, c.AsOf) {
			if h.Until < c.AsOf || h.Deal.Customer != cu || !c.Roster.HasTeam(h.Team) {
				t.Errorf("%s is held by %+v", cu.ID, h)
			}
		}
	}
}

func loadSample(t *testing.T, day value.Day) *Company {
	t.Helper()
	c, err := Load(t.Context(), os.DirFS("../.."), Options{AsOf: day})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
