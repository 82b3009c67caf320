package history

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

type packBytes struct{ *bytes.Reader }

func (packBytes) Close() error { return nil }

// FuzzPack holds that no bytes of a pack or its index make reading panic, and
// that what is read under a hash has that hash.
func FuzzPack(f *testing.F) {
	dir, _ := packed(f)
	read := func(pattern string) []byte {
		names, err := filepath.Glob(filepath.Join(dir, "objects", "pack", pattern))
		must(f, err)
		data, err := os.ReadFile(names[0])
		must(f, err)
		return data
	}
	f.Add(read("*.idx"), read("*.pack"))
	f.Add([]byte(indexMagic), []byte("PACK"))
	empty := f.TempDir()
	f.Fuzz(func(t *testing.T, idx, data []byte) {
		x, err := parseIndex(idx)
		if err != nil {
			return
		}
		p := newPack(x, packBytes{bytes.NewReader(data)}, int64(len(data)))
		d := &disk{dir: empty, packs: func() ([]*pack, error) { return []*pack{p}, nil }}
		for i := range min(x.n, 64) {
			h := plumbing.Hash(x.name(i))
			kind, content, err := d.read(h)
			if err == nil && objectID(kind, content) != h {
				t.Fatalf("%s has other content", h)
			}
			if size, err2 := d.size(h); err == nil && (err2 != nil || size != int64(len(content))) {
				t.Fatalf("%s: size %d (%v), read %d", h, size, err2, len(content))
			}
			if _, err := d.withPrefix(h.String()[:5]); err != nil {
				t.Fatal(err)
			}
		}
	})
}
