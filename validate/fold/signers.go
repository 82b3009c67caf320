package fold

import (
	"io/fs"
	"slices"
	"time"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/signers"
)

// SignersPath is where the keys stand that may sign statements about landed
// changes. A company that signs none has no such file.
const SignersPath = Root + "/allowed_signers"

// Rules reports whether the file is part of what everything else is judged by.
func (p Place) Rules() bool {
	return p.Kind == PolicyFile || p.Kind == RosterFile || p.Kind == SignersFile
}

// signers reads the allowed signers if there are any.
func (l *loader) signers() {
	if slices.ContainsFunc(l.registry, func(e fs.DirEntry) bool { return Root+"/"+e.Name() == SignersPath }) {
		var findings []diag.Diagnostic
		l.c.Signers, findings = ReadSigners(l.fsys, l.c.Policy)
		l.c.Files++
		l.find(findings...)
	}
}

// ReadSigners reads the allowed signers; the policy tells the time zone. A
// line that cannot be read allows nobody.
func ReadSigners(fsys fs.FS, policy *fact.Policy) ([]signers.Signer, []diag.Diagnostic) {
	if finding := special(fsys, Classify(SignersPath)); finding != nil {
		return nil, []diag.Diagnostic{*finding}
	}
	data, finding := readBounded(fsys, Classify(SignersPath))
	if finding != nil {
		return nil, []diag.Diagnostic{*finding}
	}
	zone := time.FixedZone("CST", 8*60*60)
	if policy != nil {
		if z, err := time.LoadLocation(policy.TimeZone.S); err == nil {
			zone = z
		}
	}
	all, problems := signers.Parse(data, zone)
	var found []diag.Diagnostic
	for _, p := range problems {
		found = append(found, diag.Diagnostic{
			Rule: "policy/signers", Span: diag.Span{File: SignersPath, Pos: diag.Pos{Line: p.Line, Col: 1}},
			Args: diag.Args{"problem": diag.Term(p.Key), "text": p.Text},
		})
	}
	return all, found
}
