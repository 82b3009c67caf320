package attest

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// era is a stretch of history with the same rules.
type era struct {
	rules          Rules
	policy, roster *node // decoded, to be placed into trees
	company        *fold.Company
	zone           *time.Location
	lost           *Reason // one of them is there, but git cannot give it
}

// eras reads each version of the rules once.
type eras struct {
	git   blobs
	now   Rules
	known map[Rules]*era
}

const (
	policyPath = fold.Root + "/policy.yaml"
	rosterPath = fold.Root + "/roster.yaml"
)

// slot is the place of a path among the rules, nil for any other.
func (r *Rules) slot(path string) *string {
	switch path {
	case policyPath:
		return &r.Policy
	case rosterPath:
		return &r.Roster
	case fold.SignersPath:
		return &r.Signers
	}
	return nil
}

// apply carries the rules over a landed change.
func (e *eras) apply(changes []history.Change) {
	for _, c := range changes {
		if s := e.now.slot(c.Path); s != nil {
			*s = c.NewBlob
		}
	}
}

// current returns the rules as they stand now.
func (e *eras) current(ctx context.Context) (*era, error) {
	if known, ok := e.known[e.now]; ok {
		return known, nil
	}
	found := &era{rules: e.now, zone: time.UTC}
	t := newTree(e.git)
	for path, blob := range map[string]string{policyPath: e.now.Policy, rosterPath: e.now.Roster, fold.SignersPath: e.now.Signers} {
		if blob == "" {
			continue
		}
		n := &node{mode: 0o444, blob: blob}
		t.put(path, n)
		switch path {
		case policyPath:
			found.policy = n
		case rosterPath:
			found.roster = n
		}
	}
	var err error
	nobody := func(string) bool { return false }
	if found.company, err = fold.Load(ctx, t, fold.Options{AsOf: 1, Only: nobody}); err != nil {
		return nil, err
	}
	if p := found.company.Policy; p != nil {
		if z, err := time.LoadLocation(p.TimeZone.S); err == nil {
			found.zone = z
		}
	}
	found.lost = t.unreadable()
	e.known[e.now] = found
	return found, nil
}

// at returns the rules as they stand in a commit.
func (e *eras) at(ctx context.Context, repo *history.Repo, commit string) (*era, error) {
	fsys, err := repo.FS(commit)
	if err != nil {
		return nil, err
	}
	e.now = Rules{}
	for _, path := range []string{policyPath, rosterPath, fold.SignersPath} {
		info, err := fs.Stat(fsys, path)
		switch {
		case err == nil:
			id, _ := info.Sys().(history.BlobID)
			*e.now.slot(path) = string(id)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, &Error{"attest.rules-lost", diag.Args{"file": path, "problem": err}}
		}
	}
	return e.current(ctx)
}

// judged says why approvals are not judged by these rules; nil when they are.
func (e *era) judged() *Reason {
	switch {
	case e.rules.Policy == "":
		return reason("audit/baseline")
	case e.lost != nil:
		return e.lost
	case e.company.Policy == nil || e.company.Roster == nil:
		return reason("audit/unjudged")
	case e.company.Policy.Approvals.S == "none":
		return reason("audit/none")
	}
	return nil
}

// day is the company's date at a time.
func (e *era) day(t time.Time) value.Day { return value.DayOf(t.In(e.zone)) }

// day is the company's date at which the change landed.
func (l *Landed) day() value.Day { return l.era.day(l.when) }
