package attest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"golang.org/x/tools/txtar"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
)

// Every way to cheat with statements or history that is known is found, and
// what is honest is proven. testdata/cheats/README.md describes the cases.
func TestCheats(t *testing.T) {
	names, err := filepath.Glob("testdata/cheats/*.txtar")
	if err != nil || len(names) < 30 {
		t.Fatalf("only %d cases: %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			must(t, err)
			c := &cheat{lab: newLab(t), archive: txtar.Parse(data)}
			c.run()
			r := c.audit()
			complete(t, r)
			if got, want := shown(r), c.section("want"); got != want {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
}

type cheat struct {
	*lab
	archive *txtar.Archive
}

func (c *cheat) section(name string) string {
	for _, f := range c.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// filesOf are the files whose names begin with an id and a slash.
func (c *cheat) filesOf(id string) files {
	f := files{}
	for _, file := range c.archive.Files {
		if path, ok := strings.CutPrefix(file.Name, id+"/"); ok {
			f[path] = publicKey.ReplaceAllStringFunc(string(file.Data), func(who string) string {
				_, public := testKey(c.t, strings.Trim(who, "{}"))
				return public
			})
		}
	}
	return f
}

// publicKey is where a file wants somebody's key.
var publicKey = regexp.MustCompile(`\{[a-z]+\}`)

// commit is the hash of a landed change that is named @ID; any other text is
// itself.
func (c *cheat) commit(text string) string {
	if id, ok := strings.CutPrefix(text, "@"); ok {
		return c.names[id]
	}
	return text
}

func (c *cheat) run() {
	c.baseWith(c.filesOf("base"))
	c.books = c.filesOf("ledger")
	for line := range strings.Lines(c.section("script")) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		c.do(words[0], append(words[1:], "", "", ""))
	}
}

func (c *cheat) do(command string, args []string) {
	id := args[0]
	switch command {
	case "land":
		kind, onto, _ := strings.Cut(args[1], ":")
		wait, err := strconv.Atoi(or(args[4], "0"))
		must(c.t, err)
		c.land(landing{id: id, kind: kind, onto: onto, by: args[2], approvers: commaList(args[3]), wait: wait, steps: c.steps(id), own: c.filesOf(id + ".own")})
	case "attest":
		if found := c.attest(id, or(args[1], "landing")); diag.Failed(found) {
			c.t.Fatalf("%s is not attested: %v", id, found)
		}
	case "blindly": // by who holds the key, whatever the rules about dates say
		known := c.rules
		c.rules = validate.Rules{}
		c.do("attest", args)
		c.rules = known
	case "refused": // no statement is made
		var rules []string
		for _, d := range c.attest(id, "landing") {
			if d.Severity == diag.Error && !slices.Contains(rules, d.Rule) {
				rules = append(rules, d.Rule)
			}
		}
		if got := strings.Join(rules, ","); got != args[1] {
			c.t.Fatalf("%s: %s, want %s", id, got, args[1])
		}
	case "replace": // ID OLD NEW KEY
		path := c.path(id)
		text := strings.ReplaceAll(c.kept[path], c.commit(args[1]), c.commit(args[2]))
		if text == c.kept[path] {
			c.t.Fatalf("%s is not in the statement:\n%s", args[1], text)
		}
		if args[3] == "keep" {
			c.kept[path] = text
		} else {
			c.keep(path, []byte(text), args[3])
		}
	case "stale": // ID OTHER: the forge takes its branch to begin before another change
		pr := c.pulls[id]
		pr.MergeBase = c.pulls[args[1]].MergeBase
		c.pulls[id] = pr
	case "retarget": // ID HOURS after the change was opened
		hours, err := strconv.Atoi(args[1])
		must(c.t, err)
		pr := c.pulls[id]
		pr.Retargeted = c.given[id][0].Submitted.Add(time.Duration(hours) * time.Hour)
		c.pulls[id] = pr
	case "review": // ID WHO HOURS after it landed, asking for changes or approving
		hours, err := strconv.Atoi(args[2])
		must(c.t, err)
		pr := c.pulls[id]
		c.given[id] = append(c.given[id], forge.Review{
			ID: fmt.Sprint("late-", len(c.given[id])), State: forge.State(args[3]), Author: account(args[1]), Commit: pr.HeadCommit,
			Submitted: c.clock.Add(time.Duration(hours) * time.Hour), Body: "同意",
		})
	case "dismiss": // ID HOURS after it landed, by the forge's clock: its first review
		hours, err := strconv.Atoi(args[1])
		must(c.t, err)
		pr := c.pulls[id]
		pr.MergedAt = c.clock
		first := &c.given[id][0]
		first.Dismissed, first.DismissedAt = true, c.clock.Add(time.Duration(hours)*time.Hour)
		c.pulls[id] = pr
	case "unseen": // the run that would have told where the line stood before it never came
		c.under[id] = ""
	case "restore": // PATH BY, as the company began with it
		c.land(landing{id: "restored", kind: "push", by: args[1], steps: []files{{id: company(c.t)[id]}}})
	case "clock": // HOURS on, or back
		hours, err := strconv.Atoi(id)
		must(c.t, err)
		c.clock = c.clock.Add(time.Duration(hours) * time.Hour)
	case "put": // PATH TEXT on the branch of statements
		c.kept[id] = args[1]
	case "damage": // PATH as it stands: git cannot give it any more
		hash := plumbing.ComputeHash(plumbing.BlobObject, []byte(c.main.files[id])).String()
		must(c.t, os.Remove(filepath.Join(c.dir, "objects", hash[:2], hash[2:])))
	case "plant": // something that is no statement, under the name of one
		c.kept[statementPath(c.names[id], c.clock)] = "{}"
	case "missing": // just these have no statement that counts
		gaps, err := Missing(c.t.Context(), c.options())
		must(c.t, err)
		found := gaps.Unstated
		if want := commaList(id); len(found) != len(want) || len(want) == 1 && c.names[want[0]] != found[0] {
			c.t.Fatalf("%d are missing, want %s", len(found), id)
		}
	case "copy": // the statement of one change under the name of another, or beside its own
		from, to := c.path(id), statementPath(c.names[args[1]], c.clock)
		if args[2] == "beside" {
			to = strings.TrimSuffix(to, ".json") + "-0123456789abcdef.json"
		}
		c.kept[to], c.kept[to+history.Signature] = c.kept[from], c.kept[from+history.Signature]
	case "sign":
		c.keep(c.path(id), []byte(c.kept[c.path(id)]), args[1])
	case "lose":
		delete(c.kept, c.path(id)+history.Signature)
		delete(c.kept, c.path(id))
	case "remove": // its statement, or the last checkpoint, by an ordinary commit
		c.remove(c.path(id))
	case "rotate": // the statements about two changes, each under the name of the other, as they were removed
		last := c.gone[len(c.gone)-2:]
		for i, r := range last {
			for _, end := range []string{"", history.Signature} {
				data, err := fs.ReadFile(r.View, r.Path+end)
				must(c.t, err)
				c.kept[last[1-i].Path+end] = string(data)
			}
		}
	case "strip": // the signature of its statement, or of the last checkpoint, by an ordinary commit
		path := c.path(id)
		text := c.kept[path]
		c.remove(path)
		c.kept[path] = text
	case "crowd": // the place beside its statement, as it would be put back
		gaps, err := Missing(c.t.Context(), c.options())
		must(c.t, err)
		for _, f := range gaps.Removed {
			c.kept[f.Path] = "{}"
		}
	case "settled": // nothing is left to be put back
		gaps, err := Missing(c.t.Context(), c.options())
		must(c.t, err)
		if len(gaps.Removed) > 0 {
			c.t.Fatalf("%d files are to be put back", len(gaps.Removed))
		}
	case "heal": // puts back what was removed
		gaps, err := Missing(c.t.Context(), c.options())
		must(c.t, err)
		for _, f := range gaps.Removed {
			c.kept[f.Path] = string(f.Data)
		}
	case "checkpoint":
		c.names["checkpoint"+args[1]] = c.checkpoint(or(id, "landing"))
	case "outside": // a copy of the last checkpoint is kept elsewhere
		c.whole = []byte(c.kept[c.names["checkpoint"]])
	case "forget": // every checkpoint on the branch goes away, or just one
		for path := range c.kept {
			if one := c.names["checkpoint"+id]; strings.HasPrefix(path, checkpointsDir) && (id == "" || strings.HasPrefix(path, one)) {
				delete(c.kept, path)
			}
		}
	case "rewind": // to before a change
		c.move(c.all[c.all[c.names[id]].parents[0]])
	default:
		c.t.Fatalf("no command %s", command)
	}
}

// steps are the commits of a branch: ID/…, or ID.1/…, ID.2/… one by one.
func (c *cheat) steps(id string) []files {
	var steps []files
	for _, n := range []string{"", ".1", ".2", ".3"} {
		if f := c.filesOf(id + n); len(f) > 0 {
			steps = append(steps, f)
		}
	}
	return steps
}

func (c *cheat) path(id string) string {
	if strings.HasPrefix(id, "checkpoint") {
		return c.names[id]
	}
	for path := range c.kept {
		if strings.HasPrefix(path, statementsDir) && strings.HasSuffix(path, c.names[id]+".json") {
			return path
		}
	}
	c.t.Fatalf("there is no statement about %s", id)
	return ""
}

func commaList(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
