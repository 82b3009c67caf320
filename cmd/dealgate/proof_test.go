package main

import (
	"path/filepath"
	"testing"
)

// Statements that are fetched while the pages are shown count at once, on
// whatever branch they stand in this clone.
func TestServeSeesStatementsThatWereFetched(t *testing.T) {
	l := landCase(t, "good-two-levels")
	clone := company{t, filepath.Join(t.TempDir(), "clone")}
	l.git("clone", "--quiet", l.dir, clone.dir)
	quiet := (&changing{t: t}).command
	shown := session{dir: clone.dir, out: t.TempDir()}
	must(t, shown.again(quiet()))
	before := written(t, shown.out)
	l.attest().want(t, exitClean, ", signed")
	clone.git("zhao", "2025-03-02", "fetch", "--quiet")
	must(t, shown.again(quiet()))
	afresh := session{dir: clone.dir, out: t.TempDir()}
	must(t, afresh.again(quiet()))
	after := written(t, shown.out)
	if names := after.differs(written(t, afresh.out)); len(names) > 0 {
		t.Errorf("otherwise than afresh: %q", names)
	}
	if len(after.differs(before)) == 0 {
		t.Error("nothing is shown of the statement")
	}
}
