package attest

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

// texts are statements with everything that one can hold.
func texts(t testing.TB) [][]byte {
	var all [][]byte
	for path, text := range example(t).kept {
		if strings.HasPrefix(path, statementsDir) && strings.HasSuffix(path, ".json") {
			all = append(all, []byte(text))
		}
	}
	at := time.Date(2025, 1, 13, 4, 5, 6, 789, time.UTC)
	full := Statement[Change]{Type: StatementType, PredicateType: ChangeType, Subject: []Subject{{"tree", map[string]string{gitCommit: "a", gitTree: "b"}}}}
	full.Predicate = Change{
		Repository: "合同", Landed: at, Rules: Rules{"p", "r", "s"}, PullRequest: &PullRequest{Number: -7, Author: Account{ID: 1 << 60}, Retargeted: at},
		Commits: []Commit{{When: at, CoAuthors: []Identity{{"n", "m"}}, CleanMerge: true}, {}}, Facts: []Fact{{Path: "<&>", Row: "x"}},
		Others: []File{{Path: "p"}, {"q", "b"}}, Evidence: []File{}, Approvals: []Approval{{Text: "同意", Delegated: true}, {}},
	}
	data, err := Encode(full)
	must(t, err)
	full.Predicate.Approvals[0].Text = "两行\n\"引号\" \u2028"
	escaped, err := Encode(full)
	must(t, err)
	return append(all, data, escaped)
}

// agrees wants whatever is read the short way to be what decoding gives.
func agrees(t *testing.T, data []byte) (short bool) {
	t.Helper()
	got, ok := canonical[Change](data)
	if !ok || got.Type != StatementType || got.PredicateType != ChangeType {
		return false
	}
	want, err := decodeAny[Change](data, ChangeType)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read as %+v, decoded as %+v, %v:\n%s", got, want, err, data)
	}
	return true
}

func TestTheShortWayReadsTheOneForm(t *testing.T) {
	for _, data := range texts(t) {
		if short := agrees(t, data); short == bytes.ContainsRune(data, '\\') {
			t.Errorf("read the short way: %t\n%s", short, data)
		}
		if _, err := DecodeChange(data); err != nil {
			t.Error(err)
		}
	}
}

// Whatever is one byte away from the one form is read as decoding reads it.
func TestTheShortWayReadsNothingElse(t *testing.T) {
	for _, data := range texts(t) {
		for i := range data {
			for _, other := range []string{"", "x", "0", " ", "\n", "\"", "\\", ",", "}", "\xff", string(data[i:i+1:i+1]) + string(data[i:i+1])} {
				agrees(t, append(append(append([]byte{}, data[:i]...), other...), data[i+1:]...))
			}
		}
	}
}

func FuzzForm(f *testing.F) {
	for _, data := range texts(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { agrees(t, data) })
}

func BenchmarkDecode(b *testing.B) {
	data := texts(b)[0]
	b.Run("short", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			canonical[Change](data)
		}
	})
	b.Run("any", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = decodeAny[Change](data, ChangeType)
		}
	})
}
