package cache

import (
	"math"
	"reflect"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

type sample struct {
	Name  string
	Text  named
	Whole int64
	Count uint32
	Kind  uint8
	Yes   bool
	Sum   decimal.Decimal
	Parts []struct {
		Names []string
		Raw   [][]byte
	}
	Empty []int
}

type named string

// The zero value of a decimal is written as one that was set to nothing.
var nothing = decimal.New(0, 0)

func TestWhatIsKeptComesBack(t *testing.T) {
	full := sample{
		Name: "a\x00b", Text: "恒泰", Whole: math.MinInt64, Count: math.MaxUint32, Kind: 255, Yes: true,
		Sum: decimal.RequireFromString("-12.340"),
	}
	full.Parts = make([]struct {
		Names []string
		Raw   [][]byte
	}, 2)
	full.Parts[1].Names, full.Parts[1].Raw = []string{"", "恒泰", "恒泰"}, [][]byte{{0, 255}, nil}
	for _, want := range [][]sample{nil, {{Sum: nothing}}, {full, {Sum: nothing}, full}} {
		var got []sample
		must(t, Decode(Encode(want), &got))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	data := Encode([]sample{full})
	for i := range data {
		var got []sample
		if Decode(data[:i], &got) == nil {
			t.Errorf("cut off after %d bytes it is read", i)
		}
	}
}

// Whatever bytes there are, reading them ends, and takes no more room than
// they warrant.
func TestAnyBytesAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var got []sample
		_ = Decode(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"), &got)
	})
}
