package attest

// past is what the rules have asked for up to some time. Neither ends: what was
// begun under a policy goes on under one, and reviews are not given up again.
type past struct {
	policy  bool // there was one
	reviews bool // it asked for them
}

func (p *past) remember(e *era) {
	p.policy = p.policy || e.rules.Policy != ""
	p.reviews = p.reviews || e.judged() == nil
}

// forsakes says that rules ask for less than those before; nil when they do
// not.
func (p past) forsakes(e *era) *Reason {
	why := e.judged()
	switch {
	case why == nil:
	case p.policy && why.Rule == "audit/baseline":
		return reason("audit/policy-gone")
	case p.reviews && why.Rule == "audit/none":
		return reason("audit/reviews-ended")
	}
	return nil
}

// exempt says why the approvals of the change are not judged; nil when they
// are.
func (l *Landed) exempt() *Reason {
	if why := l.past.forsakes(l.era); why != nil {
		return why
	}
	return l.era.judged()
}

// soundness notes what landed under rules that nobody proved: whoever can push
// a roster could otherwise make himself the approver of what follows. Rules
// are sound as they last landed well, and again once they are put back so.
func (a *auditor) soundness() {
	var sound Rules
	for _, l := range a.landed {
		if l.era.rules != sound {
			l.Reasons = append(l.Reasons, *reason("audit/unsound-rules", "commit", short(l.Parent)))
		}
		if l.past.forsakes(l.after) == nil {
			l.establish(&sound)
		}
	}
}

// establish takes over the rules that landed well.
func (l *Landed) establish(sound *Rules) {
	for _, i := range l.items {
		if at := sound.slot(i.Path); at != nil && i.Status() <= Declared {
			*at = *l.after.rules.slot(i.Path)
		}
	}
}
