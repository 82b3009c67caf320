// Package approval decides whose approval a change needs and which reviews
// give it. An approval belongs to content: it is bound to the delta that the
// reviewer saw, not to a branch or a commit.
package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/validate/fold"
)

// deltaVersion is the first thing that a digest covers, so that a later form
// of it can never be taken for this one.
const deltaVersion = "dealgate-delta-v1"

// Scope is what one approval covers: a deal's folder, a customer's folder, any
// other single file, also outside deals/, or the rules together.
type Scope string

// Rules is the scope of policy, roster and allowed signers together.
const Rules Scope = "rules"

// ScopeOf returns the scope that a path belongs to.
func ScopeOf(path string) Scope {
	p := fold.Classify(path)
	switch {
	case p.Rules():
		return Rules
	case p.OfCompany():
		return Scope(path)
	case p.Dir != "":
		return Scope(p.Dir)
	}
	if parts := strings.Split(path, "/"); len(parts) > 3 && parts[0] == fold.Root {
		return Scope(strings.Join(parts[:3], "/")) // a misplaced file of a deal or customer
	}
	return Scope(path)
}

// Entry is one changed path: its new mode, the blob that stood at the target's
// tip and the blob that the change puts there, both empty where there is none.
type Entry struct {
	Path             string
	Mode             uint32
	OldBlob, NewBlob string
}

// Digest names a delta.
type Digest string

// Digests returns the digest of each scope that a change touches. The same
// change relative to the same tip gives the same digests, in whatever order
// its entries come.
func Digests(repository string, entries []Entry) map[Scope]Digest {
	byScope := map[Scope][]Entry{}
	for _, e := range entries {
		s := ScopeOf(e.Path)
		byScope[s] = append(byScope[s], e)
	}
	out := make(map[Scope]Digest, len(byScope))
	for s, list := range byScope {
		out[s] = digest(repository, s, list)
	}
	return out
}

func digest(repository string, s Scope, entries []Entry) Digest {
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	text := fields(make([]byte, 0, 256*(1+len(entries))), deltaVersion, repository, string(s))
	for _, e := range entries {
		text = append(text, e.Path...)
		text = fmt.Appendf(append(text, 0), "%06o", e.Mode)
		text = fields(append(text, 0), e.OldBlob, e.NewBlob)
	}
	sum := sha256.Sum256(text)
	return Digest(hex.EncodeToString(sum[:]))
}

// fields appends values with a NUL behind each, which no path, mode or blob
// contains.
func fields(text []byte, values ...string) []byte {
	for _, v := range values {
		text = append(append(text, v...), 0)
	}
	return text
}
