package attest

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/history"
)

// Pack is the register of a year, for an auditor who has neither git nor
// dealgate: pages, a table that a spreadsheet opens, and the statements with
// their signatures, each in every language where it has words.
type Pack struct {
	Report  *Report
	Company string
	Year    int
	Lang    catalogue.Lang // of the first page
	Zone    *time.Location // in which a change belongs to a year
	Kept    []fs.FS
}

//go:embed pack.html
var packHTML string

var packPage = template.Must(template.New("pack").Parse(packHTML))

// row is one landed file as the register shows it.
type row struct {
	Item      *Item
	Day, Time string
	Commit    string
	Status    string // of the catalogue: proven
	Words     string
	Pull      string
	Approvals []string
	Reasons   []string
	Statement string
}

// page is one page of the register.
type page struct {
	Lang                     catalogue.Lang
	Title, Company, Subtitle string
	Notes                    []string
	Counts                   [][2]string
	Links                    [][2]string // address and words
	Heads                    []string
	Rows                     []row
	Empty                    string
}

// Write makes every file of the register.
func (p Pack) Write(write func(path string, data []byte) error) error {
	items := p.items()
	for _, l := range catalogue.Langs {
		if err := p.pages(l, items, write); err != nil {
			return err
		}
	}
	first := page{Lang: p.Lang, Title: p.say(p.Lang, "title", nil), Company: p.Company, Subtitle: p.say(p.Lang, "subtitle", nil)}
	for _, l := range catalogue.Langs {
		first.Links = append(first.Links, [2]string{string(l) + "/index.html", p.say(l, "language", nil)})
	}
	if err := p.html("index.html", first, write); err != nil {
		return err
	}
	return p.statements(items, write)
}

// items are the files that landed in the year, in the company's time zone.
func (p Pack) items() []*Item {
	var out []*Item
	for _, i := range p.Report.Items {
		if i.Landed.When().In(p.Zone).Year() == p.Year {
			out = append(out, i)
		}
	}
	return out
}

func (p Pack) say(l catalogue.Lang, key string, args diag.Args) string {
	if args == nil {
		args = diag.Args{}
	}
	args["year"], args["company"] = p.Year, p.Company
	return catalogue.Text(l, "pack."+key, args)
}

// pages writes one overview and a page for each month, so that none is too
// long for a browser.
func (p Pack) pages(l catalogue.Lang, items []*Item, write func(string, []byte) error) error {
	var rows []row
	for _, i := range items {
		rows = append(rows, p.row(l, i))
	}
	overview := p.overview(l, rows)
	for month := 1; month <= 12; month++ {
		begin := fmt.Sprintf("%04d-%02d", p.Year, month)
		var own []row
		for _, r := range rows {
			if strings.HasPrefix(r.Day, begin) {
				own = append(own, r)
			}
		}
		if len(own) == 0 {
			continue
		}
		name := begin + ".html"
		overview.Links = append(overview.Links, [2]string{name, p.say(l, "month", diag.Args{"month": begin, "count": len(own)})})
		one := page{Lang: l, Title: begin, Company: p.Company, Subtitle: p.say(l, "subtitle", nil), Heads: p.heads(l), Rows: own}
		one.Links = [][2]string{{"index.html", p.say(l, "back", nil)}}
		if err := p.html(string(l)+"/"+name, one, write); err != nil {
			return err
		}
	}
	if err := p.html(string(l)+"/index.html", overview, write); err != nil {
		return err
	}
	return write(string(l)+"/register.csv", p.csv(l, rows))
}

// overview counts, explains, and lists what is not proven.
func (p Pack) overview(l catalogue.Lang, rows []row) page {
	out := page{
		Lang: l, Title: p.say(l, "title", nil), Company: p.Company, Subtitle: p.say(l, "subtitle", nil),
		Heads: p.heads(l), Empty: p.say(l, "all-well", nil),
		Links: [][2]string{{"register.csv", p.say(l, "csv", nil)}, {"../statements/", p.say(l, "statements", nil)}},
		Notes: []string{
			p.say(l, "head", diag.Args{"repository": p.Report.Repository, "commit": p.Report.Head.Hash, "changes": len(p.Report.Landed)}),
			p.say(l, "what", nil), p.say(l, "verify", nil),
		},
	}
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.Status]++
		if r.Item.Status() > Declared {
			out.Rows = append(out.Rows, r)
		}
	}
	for s := Proven; s <= Contradicted; s++ {
		out.Counts = append(out.Counts, [2]string{catalogue.Text(l, "audit."+s.String(), nil), strconv.Itoa(counts[s.String()])})
	}
	if n := p.Report.Closings.Count; n > 0 {
		out.Notes = append(out.Notes, p.say(l, "closings", diag.Args{"count": n, "differ": len(p.Report.Closings.Differ)}))
	}
	for _, why := range slices.Concat(p.Report.Line, p.Report.Closings.Differ) {
		out.Notes = append(out.Notes, catalogue.Text(l, string(why.Title()), nil)+": "+why.Words(l))
	}
	return out
}

func (p Pack) heads(l catalogue.Lang) []string {
	var out []string
	for _, key := range []string{"landed", "file", "status", "approvals", "pull", "commit"} {
		out = append(out, p.say(l, "col."+key, nil))
	}
	return out
}

func (p Pack) row(l catalogue.Lang, i *Item) row {
	at := i.Landed.When().In(p.Zone)
	r := row{
		Item: i, Day: at.Format(time.DateOnly), Time: at.Format("15:04"), Commit: i.Landed.Commit.Hash,
		Status: i.Status().String(), Words: catalogue.Text(l, "audit."+i.Status().String(), nil),
	}
	if pr := i.Landed.PullRequest; pr != nil {
		r.Pull = "#" + strconv.Itoa(pr.Number)
	}
	for _, a := range i.Approvals() {
		r.Approvals = append(r.Approvals, p.say(l, "approval", diag.Args{
			"name": a.Name, "role": roleName(a), "login": a.Account.Login, "host": a.Account.Host, "id": strconv.FormatInt(a.Account.ID, 10),
			"at": a.At.In(p.Zone).Format("2006-01-02 15:04"), "review": a.Review,
		}))
	}
	for _, why := range i.All() {
		r.Reasons = append(r.Reasons, why.Words(l))
	}
	if i.Landed.File != "" {
		r.Statement = statementName(i.Landed)
	}
	return r
}

func roleName(a Approval) diag.Term {
	if a.Aspect != "" {
		return diag.Term("aspect." + a.Aspect)
	}
	return diag.Term("role." + a.Role)
}

func statementName(l *Landed) string { return "statements/" + l.Commit.Hash + ".json" }

func (p Pack) html(name string, pg page, write func(string, []byte) error) error {
	var b bytes.Buffer
	if err := packPage.Execute(&b, pg); err != nil {
		return err
	}
	return write(name, b.Bytes())
}

// csv writes the table with a byte-order mark, by which Excel knows Chinese;
// no cell can be taken for a formula.
func (p Pack) csv(l catalogue.Lang, rows []row) []byte {
	b := bytes.NewBufferString("\uFEFF")
	w := csv.NewWriter(b)
	w.UseCRLF = true
	_ = w.Write(append(p.heads(l), p.say(l, "col.reasons", nil), p.say(l, "col.statement", nil)))
	for _, r := range rows {
		cells := []string{r.Day + " " + r.Time, r.Item.Path, r.Words, strings.Join(r.Approvals, "; "), r.Pull, r.Commit, strings.Join(r.Reasons, "; "), r.Statement}
		for i := range cells {
			cells[i] = harmless(cells[i])
		}
		_ = w.Write(cells)
	}
	w.Flush() // into memory, which does not fail
	return b.Bytes()
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// statements copies the statements of the year with their signatures, and the
// checkpoints.
func (p Pack) statements(items []*Item, write func(string, []byte) error) error {
	done := map[string]bool{"": true} // where there is none, nothing is to be done
	for _, i := range items {
		if done[i.Landed.File] {
			continue
		}
		done[i.Landed.File] = true
		if err := p.copy(i.Landed.File, statementName(i.Landed), write); err != nil {
			return err
		}
	}
	kept, err := openArchive(p.Kept)
	if err != nil {
		return err
	}
	for _, point := range kept.checkpoints {
		if err := p.copy(point.path, point.path, write); err != nil {
			return err
		}
	}
	for _, r := range p.Report.recalled {
		if strings.HasPrefix(r.path, checkpointsDir) {
			if err := r.write(r.path, write); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p Pack) copy(from, to string, write func(string, []byte) error) error {
	for _, r := range p.Report.recalled {
		if r.path == from {
			return r.write(to, write)
		}
	}
	for _, view := range p.Kept {
		k, err := place{view: view, path: from}.read()
		if err != nil {
			continue // it stands in another view
		}
		return k.write(to, write)
	}
	return nil
}

// write copies a file with its signature.
func (k kept) write(to string, write func(string, []byte) error) error {
	if err := write(to, k.data); err != nil || k.sig == nil {
		return err
	}
	return write(to+history.Signature, k.sig)
}
