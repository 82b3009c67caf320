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

// due lists the landed commits to state something about, newest first: those
// that have no statement, and the last of the push if any that came with it has
// none, as a statement about the last may cover them all.
func (a *attestor) due(ctx context.Context) ([]string, error) {
	missing, err := attest.Missing(ctx, attest.Options{Repo: a.repo, Kept: a.kept})
	if err != nil {
		return nil, err
	}
	line, err := a.repo.Line(ctx, "HEAD")
	if err != nil {
		return nil, err
	}
	from, to := slices.Index(line, a.event.after), slices.Index(line, a.event.before)
	if from < 0 || to < from {
		return missing, nil
	}
	first := slices.IndexFunc(missing, func(c string) bool { return slices.Contains(line[from:to], c) })
	if first < 0 || missing[first] == a.event.after {
		return missing, nil
	}
	return slices.Insert(missing, first, a.event.after), nil
}
