package main

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/forge"
)

// wanted is what a repository's settings are held against.
type wanted struct {
	branch    string   // that changes land on
	context   string   // of the gate's commit status
	approvals string   // branch of the statements
	below     []string // branches in the way of that one
	owners    string   // CODEOWNERS where it is out of date, "" otherwise
	signing   signing
	shared    bool                     // every workflow on a pushed branch reads the repository's secrets
	staff     func(forge.Account) bool // whether somebody works here, nil: not known
}

// signing is how long keys of the company may still sign statements.
type signing struct {
	asked   bool      // whether anything is to be signed
	now     bool      // a key may sign today, not counting the reserve
	soon    bool      // but none much longer
	until   value.Day // the last day then
	reserve bool      // that which is kept offline may sign today
}

// examination collects what settings would let happen.
type examination struct {
	s     forge.Settings
	want  wanted
	found []diag.Diagnostic
}

// examine says what would let a change through unreviewed or a secret out.
// What could not be read is a finding too.
func examine(s forge.Settings, want wanted) []diag.Diagnostic {
	x := &examination{s: s, want: want}
	x.landing()
	x.statements()
	x.signers()
	x.repository()
	x.pushers()
	for _, name := range s.Idle {
		x.warn("doctor/idle", diag.Args{"name": name})
	}
	if want.owners != "" {
		x.warn("doctor/owners-stale", diag.Args{"file": want.owners})
	}
	slices.SortStableFunc(x.found, func(a, b diag.Diagnostic) int { return cmp.Compare(a.Severity, b.Severity) })
	return x.found
}

func (x *examination) report(severity diag.Severity, rule string, args diag.Args) {
	if args == nil {
		args = diag.Args{}
	}
	args["branch"], args["context"] = cmp.Or(fromArgs(args, "branch"), x.want.branch), x.want.context
	x.found = append(x.found, diag.Diagnostic{Rule: rule, Severity: severity, Args: args})
}

func fromArgs(args diag.Args, name string) string {
	s, _ := args[name].(string)
	return s
}

func (x *examination) fail(rule string, args diag.Args) { x.report(diag.Error, rule, args) }
func (x *examination) warn(rule string, args diag.Args) { x.report(diag.Warning, rule, args) }

// unless reports an error where none of the rules sees to something.
func (x *examination) unless(rules []forge.Protection, sees func(forge.Protection) bool, rule string) {
	if !slices.ContainsFunc(rules, sees) {
		x.fail(rule, nil)
	}
}

// landing examines the branch that changes land on.
func (x *examination) landing() {
	rules, known := x.s.Branches[x.want.branch]
	switch {
	case !known:
		x.fail("doctor/unknown", diag.Args{"what": diag.Term("setup.doctor.protection")})
		return
	case len(rules) == 0:
		x.fail("doctor/unprotected", nil)
		return
	}
	x.unless(rules, func(p forge.Protection) bool { return p.PullRequests }, "doctor/direct-push")
	x.unless(rules, func(p forge.Protection) bool { return p.NoForce }, "doctor/force-push")
	x.unless(rules, func(p forge.Protection) bool { return p.NoDelete }, "doctor/deletion")
	x.unless(rules, func(p forge.Protection) bool { return p.UpToDate }, "doctor/outdated")
	x.unless(rules, func(p forge.Protection) bool { return p.OwnersReview }, "doctor/workflows-unreviewed")
	if !slices.ContainsFunc(rules, func(p forge.Protection) bool { return p.Rejections }) {
		x.warn("doctor/rejections", nil)
	}
	if slices.ContainsFunc(rules, func(p forge.Protection) bool { return p.DropsStale }) {
		x.warn("doctor/drops-stale", nil)
	}
	if slices.ContainsFunc(rules, func(p forge.Protection) bool { return p.QueueRebases }) {
		x.fail("doctor/queue-rebases", nil)
	}
	x.status(rules)
	x.bypass(rules, x.want.branch, func(p forge.Protection) []string { return p.Bypass })
}

// bypass examines who need not obey the rules of a branch.
func (x *examination) bypass(rules []forge.Protection, branch string, who func(forge.Protection) []string) {
	for _, p := range rules {
		switch {
		case !p.BypassKnown:
			x.fail("doctor/unknown", diag.Args{"branch": branch, "what": diag.Term("setup.doctor.bypass")})
		case len(who(p)) > 0:
			x.fail("doctor/bypass", diag.Args{"branch": branch, "name": p.Name, "who": who(p)})
		}
	}
}

// status examines whether the gate's answer is required, and who else could
// give it.
func (x *examination) status(rules []forge.Protection) {
	var app int64 = -1
	for _, p := range rules {
		for _, c := range p.Checks {
			if requires(c.Context, x.want.context) {
				app = max(app, c.App)
			}
		}
	}
	switch {
	case app < 0:
		x.fail("doctor/status-not-required", nil)
	case !x.s.BindsChecks:
		x.warn("doctor/status-any-writer", nil)
	case app == 0:
		x.fail("doctor/status-unbound", nil)
	case app == forge.ActionsApp:
		x.warn("doctor/status-any-workflow", nil)
	}
}

// requires reports whether a required context is the gate's. A pattern that
// fits more would be met by somebody else's status as well.
func requires(required, context string) bool {
	if required == context {
		return true
	}
	literal := !strings.ContainsAny(required, "*?[")
	ok, err := path.Match(required, context)
	return !literal && ok && err == nil && strings.HasPrefix(required, "dealgate")
}

// statements examines the branch that holds the statements: it grows, and
// nothing else happens to it.
func (x *examination) statements() {
	if below := slices.Concat(x.s.InTheWay, x.want.below); len(below) > 0 {
		x.warn("doctor/branch-below", diag.Args{"branch": x.want.approvals, "names": below})
	}
	rules, known := x.s.Branches[x.want.approvals]
	if !known {
		x.fail("doctor/unknown", diag.Args{"what": diag.Term("setup.doctor.approvals")})
		return
	}
	loose := func(p forge.Protection) bool { return !p.NoForce || !p.NoDelete }
	if firm := slices.DeleteFunc(slices.Clone(rules), loose); len(firm) == 0 {
		x.fail("doctor/approvals-unprotected", diag.Args{"branch": x.want.approvals})
	}
	if slices.ContainsFunc(rules, func(p forge.Protection) bool { return p.PullRequests || x.s.BindsChecks && len(p.Checks) > 0 }) {
		x.fail("doctor/approvals-closed", diag.Args{"branch": x.want.approvals})
	}
	x.bypass(rules, x.want.approvals, func(p forge.Protection) []string { return p.Rewriters })
}

// signers examines who signs statements: without a key nothing is ever proven.
func (x *examination) signers() {
	if x.want.shared && x.want.signing.now {
		x.warn("doctor/key-shared", diag.Args{"who": x.whoPushes()})
	}
	switch s := x.want.signing; {
	case !s.asked:
	case !s.now:
		x.fail("doctor/no-signer", nil)
	case s.soon:
		x.warn("doctor/signer-ends", diag.Args{"until": s.until})
	}
}

// repository examines what holds for the repository as a whole.
func (x *examination) repository() {
	if x.s.DefaultBranch != x.want.branch {
		x.fail("doctor/default-branch", diag.Args{"default": x.s.DefaultBranch})
	}
	for _, q := range []struct {
		answer forge.Answer
		rule   string
		what   diag.Term
	}{
		{x.s.Public, "doctor/public", "setup.doctor.public"},
		{x.s.PagesPublic, "doctor/pages-public", "setup.doctor.pages"},
		{x.s.ActionsApprove, "doctor/actions-approve", "setup.doctor.actions"},
	} {
		switch q.answer {
		case forge.Yes:
			x.fail(q.rule, nil)
		case forge.Unknown:
			x.fail("doctor/unknown", diag.Args{"what": q.what})
		}
	}
	switch x.s.Rebases {
	case forge.Yes:
		x.warn("doctor/rebase", nil)
	case forge.Unknown:
		x.warn("doctor/unknown", diag.Args{"what": diag.Term("setup.doctor.rebase")})
	}
	if x.s.FastForward == forge.Yes {
		x.warn("doctor/fast-forward", nil)
	}
	if x.s.ActionsWrite == forge.Yes {
		x.warn("doctor/actions-write", nil)
	}
}

// pushers examines who may push though he does not work here: what he pushes is
// judged, but whoever may push can post a status, too.
func (x *examination) pushers() {
	if x.want.staff == nil {
		return
	}
	if !x.s.PushersKnown {
		x.warn("doctor/unknown", diag.Args{"what": diag.Term("setup.doctor.pushers")})
		return
	}
	strangers := map[bool][]string{}
	for _, p := range x.s.Pushers {
		if !x.want.staff(p.Account) {
			strangers[p.Admin] = append(strangers[p.Admin], p.Login)
		}
	}
	for _, kind := range []struct {
		admin bool
		may   diag.Term
	}{{true, "setup.doctor.administer"}, {false, "setup.doctor.push"}} {
		if who := strangers[kind.admin]; len(who) > 0 {
			x.warn("doctor/stranger", diag.Args{"who": who, "may": kind.may})
		}
	}
}

// whoPushes names who may push, where that is known.
func (x *examination) whoPushes() any {
	if !x.s.PushersKnown || len(x.s.Pushers) == 0 {
		return diag.Term("setup.doctor.untold")
	}
	var who []string
	for _, p := range x.s.Pushers {
		who = append(who, p.Login)
	}
	return who
}
