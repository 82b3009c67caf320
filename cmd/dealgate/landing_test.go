package main

import (
	"testing"
	"time"

	"github.com/dealgate/dealgate/render/site"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/history"
)

func TestLanding(t *testing.T) {
	at := time.Date(2026, 8, 1, 20, 0, 0, 0, time.UTC)
	good := &attest.Landed{
		Commit: history.Commit{Hash: "b1", Author: "Zhao Min", Subject: "plan", When: at}, Parent: "a1",
		PullRequest: &attest.PullRequest{Number: 7, URL: "https://forge.example/7", Author: attest.Account{Login: "zhaomin"}},
		Approvals: []attest.Approval{
			{Fact: "deals/2026/d/plan.yaml", Role: "department-manager", Person: "chen-jing", Name: "陈静", Account: attest.Account{Host: "forge.example", Login: "chen"}, Review: "41", At: at, Delegated: true},
			{Fact: "deals/2026/d/other.yaml", Role: "marketing", Aspect: "price"},
		},
	}
	bad := &attest.Landed{Commit: history.Commit{Hash: "c1", When: at}, Parent: "b1", Reasons: []attest.Reason{{Rule: "audit/no-statement"}}}
	p := proofs{report: &attest.Report{
		Landed: []*attest.Landed{good, bad}, Checkpoints: 2, Covered: 1, Signed: true,
		Items: []*attest.Item{
			{Path: "deals/2026/d/plan.yaml", Landed: good}, {Path: "deals/roster.yaml", Landed: good}, {Path: "deals/roster.yaml", Landed: bad},
		},
	}}
	got, changeOf := p.landing(time.FixedZone("", 8*3600), nil)
	if len(got.Changes) != 2 || got.Covered != 1 || !got.Signed {
		t.Fatalf("got %+v", got)
	}
	c := got.Changes[0]
	if c.Verdict != site.Proven || c.Pull.Number != 7 || c.Pull.Author != "zhaomin" || len(c.Files) != 2 || c.When.Format("2006-01-02 15:04") != "2026-08-02 04:00" {
		t.Errorf("the first change is %+v", c)
	}
	if a := c.Approvals; a[0].Role != "role.department-manager" || a[0].Login != "chen" || !a[0].Delegated || a[1].Role != "aspect.price" {
		t.Errorf("its approvals are %+v", a)
	}
	if c := got.Changes[1]; c.Verdict != site.Unproven || c.Reasons[0].Title != "audit/no-statement.title" || c.Files[0].Verdict != site.Unproven {
		t.Errorf("the second change is %+v", c)
	}
	if changeOf["deals/roster.yaml"] != &got.Changes[1] || changeOf["deals/2026/d/plan.yaml"] != &got.Changes[0] {
		t.Error("a file is found in another change than the last it stands in")
	}
	if none, _ := (proofs{}).landing(time.UTC, nil); len(none.Changes) != 0 {
		t.Error("something landed without a history")
	}
}
