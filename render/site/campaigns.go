package site

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

const (
	campaignsFile = "campaigns.html"
	perCampaigns  = 20 // of each list on the overview
)

// campaignsPage is the overview of the campaigns, or a further page of one of
// its lists.
type campaignsPage struct {
	Figures []datum
	Lists   []roll
	Whole   *whole
}

// effort is one campaign with what it may cost, has cost and has brought.
type effort struct {
	Deal          *Deal
	Run           *fold.Instance
	Budget, Spent money
	Plan          *fact.CampaignPlan
	Evaluation    *fact.CampaignEvaluation
	Gifts, Over   int // what somebody received, and what of it is above a limit
}

func campaignsPages(m *Model) []Page[campaignsPage] {
	title := diag.Term("site.campaigns.title")
	efforts := m.efforts()
	lists := []listing{m.effortList(efforts), m.giftList(), m.advanceList(), m.outlayList()}
	pages := one(campaignsFile, title, func() campaignsPage {
		p := campaignsPage{Figures: effortFigures(efforts)}
		for _, l := range lists {
			p.Lists = append(p.Lists, m.roll(l, perCampaigns))
		}
		return p
	})
	for _, l := range lists {
		pages = append(pages, wholes(l, perCampaigns, l.Title, []Ref{{title, campaignsFile}}, func(w *whole) campaignsPage { return campaignsPage{Whole: w} })...)
	}
	return pages
}

// efforts lists all campaigns: those that go on first, then the latest.
func (m *Model) efforts() []effort {
	var out []effort
	for _, d := range m.Deals {
		for _, i := range d.Of("campaign") {
			e := effort{Deal: d, Run: i, Budget: money{i.Budget(), d.Currency}, Spent: money{i.Spent(), d.Currency}}
			e.Plan, _ = fold.Last[fact.CampaignPlan](i)
			e.Evaluation, _ = fold.Last[fact.CampaignEvaluation](i)
			for _, b := range fold.All[fact.CampaignExpense](i) {
				if b.Recipient != nil {
					e.Gifts++
					e.Over += boolInt(fold.ItemValue(b).GreaterThan(m.Company.Policy.Gifts.PerItem.Decimal))
				}
			}
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b effort) int {
		return cmp.Or(boolInt(a.Run.Ended())-boolInt(b.Run.Ended()), cmp.Compare(b.Run.Since, a.Run.Since))
	})
	return out
}

func (m *Model) effortList(efforts []effort) listing {
	return listing{
		Title: "site.campaigns.list", File: "campaigns-all.html", Rows: rowsOf(efforts, m.effortRow),
		Table: table{
			ID: "campaigns", Caption: diag.Term("site.campaigns.caption"), Cards: true, Empty: diag.Term("site.campaigns.empty"),
			Heads: []head{
				column("site.campaigns.one"), column("site.campaigns.goals"), choice("site.deal.stage"), number("site.campaigns.budget"), number("site.campaigns.spent"), number("site.campaigns.used"),
				choice("site.campaigns.result"), number("site.campaigns.gifts"), choice("site.deal.team"),
			},
		},
	}
}

func (m *Model) effortRow(e effort) tableRow {
	name := cell{Say: e.Run.Name, File: e.Deal.Row.File + "#" + blockOf(e.Run).ID, Sub: phrase("site.campaigns.of", "deal", e.Deal.Row.Title, "customer", e.Deal.Row.Customer)}
	stage := cell{Say: e.Run.Process.Term(e.Run.State), Choice: e.Run.State}
	return cells(name, goals(e.Plan), stage, amount(e.Budget), amount(e.Spent), usedCell(e.Spent.Decimal, e.Budget.Decimal), e.result(), e.gifts(), m.teamCell(e.Deal))
}

// goals are what a plan is to reach, in short.
func goals(plan *fact.CampaignPlan) cell {
	if plan == nil {
		return say(diag.Term("site.nothing"))
	}
	var out []string
	for _, g := range plan.Goals {
		out = append(out, brief(g.S))
	}
	return say(out)
}

// usedCell is the share of a limit that is used; above the limit it stands out.
func usedCell(used, limit decimal.Decimal) cell {
	if !limit.IsPositive() {
		return say(diag.Term("site.nothing"))
	}
	c := cell{Say: share(used, limit), Key: used.DivRound(limit, 4).String()}
	if used.GreaterThan(limit) {
		c.Badge = "warn"
	}
	return c
}

// result is what the evaluation says, if there is one.
func (e effort) result() cell {
	switch {
	case e.Evaluation == nil && e.Run.Ended():
		return cell{Say: e.Run.Process.Term(e.Run.State), Badge: "plain", Choice: "ended"}
	case e.Evaluation == nil:
		return cell{Say: diag.Term("site.campaigns.not-evaluated"), Choice: "none"}
	}
	c := cell{Say: word(e.Evaluation.Goal), Badge: "good", Choice: e.Evaluation.Goal.S, Sub: brief(e.Evaluation.Reaction.S)}
	if e.Evaluation.Goal.S != "reached" {
		c.Badge = "bad"
	}
	return c
}

func (e effort) gifts() cell {
	c := countCell(e.Gifts)
	if e.Over > 0 {
		c.Badge, c.Sub = "warn", phrase("site.campaigns.over", "n", e.Over)
	}
	return c
}

// effortFigures sum up all campaigns.
func effortFigures(all []effort) []datum {
	if len(all) == 0 {
		return nil
	}
	running, evaluated, reached := 0, 0, 0
	for _, e := range all {
		running += boolInt(!e.Run.Ended())
		evaluated += boolInt(e.Evaluation != nil)
		reached += boolInt(e.Evaluation != nil && e.Evaluation.Goal.S == "reached")
	}
	out := data("site.campaigns.all", len(all), "site.campaigns.running", running,
		"site.campaigns.budget", sumOf(all, func(e effort) money { return e.Budget }), "site.campaigns.spent", sumOf(all, func(e effort) money { return e.Spent }))
	return append(out, data("site.campaigns.reached", rate(reached, evaluated))...)
}

// favour is what one recipient got in a year.
type favour struct {
	Customer           Ref
	Organisation, Post string
	Year               int
	Times              int
	Sum, Largest       money
	Last               value.Day
	limits             fact.PolicyGifts // of the last one
}

// favours adds up what recipients got, by year: the latest year and the largest
// sum first.
func (m *Model) favours() []favour {
	var out []favour
	for _, cu := range m.Company.Customers {
		at := map[string]int{}
		for _, d := range cu.Deals {
			fold.Each(d, m.AsOf, func(b *fact.CampaignExpense, f *fold.Fact) {
				if b.Recipient == nil {
					return
				}
				key := fold.RecipientKey(b.Recipient) + "\n" + strconv.Itoa(f.Date.Year()) + d.Currency
				k, ok := at[key]
				if !ok {
					k = len(out)
					at[key] = k
					out = append(out, favour{
						Customer: Ref{customerName(cu), customerFile(cu.ID)}, Organisation: b.Recipient.Organisation.S, Post: b.Recipient.Role.S, Year: f.Date.Year(),
						Sum: money{Currency: d.Currency}, Largest: money{Currency: d.Currency},
					})
				}
				out[k].add(m.Company.PolicyFor(f).Gifts, b, f)
			})
		}
	}
	slices.SortStableFunc(out, func(a, b favour) int { return cmp.Or(cmp.Compare(b.Year, a.Year), b.Sum.Cmp(a.Sum.Decimal)) })
	return out
}

func (g *favour) add(limits fact.PolicyGifts, b *fact.CampaignExpense, f *fold.Fact) {
	g.Times++
	g.Sum.Decimal = g.Sum.Add(b.Amount.Decimal)
	g.Largest.Decimal = decimal.Max(g.Largest.Decimal, fold.ItemValue(b))
	if f.Date >= g.Last {
		g.Last, g.limits = f.Date, limits
	}
}

func (m *Model) giftList() listing {
	return listing{
		Title: "site.gifts.title", Note: diag.Term("site.gifts.note"), File: "campaigns-gifts.html", Rows: rowsOf(m.favours(), favour.row),
		Table: table{
			ID: "gifts", Caption: diag.Term("site.gifts.caption"), Cards: true, Empty: diag.Term("site.gifts.empty"),
			Heads: []head{
				column("site.gifts.recipient"), column("site.deal.customer"), choice("site.deal.year"), number("site.gifts.times"), number("site.gifts.sum"), number("site.gifts.limit"), number("site.gifts.used"),
				number("site.gifts.largest"), number("site.gifts.item-limit"),
			},
		},
	}
}

func (g favour) row() tableRow {
	year, item := money{g.limits.PerRecipientYear.Decimal, g.Sum.Currency}, money{g.limits.PerItem.Decimal, g.Sum.Currency}
	largest := amountOrNothing(g.Largest)
	if g.Largest.GreaterThan(item.Decimal) {
		largest.Badge = "warn"
	}
	return cells(
		cell{Say: brief(g.Organisation), Sub: brief(g.Post)}, cell{Say: g.Customer.Label, File: g.Customer.File}, say(strconv.Itoa(g.Year)), countCell(g.Times),
		amount(g.Sum), amount(year), usedCell(g.Sum.Decimal, year.Decimal), largest, amount(item),
	)
}
