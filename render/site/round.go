package site

import (
	"cmp"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// round is one round of an internal tender: what was tendered, all bids and
// score sheets side by side, and how it ended.
func (m *Model) round(i *fold.Instance) block {
	b := block{
		ID: "tender-" + i.Name, Title: phrase("site.tenders.round", "n", i.Name), State: i.Process.Term(i.State), Class: stateClass(i), Since: i.Since,
	}
	notice, _ := fold.Last[fact.TenderNotice](i)
	invited, _ := fold.Last[fact.TenderInvitation](i)
	meeting, _ := fold.Last[fact.TenderReviewMeeting](i)
	if notice != nil {
		b.fields("site.tenders.scope", notice.Scope.S, "site.tenders.bids-due", notice.BidsDue.Day)
	}
	if invited != nil {
		b.fields("site.tenders.sent-to", m.teamNames(invited.SentTo), "site.tenders.information", textsOf(invited.CustomerInformation))
	}
	if meeting != nil {
		b.fields("site.tenders.judges", m.whoAre(meeting.Judges))
	}
	if n := len(fold.All[fact.TenderBid](i)); m.sealed(i) && n > 0 {
		b.fields("site.tenders.bids", counted("site.tenders.sealed", n))
		return b
	}
	b.table(m.ranking(i))
	b.table(m.sheets(i))
	m.outcome(&b, i)
	return b
}

// sealed reports whether bids may still come in: until then nobody reads on the
// site what the others ask for.
func (m *Model) sealed(i *fold.Instance) bool {
	n, _ := fold.Last[fact.TenderNotice](i)
	return n != nil && m.AsOf <= n.BidsDue.Day
}

// outcome says who won and why, or why nobody did.
func (m *Model) outcome(b *block, i *fold.Instance) {
	if award, f := fold.Last[fact.TenderAward](i); award != nil {
		b.fields("site.tenders.winner", m.team(award.Team.S), "site.tenders.decided-by", m.actor(f), "site.tenders.decided-on", f.Date,
			"site.tenders.deliberation", award.Deliberation.S, "site.tenders.reason", award.Reason.S)
	}
	if none, f := fold.Last[fact.TenderNoAward](i); none != nil {
		b.fields("site.tenders.no-award", none.Reason.S, "site.tenders.decided-by", m.actor(f), "site.tenders.decided-on", f.Date)
	}
}

// stateClass is the class of the badge of a run's stage.
func stateClass(i *fold.Instance) string {
	if i.Ended() {
		return "plain"
	}
	return "info"
}

// ranking lists the bids of a round, best first. Before the first score nobody
// has a place.
func (m *Model) ranking(i *fold.Instance) *table {
	t := &table{Cards: true, Caption: phrase("site.tenders.ranking", "n", i.Name), Heads: []head{
		number("site.tenders.place"), column("site.deal.team"), number("site.tenders.points"), number("site.tenders.commission"),
		column("site.tenders.plan"), column("site.tenders.duties"), column("site.tenders.outcome"),
	}}
	asked := map[string]*fact.TenderBid{}
	for _, r := range i.Ranking(m.Company) {
		asked[r.Team.Name] = r.Bid
	}
	for _, bid := range m.bids(i) {
		var won cell
		if bid.Won {
			won = badge("good", diag.Term("site.tenders.won"))
		}
		t.Rows = append(t.Rows, cells(say(cmp.Or(bid.Place, "–")), say(bid.Team), say(cmp.Or(bid.Points, "–")), say(bid.Commission),
			say(asked[bid.Team].Plan.S), say(asked[bid.Team].Duties.S), won))
	}
	return t
}

// sheets shows the score sheets side by side: a row for each team, a column
// for each judge.
func (m *Model) sheets(i *fold.Instance) *table {
	all := fold.All[fact.TenderScore](i)
	if len(all) == 0 {
		return nil
	}
	t := &table{Caption: phrase("site.tenders.sheets", "n", i.Name), Heads: []head{column("site.deal.team")}}
	for _, s := range all {
		t.Heads = append(t.Heads, head{Label: m.whoIs(s.By), Number: true})
	}
	t.Heads = append(t.Heads, number("site.tenders.points"))
	for _, bid := range i.Ranking(m.Company) {
		row := cells(say(bid.Team.Name))
		for _, s := range all {
			row.Cells = append(row.Cells, m.points(s, bid.Team))
		}
		row.Cells = append(row.Cells, say(bid.Mean.FloatString(2)))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// points is what a judge gave to a team.
func (m *Model) points(sheet *fact.TenderScore, team *fold.Team) cell {
	for _, s := range sheet.Scores {
		if m.Company.Roster.Team(s.Team.S) == team {
			return cell{Say: quantity(s.Points.Decimal), Sub: s.Remark.S}
		}
	}
	return say(diag.Term("site.nothing"))
}

// whoIs, whoAre and teamNames say by name whom a fact names.
func (m *Model) whoAre(names []value.Text) []string {
	var out []string
	for _, n := range names {
		out = append(out, m.whoIs(n))
	}
	return out
}

func (m *Model) whoIs(t value.Text) string { return m.calledOf(t.S) }

func (m *Model) teamNames(names []value.Text) []string {
	var out []string
	for _, n := range names {
		out = append(out, m.team(n.S))
	}
	return out
}

func textsOf(list []value.Text) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.S)
	}
	return out
}
