package main

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"pgregory.net/rapid"

	"github.com/dealgate/dealgate/render/output"
)

// changing is a company on a disk that is changed by and by, and rendered again
// in three ways: from scratch, over what lies there by a program that begins
// anew, and by one that goes on.
type changing struct {
	t     testing.TB
	dir   string
	repo  *repository
	head  string
	files tree
	asOf  string
	n     int
	goes  session
}

func aChangingCompany(t testing.TB) *changing {
	const other, third = "deals/2026/hengtai-motor/", "deals/2026/boyuan-pump/"
	files := aCompany().with(
		"deals/customers/boyuan/customer.yaml", "name: 博远泵业有限公司\n",
		third+"deal.yaml", "customer: boyuan\ntitle: 博远水泵\nproduct: 泵\n", third+"2026-01-13-lead.yaml", "by: zhao-min\nsource: 电话\n",
		other+"deal.yaml", "customer: hengtai\ntitle: 恒泰电机\nproduct: 电机\n", other+"2026-01-14-lead.yaml", "by: zhao-min\nsource: 拜访\n",
		other+"evidence/a.png", "\x89PNG\r\n\x1a\n1", other+"2026-01-15-qualify.yaml", by+"verdict: worth-developing\nreason: 好\nevidence: [a.png]\n",
	)
	dir := files.onDisk(t)
	c := &changing{t: t, dir: dir, repo: newRepository(t, dir), files: files}
	c.goes = session{dir: dir, out: filepath.Join(t.TempDir(), "goes")}
	c.commit()
	return c
}

// set puts a file there, or takes it away.
func (c *changing) set(name, content string) {
	at := filepath.Join(c.dir, filepath.FromSlash(name))
	if c.goes.changed != nil {
		c.goes.changed = append(c.goes.changed, name)
	}
	if content == "" {
		must(c.t, os.RemoveAll(at))
		c.files = c.files.without(name)
		return
	}
	put(c.t, at, content)
	c.files = c.files.with(name, content)
}

func (c *changing) commit() {
	var parents []string
	if c.head != "" {
		parents = []string{c.head}
	}
	c.head = c.repo.commit(c.files, parents...)
	c.repo.branch("main", c.head)
}

// flip changes what a file says and back again.
func (c *changing) flip(name, from, to string) {
	text := c.files[name]
	if strings.Contains(text, from) {
		c.set(name, strings.ReplaceAll(text, from, to))
		return
	}
	c.set(name, strings.ReplaceAll(text, to, from))
}

// move takes all files of a folder to another place, and back again.
func (c *changing) move(from, to string) {
	if _, there := c.files[from+"deal.yaml"]; !there {
		from, to = to, from
	}
	for name, content := range c.files {
		if rest, ok := strings.CutPrefix(name, from); ok {
			c.set(to+rest, content)
		}
	}
	c.set(strings.TrimSuffix(from, "/"), "")
}

// toggle puts a file there or takes it away.
func (c *changing) toggle(name, content string) {
	if c.files[name] != "" {
		content = ""
	}
	c.set(name, content)
}

var changes = map[string]func(*changing){
	"a title":       func(c *changing) { c.flip(dealFile, "恒泰线束", "新标题") },
	"the same size": func(c *changing) { c.flip(leadFile, "展会", "会展") },
	"a customer":    func(c *changing) { c.flip(headerFile, "零部件", "配件") },
	"a new fact": func(c *changing) {
		c.toggle(dealDir+"2026-01-21-suspend.yaml", by+"reason: 等待\nreview-on: 2026-02-21\n")
	},
	"a bad fact": func(c *changing) { c.toggle("deals/2026/boyuan-pump/2026-01-20-qualify.yaml", by+"verdict: x\n") },
	"no YAML":    func(c *changing) { c.toggle(dealDir+"2026-01-22-visit.yaml", ": [") },
	"a new deal": func(c *changing) {
		c.toggle("deals/2026/boyuan-fan/deal.yaml", "customer: boyuan\ntitle: 风机\nproduct: 风机\n")
	},
	"a deal moved": func(c *changing) { c.move("deals/2026/hengtai-motor/", "deals/2026/hengtai-engine/") },
	"evidence":     func(c *changing) { c.flip("deals/2026/hengtai-motor/evidence/a.png", "\n1", "\n2") },
	"Markdown":     func(c *changing) { c.flip(formFile, "客户", "用户") },
	"a person":     func(c *changing) { c.flip(rosterFile, "赵敏", "赵明") },
	"a new person": func(c *changing) {
		c.flip(rosterFile, "people:\n  zhao-min", "people:\n  li-na: {name: 李娜, roles: [{role: finance, from: 2020-01-01}]}\n  zhao-min")
	},
	"policy":       func(c *changing) { c.flip(policyFile, "华东", "华南") },
	"a stray file": func(c *changing) { c.toggle("deals/notes.txt", "x") },
	"a commit":     (*changing).commit,
	"another day": func(c *changing) {
		c.asOf = map[string]string{"": "2026-03-01", "2026-03-01": "2026-01-16", "2026-01-16": ""}[c.asOf]
	},
	"a page touched": func(c *changing) {
		name := filepath.Join(c.goes.out, "site", "en", "index.html")
		if i, err := os.Stat(name); err == nil {
			must(c.t, os.WriteFile(name, []byte("x"), 0o644))
			must(c.t, os.Chtimes(name, i.ModTime().AddDate(1, 0, 0), i.ModTime().AddDate(1, 0, 0)))
		}
	},
	"a bonus page touched": func(c *changing) {
		name := filepath.Join(filepath.Dir(c.goes.out), "over", "bonus", "en", "index.html")
		if i, err := os.Stat(name); err == nil {
			must(c.t, os.WriteFile(name, []byte("x"), 0o644))
			must(c.t, os.Chtimes(name, i.ModTime().AddDate(1, 0, 0), i.ModTime().AddDate(1, 0, 0)))
		}
	},
	"a bonus file gone": func(c *changing) {
		_ = os.Remove(filepath.Join(filepath.Dir(c.goes.out), "over", "bonus", "bonus.en.json"))
	},
	"a page gone": func(c *changing) {
		_ = os.Remove(filepath.Join(c.goes.out, "site", "en", "deals", "hengtai-harness.html"))
	},
	"the cache spoilt": func(c *changing) {
		dir, err := os.UserCacheDir()
		must(c.t, err)
		entries, _ := os.ReadDir(filepath.Join(dir, "dealgate"))
		for _, e := range entries {
			name := filepath.Join(dir, "dealgate", e.Name())
			if data, err := os.ReadFile(name); err == nil && len(data) > 0 {
				data[len(data)-1] ^= 1
				must(c.t, os.WriteFile(name, data, 0o600))
			}
		}
	},
}

// sites renders in every way and returns the three trees.
func (c *changing) sites() (anew, over, goesOn tree) {
	c.n++
	scratch := filepath.Join(filepath.Dir(c.goes.out), "anew-"+strconv.Itoa(c.n))
	kept := filepath.Join(filepath.Dir(c.goes.out), "over")
	for _, out := range []string{scratch, kept} {
		r, err := prepare(c.command(), c.dir, c.asOf)
		must(c.t, err)
		if err := r.render(c.command(), out); !errors.Is(err, errFindings) {
			must(c.t, err)
		}
	}
	c.goes.asOf = c.asOf
	must(c.t, c.goes.again(c.command()))
	defer os.RemoveAll(scratch)
	return written(c.t, scratch), written(c.t, kept), written(c.t, c.goes.out)
}

func (c *changing) command() *cobra.Command {
	cmd := &cobra.Command{}
	cmd.Flags().String("lang", "en", "")
	cmd.SetContext(c.t.Context())
	cmd.SetOut(io.Discard)
	cmd.SetErr(io.Discard)
	return cmd
}

func written(t testing.TB, out string) tree {
	files := tree{}
	must(t, fs.WalkDir(os.DirFS(out), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(out, name))
		files[name] = string(data)
		return err
	}))
	return files
}

// below is the part of a tree in a folder.
func (tr tree) below(dir string) tree {
	part := tree{}
	for name, content := range tr {
		if strings.HasPrefix(name, dir) {
			part[name] = content
		}
	}
	return part
}

func (tr tree) differs(other tree) (names []string) {
	for name, content := range tr {
		if there, ok := other[name]; !ok || there != content {
			names = append(names, name)
		}
	}
	for name := range other {
		if _, ok := tr[name]; !ok {
			names = append(names, name)
		}
	}
	return names
}

// Whatever is changed, what is rendered over the pages that are there is byte
// for byte what is rendered from scratch.
func TestRenderingAgainIsRenderingAnew(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := aChangingCompany(t)
		for range rapid.IntRange(2, 5).Draw(rt, "steps") {
			for range rapid.IntRange(1, 2).Draw(rt, "changes") {
				name := rapid.SampledFrom(slices.Sorted(maps.Keys(changes))).Draw(rt, "change")
				changes[name](c)
			}
			anew, over, goesOn := c.sites()
			if names := anew.differs(over); len(names) > 0 {
				rt.Fatalf("over what lies there: %v differ", names)
			}
			if names := anew.below("site/").differs(goesOn); len(names) > 0 {
				rt.Fatalf("in a program that goes on: %v differ", names)
			}
		}
	})
}

// What did not change is not made again: its page is not even written when the
// template would be missing.
func TestOneChangeWritesFewPages(t *testing.T) {
	c := aChangingCompany(t)
	c.sites()
	c.set(leadFile, c.files[leadFile]+"note: 一个改动\n")
	must(t, c.goes.again(c.command()))
	to, err := output.Open(filepath.Join(c.goes.out, "site"))
	must(t, err)
	before := to.Before()
	to.Release()
	must(t, os.RemoveAll(filepath.Join(c.goes.out, "none")))
	if c.goes.kept.manifest != before {
		t.Error("what was kept is not of the pages that lie there")
	}
	other := c.goes.last.c.Deal("boyuan-pump")
	c.set(leadFile, c.files[leadFile]+"# nothing\n")
	must(t, c.goes.again(c.command()))
	if c.goes.last.c.Deal("boyuan-pump") != other {
		t.Error("a customer that is as it was has been folded again")
	}
}
