package main

import (
	"context"
	"regexp"
	"slices"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/attest"
)

// push is what came onto the branch at once, as the forge's event tells: from
// where it stood to where it stands. A run that no push began knows neither.
type push struct{ before, after string }

var pushForm = regexp.MustCompile(`^([0-9a-f]{40})?\.\.([0-9a-f]{40})?$`)

// readPush reads BEFORE..AFTER.
func readPush(text string) (push, error) {
	if text == "" {
		return push{}, nil
	}
	m := pushForm.FindStringSubmatch(text)
	if m == nil {
		return push{}, &wordedError{"attest.landed-form", diag.Args{"found": text}}
	}
	return push{m[1], m[2]}, nil
}

// due lists the landed commits to state something about, oldest first: those
// that have no statement. Of what came with the push the last comes first, even
// if it has one, as a statement about it may cover them all.
func (a *attestor) due(ctx context.Context) ([]string, error) {
	gaps, err := attest.Missing(ctx, a.branch.options(a.repo))
	if err == nil {
		err = a.putBack(gaps)
	}
	if err != nil {
		return nil, err
	}
	missing := gaps.Unstated
	line, err := a.repo.Line(ctx, "HEAD")
	if err != nil {
		return nil, err
	}
	from, to := slices.Index(line, a.event.after), slices.Index(line, a.event.before)
	if from < 0 || to < from {
		return missing, nil
	}
	var below, pushed, above []string
	for _, c := range missing {
		switch at := slices.Index(line[from:to], c); {
		case at > 0:
			pushed = slices.Insert(pushed, 0, c)
		case at == 0 || len(pushed) > 0:
			above = append(above, c)
		default:
			below = append(below, c)
		}
	}
	if len(pushed) == 0 {
		return missing, nil
	}
	above = slices.DeleteFunc(above, func(c string) bool { return c == a.event.after })
	return slices.Concat(below, []string{a.event.after}, pushed, above), nil
}

// putBack puts what was removed from the branch back before anything is stated.
func (a *attestor) putBack(g attest.Gaps) error {
	for _, why := range g.Reasons {
		a.say("attest.put-back", diag.Args{"found": why.Words(a.l)})
	}
	a.files = g.Removed
	return a.keep()
}

// displaced names what stood where statements have to stand.
func (a *attestor) displaced() {
	slices.Sort(a.archive.Displaced)
	for _, file := range slices.Compact(a.archive.Displaced) {
		a.say("attest.displaced", diag.Args{"file": file})
	}
}

func (a *attestor) publish(ctx context.Context) error {
	if a.flags.push == "" {
		return nil
	}
	note, err := a.note()
	if err != nil {
		return err
	}
	if err := a.archive.Publish(ctx, a.flags.push, a.access, note); err != nil {
		return err
	}
	a.say("attest.pushed", diag.Args{"remote": a.flags.push})
	return nil
}
