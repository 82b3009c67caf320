package attest

import (
	"github.com/dealgate/dealgate/schema/signers"
	"github.com/dealgate/dealgate/validate/fold"
)

// past is what the rules have asked for up to some time. None of it ends: what
// was begun under a policy goes on under one, and neither reviews nor signatures
// are given up again.
type past struct {
	policy  bool // there was one
	reviews bool // it asked for them
	signers bool // somebody was to sign
}

func (p *past) remember(e *era) {
	p.policy = p.policy || e.rules.Policy != ""
	p.reviews = p.reviews || e.judged() == nil
	p.signers = p.signers || len(e.company.Signers) > 0
}

// forsakes says that rules ask for less than those before; nil when they do
// not.
func (p past) forsakes(e *era) *Reason {
	why := e.judged()
	switch {
	case why == nil && p.signers && len(e.company.Signers) == 0:
		return reason("audit/signers-gone")
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
	sound := sound{at: map[string]string{}}
	for _, l := range a.landed {
		if l.era.rules != sound.rules {
			l.Reasons = append(l.Reasons, *sound.missed(l))
		}
		if l.past.forsakes(l.after) == nil {
			sound.establish(l)
		}
	}
}

// sound are the rules as they last landed well.
type sound struct {
	rules Rules
	at    map[string]string // path to the commit that it landed with
	keys  []signers.Signer
}

// establish takes over the rules that landed well.
func (s *sound) establish(l *Landed) {
	for _, i := range l.items {
		if blob := s.rules.slot(i.Path); blob != nil && i.Status() <= Declared {
			*blob = *l.after.rules.slot(i.Path)
			s.at[i.Path] = l.Commit.Hash
			if i.Path == fold.SignersPath {
				s.keys = l.after.company.Signers
			}
		}
	}
}

// missed says that a change landed under other rules. Where no key is left that
// could sign it, putting the rules back proves nothing either.
func (s *sound) missed(l *Landed) *Reason {
	if signers.Ended(s.keys, Namespace, l.when) {
		return reason("audit/keys-ended", "commit", short(s.at[fold.SignersPath]), "now", short(l.Parent))
	}
	return reason("audit/unsound-rules", "commit", short(l.Parent), "restore", s.restore(l.era.rules))
}

// restore lists how each file that is otherwise is put back, in git's words.
func (s *sound) restore(now Rules) []string {
	var how []string
	for _, path := range []string{policyPath, rosterPath, fold.SignersPath} {
		switch blob := *s.rules.slot(path); {
		case blob == *now.slot(path):
		case blob == "":
			how = append(how, "git rm "+path)
		default:
			how = append(how, "git restore --source="+short(s.at[path])+" "+path)
		}
	}
	return how
}
