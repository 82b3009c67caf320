package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/validate/forge"
)

// A pull request whose target's name cannot stand in a line keeps no other from
// being judged, and is told of.
func TestOddPullRequestIsSkippedAndTold(t *testing.T) {
	f, err := forge.ReadFile("reviews.json", []byte(`{"version": 1, "host": "git.huaxin.example", "pull_requests": [
		{"number": 1, "author": {"id": 4, "login": "a"}, "base": {"ref": "x\u3000y"}, "head": {"ref": "r", "commit": "`+strings.Repeat("a", 40)+`"}, "state": "open", "reviews": []},
		{"number": 2, "author": {"id": 4, "login": "a"}, "base": {"ref": "main"}, "head": {"ref": "s", "commit": "`+strings.Repeat("b", 40)+`"}, "state": "open", "reviews": []}]}`))
	must(t, err)
	pulls, err := f.Open(t.Context(), "")
	must(t, err)
	var out bytes.Buffer
	err = listPulls(t.Context(), &out, f, pulls)
	if err == nil || out.String() != "2\tmain\t"+strings.Repeat("b", 40)+"\t\n" {
		t.Errorf("listed %q, told %v", out.String(), err)
	}
}
