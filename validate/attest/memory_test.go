package attest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/validate/cache"
)

// unapproved is a company whose landing key signed for an approver without the
// role: nothing but judging once more finds that.
func unapproved(t *testing.T) *lab {
	data, err := os.ReadFile("testdata/cheats/approver-without-role.txtar")
	must(t, err)
	c := &cheat{lab: newLab(t), archive: txtar.Parse(data)}
	c.run()
	return c.lab
}

// poison keeps contents that ask for nothing.
func poison(t *testing.T, l *lab, c *cache.Cache) {
	a, err := prepare(t.Context(), l.optionsWith(c))
	must(t, err)
	must(t, a.hold(t.Context()))
	for _, s := range shelve(a.lives()) {
		for _, parts := range s.lives {
			must(t, a.live(t.Context(), parts))
		}
		s.each(func(p *part) { p.contents.Demand.Needs, p.contents.Demand.Deeds = nil, nil })
		s.keep(c, s.name())
	}
}

func entriesOf(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "cache", "*"))
	must(t, err)
	return names
}

// Whatever is done to the cache, by anybody who has not the key, an audit
// finds what it finds without one.
func TestACacheThatWasTamperedWithChangesNothing(t *testing.T) {
	l := unapproved(t)
	want := whole(t, l.audit())
	bad := t.TempDir()
	poison(t, l, keeper(bad))
	if l.auditWith(keeper(bad)) == want {
		t.Fatal("the poison has no effect even with the key")
	}
	dir := t.TempDir()
	fill := func() [][]byte {
		must(t, os.RemoveAll(filepath.Join(dir, "cache")))
		l.auditWith(keeper(dir))
		var all [][]byte
		for _, name := range append(entriesOf(t, dir), entriesOf(t, bad)...) {
			data, err := os.ReadFile(name)
			must(t, err)
			all = append(all, data)
		}
		return all
	}
	holds := func(what string) {
		t.Helper()
		if got := l.auditWith(keeper(dir)); got != want {
			t.Errorf("%s: got:\n%swant:\n%s", what, got, want)
		}
	}
	all := fill()
	for k, name := range entriesOf(t, dir) {
		whole := all[k]
		for _, at := range []int{0, 31, 32, len(whole) / 2, len(whole) - 1} {
			changed := bytes.Clone(whole)
			changed[at] ^= 0x40
			must(t, os.WriteFile(name, changed, 0o600))
			holds("a byte changed")
			must(t, os.WriteFile(name, whole[:at], 0o600))
			holds("cut off")
		}
	}
	for _, other := range fill() {
		for _, name := range entriesOf(t, dir) {
			must(t, os.WriteFile(name, other, 0o600))
		}
		holds("another entry in the place of all")
		fill()
	}
	for _, name := range entriesOf(t, bad) {
		data, err := os.ReadFile(name)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, "cache", filepath.Base(name)), data, 0o600))
	}
	holds("entries under another key")
}

// What a statement says is judged anew, however full the cache is.
func TestStatementsAreReadAnew(t *testing.T) {
	l := unapproved(t)
	dir := t.TempDir()
	before := l.auditWith(keeper(dir))
	for path := range l.kept {
		delete(l.kept, path)
	}
	after := l.auditWith(keeper(dir))
	plain, err := Audit(context.Background(), l.options())
	must(t, err)
	if after == before || after != whole(t, plain) {
		t.Errorf("got:\n%swant:\n%s", after, whole(t, plain))
	}
}

// A customer whose id begins another's takes over his deals when he comes
// later: what was kept before says nothing any more.
func TestOwnersMayChange(t *testing.T) {
	l := tell(t)
	dir := t.TempDir()
	said(t, l, keeper(dir), steady)
	renamed := files{}
	for path, text := range company(t) {
		if path == "deals/customers/hengtai/customer.yaml" {
			renamed["deals/customers/hengtai-harness/customer.yaml"] = text
			renamed["deals/customers/heng/customer.yaml"] = text
		}
	}
	if len(renamed) == 0 {
		t.Fatal("there is no such customer")
	}
	l.move(l.commit(l.main.files.with(renamed), "lin-xia", "", l.main.hash))
	want, got := said(t, l, nil, steady), said(t, l, keeper(dir), steady)
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%s: %q, want %q", key, got[key], want[key])
		}
	}
}
