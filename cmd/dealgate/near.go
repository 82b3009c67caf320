package main

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

// findPerson finds somebody by id or name. The error about an unknown one
// names who may be meant.
func findPerson(r *fold.Roster, ref string) (*fold.Person, error) {
	if p := r.Person(ref); p != nil {
		return p, nil
	}
	if same := r.SameName(ref); len(same) > 1 {
		var ids []string
		for _, p := range same {
			ids = append(ids, p.ID)
		}
		return nil, &wordedError{"bonus.cli.same-name", diag.Args{"person": ref, "ids": ids}}
	}
	var names, near []string
	for _, p := range r.People {
		names = append(names, p.ID, p.Name)
	}
	for _, name := range nearest(ref, names) {
		if p := r.Person(name); p != nil {
			near = append(near, p.ID+" "+p.Name)
		}
	}
	return nil, unknown("bonus.cli.no-person", ref, slices.Compact(near))
}

// unknown is the error about something that is not there, with what may be
// meant if anything is like it.
func unknown(key, name string, near []string) error {
	if len(near) == 0 {
		return &wordedError{key, diag.Args{"name": name}}
	}
	return &wordedError{key + "-near", diag.Args{"name": name, "near": near}}
}

// mostNear is how many names an error offers.
const mostNear = 3

// nearest are the names that are most like a reference: misspelt, else part of
// one another.
func nearest(ref string, names []string) []string {
	left := slices.Clone(names)
	var near []string
	for len(near) < mostNear {
		best := check.Similar(ref, left)
		if best == "" {
			break
		}
		near = append(near, best)
		left = slices.DeleteFunc(left, func(n string) bool { return n == best })
	}
	for _, n := range left {
		if len(near) < mostNear && (strings.Contains(n, ref) || strings.Contains(ref, n) || begins(n) == begins(ref)) {
			near = append(near, n)
		}
	}
	return near
}

// begins is the beginning of a name by which it may be meant.
func begins(name string) string { return string([]rune(name)[:min(2, len([]rune(name)))]) }
