package attest

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/validate/history"
)

// shelved is a branch of two signed statements, with the ids by which git
// would list them.
func shelved() (fstest.MapFS, []*Landed, map[string][]place) {
	view := fstest.MapFS{}
	put := func(path, text string) history.BlobID {
		view[path] = &fstest.MapFile{Data: []byte(text)}
		id := sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(text), text))
		return history.BlobID(hex.EncodeToString(id[:]))
	}
	var landed []*Landed
	at := map[string][]place{}
	for _, commit := range []string{"a", "b"} {
		path := commit + ".json"
		at[commit] = []place{{view, path, put(path, "says "+commit), put(path+history.Signature, "signs "+commit)}}
		landed = append(landed, &Landed{Commit: history.Commit{Hash: commit}})
	}
	return view, landed, at
}

func TestAVolumeHoldsWhatGitLists(t *testing.T) {
	view, landed, at := shelved()
	c := keeper(t.TempDir())
	read := func() (*volume, string) {
		v := openVolume(c, landed, at)
		var all []string
		for _, l := range landed {
			k, err := v.read(at[l.Commit.Hash][0])
			all = append(all, fmt.Sprintf("%s %s %s %v", k.path, k.data, k.sig, err))
		}
		return v, fmt.Sprint(all)
	}
	v, want := read()
	if !v.keep() {
		t.Fatal("what was read is not kept")
	}
	name, kept := v.name, bytes.Clone(v.fresh)
	whole := fstest.MapFS{}
	for path, f := range view {
		whole[path] = f
		delete(view, path)
	}
	if v, got := read(); got != want || v.keep() {
		t.Fatalf("not read from the cache: %s, want %s", got, want)
	}
	for path, f := range whole {
		view[path] = f
	}
	for i := range kept { // by somebody who has the key
		changed := bytes.Clone(kept)
		changed[i] ^= 1
		for _, bad := range [][]byte{changed, kept[:i], append(binary.AppendUvarint(nil, 1<<63), kept...)} {
			c.Put(bad, name...)
			if v, got := read(); got != want || !v.keep() {
				t.Fatalf("byte %d: %s, want %s", i, got, want)
			}
		}
	}
}
