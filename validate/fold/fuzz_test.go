package fold_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// FuzzFold tells stories wrongly: with facts left out, on other days, with
// each other's content or with any bytes at all. Whatever comes of it, the
// fold does not depend on the order of files, and stays inside the table.
func FuzzFold(f *testing.F) {
	stories := [][]txtar.File{story(f, "tendered"), story(f, "direct")}
	f.Add(uint8(0), []byte{}, []byte{})
	f.Add(uint8(1), []byte{}, []byte{})
	f.Add(uint8(0), []byte{drop, 3, 0, drop, 40, 0}, []byte{})
	f.Add(uint8(1), []byte{swapDates, 10, 60, swapDates, 30, 31}, []byte{})
	f.Add(uint8(0), []byte{swapBodies, 12, 13, moveDate, 50, 0x90}, []byte{})
	f.Add(uint8(1), []byte{replace, 7, 0, cut, 70, 90}, []byte("by: zhao-min\nlines: []\n"))
	f.Add(uint8(0), []byte{replace, 3, 0}, []byte("by: zhou-jianguo\nstate: selling\nreached: []\nreason: x\n"))
	f.Fuzz(func(t *testing.T, which uint8, ops, content []byte) {
		if len(ops) > 120 || len(content) > 2000 {
			return
		}
		foldsWell(t, retell(stories[int(which)%len(stories)], ops, content))
	})
}

// foldsWell holds what is true of every tree.
func foldsWell(t *testing.T, tree fstest.MapFS) {
	t.Helper()
	first := foldTree(t, tree)
	holdsInside(t, first)
	if again := foldTree(t, tree); described(again) != described(first) {
		t.Errorf("folding twice differs:\n%s\n---\n%s", described(first), described(again))
	}
	if other := foldTree(t, reversed{tree}); described(other) != described(first) {
		t.Errorf("the order of files matters:\n%s\n---\n%s", described(first), described(other))
	}
}

func story(f testing.TB, name string) []txtar.File {
	var files []txtar.File
	for _, part := range []string{"company", name} {
		data, err := os.ReadFile("../rules/testdata/stories/" + part + ".txtar")
		if err != nil {
			f.Fatal(err)
		}
		files = append(files, txtar.Parse(data).Files...)
	}
	return files
}

// What can be done to a story. Each takes two bytes: the file, and another
// file or a number.
const (
	drop = iota
	swapDates
	swapBodies
	moveDate
	replace
	cut
	operations
)

func retell(told []txtar.File, ops, content []byte) fstest.MapFS {
	files := slices.Clone(told)
	for ; len(ops) >= 3; ops = ops[3:] {
		a, b := &files[int(ops[1])%len(files)], &files[int(ops[2])%len(files)]
		switch ops[0] % operations {
		case drop:
			a.Name = ""
		case swapDates:
			exchangeDates(a, b)
		case swapBodies:
			a.Data, b.Data = b.Data, a.Data
		case moveDate:
			setDate(a, dateOf(a)+value.Day(int8(ops[2])))
		case replace:
			a.Data = content
		case cut:
			a.Data = a.Data[:len(a.Data)*int(ops[2])/256]
		}
	}
	m := fstest.MapFS{}
	for _, f := range files {
		if f.Name != "" {
			m[fold.Root+"/"+f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
		}
	}
	return m
}

func dateOf(f *txtar.File) value.Day { return fold.Classify(fold.Root + "/" + f.Name).Date }

func setDate(f *txtar.File, day value.Day) {
	if old := dateOf(f); old != 0 {
		i := strings.LastIndex(f.Name, old.String())
		f.Name = f.Name[:i] + day.String() + f.Name[i+len(old.String()):]
	}
}

func exchangeDates(a, b *txtar.File) {
	if x, y := dateOf(a), dateOf(b); x != 0 && y != 0 {
		setDate(a, y)
		setDate(b, x)
	}
}

func foldTree(t *testing.T, tree fs.FS) *fold.Company {
	t.Helper()
	c, err := fold.Load(context.Background(), tree, fold.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// described writes down what a fold found and where it left everything.
func described(c *fold.Company) string {
	var b strings.Builder
	for _, d := range c.Deals() {
		for _, i := range runs(d) {
			fmt.Fprintf(&b, "%s %s/%s %s since %s\n", d.ID, i.Process.Name, i.Name, i.State, i.Since)
			for _, x := range i.Taken {
				fmt.Fprintf(&b, "  %s %s\n", x.On, x.Row.ID)
			}
		}
	}
	for _, d := range c.Findings {
		fmt.Fprintf(&b, "%s:%d:%d %s %s %v\n", d.File, d.Line, d.Col, d.Row, d.Rule, d.Args)
	}
	return b.String()
}

func runs(d *fold.Deal) []*fold.Instance {
	if d.Main == nil {
		return nil
	}
	return append([]*fold.Instance{d.Main}, d.Instances...)
}

// holdsInside checks that every run keeps to its process, and that no fact is
// lost or counted twice.
func holdsInside(t *testing.T, c *fold.Company) {
	t.Helper()
	for _, d := range c.Deals() {
		counted := map[*fold.Fact]int{}
		for _, i := range runs(d) {
			insideProcess(t, d, i)
			for _, f := range i.Facts {
				counted[f]++
			}
		}
		for _, f := range d.Facts {
			if d.Main != nil && counted[f] != 1 {
				t.Errorf("%s is part of %d runs", f.Path, counted[f])
			}
			delete(counted, f)
		}
		for f := range maps.Keys(counted) {
			t.Errorf("%s is no fact of the deal", f.Path)
		}
	}
}

// insideProcess follows the rows that a run took. A fact that is not allowed
// moves its run all the same, but then the deal has an error.
func insideProcess(t *testing.T, d *fold.Deal, i *fold.Instance) {
	t.Helper()
	state, day := schema.None, value.Day(0)
	imported := i.Order != nil && i.Order.Body == nil
	for _, x := range i.Taken {
		if !slices.Contains(x.Row.From, state) && !d.Invalid() && !imported {
			t.Errorf("%s/%s took %s from %s", i.Process.Name, i.Name, x.Row.ID, state)
		}
		if x.On < day {
			t.Errorf("%s/%s took %s on %s, after a row of %s", i.Process.Name, i.Name, x.Row.ID, x.On, day)
		}
		if x.Fact != nil && x.On < x.Fact.Date {
			t.Errorf("%s was taken on %s", x.Fact.Path, x.On)
		}
		state, day = x.To, x.On
	}
	if _, known := i.Process.State(i.State); !known && i.State != schema.None && !d.Invalid() {
		t.Errorf("%s/%s is in the stage %q", i.Process.Name, i.Name, i.State)
	}
	if i.State != state && !imported && !d.Invalid() {
		t.Errorf("%s/%s is in %s, its rows lead to %s", i.Process.Name, i.Name, i.State, state)
	}
}

// reversed lists every folder from its end.
type reversed struct{ fstest.MapFS }

func (r reversed) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := r.MapFS.ReadDir(name)
	slices.Reverse(entries)
	return entries, err
}
