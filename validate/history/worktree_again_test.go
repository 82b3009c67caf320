package history

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// What is looked at again is as if all had been: a folder that changes, comes,
// goes and comes back, and what lies above such folders.
func TestWorktreeAgain(t *testing.T) {
	l, dir := onDisk(t, false)
	f := files{"deals/2026/a/deal.yaml": "1", "deals/2026/b/deal.yaml": "1", "deals/policy.yaml": "1"}
	l.checkout(l.commit(f))
	for name, content := range f {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), content)
	}
	r := open(t, dir)
	before, err := r.Worktree("deals")
	must(t, err)
	at := func(name string) string { return filepath.Join(dir, "deals", filepath.FromSlash(name)) }
	for _, step := range []struct {
		do      func()
		changed string
	}{
		{func() { write(t, at("2026/a/deal.yaml"), "2") }, "deals/2026/a/deal.yaml"},
		{func() { write(t, at("2026/a/x/y"), "2") }, "deals/2026/a/x"},
		{func() { write(t, at("2026/c/deal.yaml"), "2") }, "deals/2026/c"},
		{func() { must(t, os.RemoveAll(at("2026/c"))) }, "deals/2026/c"},
		{func() { must(t, os.RemoveAll(at("2026/b"))) }, "deals/2026/b"},
		{func() { write(t, at("2026/b/deal.yaml"), "1") }, "deals/2026/b"},
		{func() { write(t, at("policy.yaml"), "2") }, "deals/policy.yaml"},
		{func() { write(t, at("2027/d/deal.yaml"), "2") }, "deals/2027"},
		{func() { l.checkout(l.commit(files{"deals/2026/a/deal.yaml": "2", "deals/policy.yaml": "2"})) }, ""},
	} {
		step.do()
		var changed []string
		if step.changed != "" {
			changed = []string{step.changed}
		}
		again, err := r.WorktreeAgain(before, changed)
		must(t, err)
		all, err := r.Worktree("deals")
		must(t, err)
		if !reflect.DeepEqual(again, all) {
			t.Errorf("after a change of %q: %v, want %v", step.changed, again, all)
		}
		before = again
	}
}
