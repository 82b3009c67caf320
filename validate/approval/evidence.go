package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// Evidence is what the files are, in some tree, that the new facts of a change
// name and the change itself does not bring. They are no part of the delta: what
// is missing there could land with another fact, and the change would be complete
// by the approval of somebody who has never seen it.
func Evidence(ch *validate.Change, tree fs.FS) map[Scope]Digest {
	out := map[Scope]Digest{}
	for scope, names := range named(ch) {
		text := fields(nil, "dealgate-evidence-v1")
		for _, name := range slices.Sorted(maps.Keys(names)) {
			text = fields(text, name, contentOf(tree, name))
		}
		sum := sha256.Sum256(text)
		out[scope] = Digest(hex.EncodeToString(sum[:]))
	}
	return out
}

// contentOf names what a file holds, "" where there is none.
func contentOf(tree fs.FS, name string) string {
	data, err := fs.ReadFile(tree, name)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// named lists the paths that the new facts of a change name.
func named(ch *validate.Change) map[Scope]map[string]bool {
	brought := map[string]bool{}
	for _, f := range ch.Files {
		brought[f.Path] = f.Verb == validate.Added
	}
	out := map[Scope]map[string]bool{}
	note := func(f *fold.Fact, dir, name string) {
		at := dir + "/evidence/" + name
		if name == "" || brought[at] || !fs.ValidPath(at) {
			return
		}
		s := ScopeOf(f.Path)
		if out[s] == nil {
			out[s] = map[string]bool{}
		}
		out[s][at] = true
	}
	for _, cu := range ch.Head.Customers {
		eachNamed(cu.Records(), brought, func(f *fold.Fact, name string) { note(f, cu.Dir, name) })
		for _, d := range cu.Deals {
			eachNamed(d.Records, brought, func(f *fold.Fact, name string) { note(f, d.Dir, name) })
		}
	}
	return out
}

// eachNamed visits the names in those facts that a change brings. A correction
// may name a file in any of the texts that it puts in the place of others.
func eachNamed(facts []*fold.Fact, brought map[string]bool, do func(*fold.Fact, string)) {
	for _, f := range facts {
		if !brought[f.Path] {
			continue
		}
		fold.EachCitation(f, func(c fold.Citation) { do(f, c.Name) })
		if c, ok := f.Body.(*fact.Correct); ok && c.With != nil {
			eachText(c.With, func(s string) { do(f, fold.Cited(s).Name) })
		}
	}
}

func eachText(n *yaml.Node, do func(string)) {
	if n.Kind == yaml.ScalarNode && !strings.ContainsAny(n.Value, "\n\x00") {
		do(n.Value)
	}
	for _, sub := range n.Content {
		eachText(sub, do)
	}
}
