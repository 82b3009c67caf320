package cache

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// place names a folder for entries and a key, not made yet.
func places(t *testing.T) (dir, key string) {
	top := t.TempDir()
	return filepath.Join(top, "cache", "dealgate"), filepath.Join(top, "config", "dealgate", "cache.key")
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	return names
}

func wants(t *testing.T, c *Cache, want string, from ...string) {
	t.Helper()
	got, ok := c.Get(from...)
	if ok != (want != "") || string(got) != want && ok {
		t.Errorf("%v: got %q, %v; want %q", from, got, ok, want)
	}
}

func TestAnEntryIsFoundByWhatItFollowsFrom(t *testing.T) {
	dir, key := places(t)
	c := Open(dir, key, "build 1")
	wants(t, c, "", "a")
	c.Put([]byte("first"), "a", "b")
	c.Put([]byte("second"), "ab")
	for _, c := range []*Cache{c, Open(dir, key, "build 1")} {
		wants(t, c, "first", "a", "b")
		wants(t, c, "second", "ab")
		wants(t, c, "", "a", "c")
	}
	wants(t, Open(dir, key, "build 2"), "", "a", "b")
}

func TestWhatWasAlteredIsAbsent(t *testing.T) {
	dir, key := places(t)
	Open(dir, key, "").Put([]byte("kept"), "a")
	name := entries(t, dir)[0]
	whole, err := os.ReadFile(name)
	must(t, err)
	var other [][]byte
	for i := range whole {
		changed := bytes.Clone(whole)
		changed[i] ^= 1
		other = append(other, changed, whole[:i])
	}
	for _, data := range append(other, append(whole, 0)) {
		must(t, os.WriteFile(name, data, 0o600))
		wants(t, Open(dir, key, ""), "", "a")
	}
	c := Open(dir, key, "")
	c.Put([]byte("again"), "a")
	wants(t, Open(dir, key, ""), "again", "a")
}

func TestAnEntryInAnothersPlaceIsAbsent(t *testing.T) {
	dir, key := places(t)
	c := Open(dir, key, "")
	c.Put([]byte("for a"), "a")
	from := entries(t, dir)[0]
	c.Put([]byte("for b"), "b")
	for _, to := range entries(t, dir) {
		data, err := os.ReadFile(from)
		must(t, err)
		must(t, os.WriteFile(to, data, 0o600))
	}
	c = Open(dir, key, "")
	wants(t, c, "for a", "a")
	wants(t, c, "", "b")
}

func TestEntriesOfAnotherKeyAreAbsent(t *testing.T) {
	dir, key := places(t)
	Open(dir, key, "").Put([]byte("kept"), "a")
	must(t, os.Remove(key))
	wants(t, Open(dir, key, ""), "", "a")
	must(t, os.WriteFile(key, []byte("short"), 0o600))
	c := Open(dir, key, "") // nothing is sealed with a key that anybody can guess
	c.Put([]byte("kept"), "a")
	wants(t, c, "", "a")
}

func TestWithoutAPlaceNothingIsKept(t *testing.T) {
	dir, key := places(t)
	must(t, os.MkdirAll(filepath.Dir(dir), 0o700))
	must(t, os.WriteFile(dir, nil, 0o600)) // a file where the folder should be
	c := Open(dir, key, "")
	c.Put([]byte("kept"), "a")
	c.Trim()
	wants(t, c, "", "a")
	must(t, os.RemoveAll(filepath.Dir(key)))
	must(t, os.WriteFile(filepath.Dir(key), nil, 0o600))
	if c := Open(dir, key, ""); c != nil {
		t.Error("opened without a key")
	}
	var none *Cache
	none.Put(nil, "a")
	none.Trim()
	wants(t, none, "", "a")
}

func TestTheFirstEntriesGoWhenThereAreTooMany(t *testing.T) {
	dir, key := places(t)
	c := Open(dir, key, "")
	c.most = 3000
	for i, id := range []string{"a", "b", "c", "d"} {
		c.Put([]byte(strings.Repeat(id, 1000)), id)
		at := time.Unix(int64(1000+i), 0)
		must(t, os.Chtimes(filepath.Join(dir, c.name([]string{id})), at, at))
	}
	c.Trim()
	c = Open(dir, key, "")
	for _, id := range []string{"a", "b"} {
		wants(t, c, "", id)
	}
	for _, id := range []string{"c", "d"} {
		wants(t, c, strings.Repeat(id, 1000), id)
	}
}

func TestManyRunsAtOnce(t *testing.T) {
	dir, key := places(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				c := Open(dir, key, "")
				if c == nil {
					t.Error("not opened")
					return
				}
				if got, ok := c.Get("a"); ok && string(got) != "kept" {
					t.Errorf("got %q", got)
				}
				c.Put([]byte("kept"), "a")
			}
		})
	}
	all.Wait()
	wants(t, Open(dir, key, ""), "kept", "a")
	if left := entries(t, dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if left := entries(t, filepath.Dir(key)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheUsersCache(t *testing.T) {
	top := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(top, "cache"))
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(top, "config"))
	t.Setenv("HOME", top) // where the two are not looked at
	OfUser().Put([]byte("kept"), "a")
	wants(t, OfUser(), "kept", "a")
}
