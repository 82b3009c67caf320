package bonus_test

import (
	"context"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// Whatever is missing, misdated, mixed up or cut short among the facts and the
// closings of a company, its ledger is computed and written, with a longer or a
// shorter list of errors.
func TestSpoiltCompaniesHaveALedger(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := drawer{r}
		h, _ := lateWorld(r, anyWorld(r, 2), d.upTo(4))
		files := h.all()
		for range 1 + d.upTo(7) {
			d.spoil(files)
		}
		fsys := fstest.MapFS{}
		for name, text := range files {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		c, err := fold.Load(context.Background(), fsys, fold.Options{AsOf: h.w.asOf})
		if err != nil {
			r.Fatal(err)
		}
		if c.Policy == nil || c.Roster == nil {
			return
		}
		l := bonus.Compute(c)
		draft := bonus.NewDraft(l, l, c.AsOf.Month())
		if _, err := draft.YAML("CNY"); err != nil {
			r.Fatal(err)
		}
		if err := bonus.WriteCSV(io.Discard, l, bonus.Meta{Commit: "0123", AsOf: c.AsOf}, catalogue.ZH); err != nil {
			r.Fatal(err)
		}
		explainer := bonus.NewExplainer(l)
		for _, line := range l.Lines {
			explainer.Explain(line)
		}
		l.Contributions()
		l.Exposures()
		l.Liabilities()
	})
}

// spoil does one thing wrong to a company's files.
func (r drawer) spoil(files map[string]string) {
	names := slices.Sorted(maps.Keys(files))
	one, other := pickOf(r, names...), pickOf(r, names...)
	switch r.upTo(4) {
	case 0:
		delete(files, one)
	case 1:
		files[one], files[other] = files[other], files[one]
	case 2:
		files[one] = files[one][:r.upTo(len(files[one]))]
	case 3:
		files[one] = strings.ReplaceAll(files[one], pickOf(r, "p0", "2026", "all", "1", "amount"), pickOf(r, "", "p9", "0", "-1", "2027"))
	case 4: // on another day
		if on, err := value.ParseDay(path.Base(one)[:min(10, len(path.Base(one)))]); err == nil {
			moved := path.Dir(one) + "/" + (on + r.days(0, 300) - 150).String() + path.Base(one)[10:]
			files[moved] = files[one]
			delete(files, one)
		}
	}
}
