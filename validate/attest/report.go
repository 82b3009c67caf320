package attest

import (
	"encoding/json"
	"io"
	"time"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// Words says why in a language, in one line.
func (r Reason) Words(l catalogue.Lang) string { return catalogue.Text(l, r.Rule+".found", r.Args) }

// Title names the reason.
func (r Reason) Title() diag.Term { return diag.Term(r.Rule + ".title") }

// reportJSON is the form of a report for other programs.
type reportJSON struct {
	Version     int            `json:"version"`
	Repository  string         `json:"repository"`
	Head        string         `json:"head"`
	Changes     int            `json:"changes"`
	Files       map[string]int `json:"files"` // how many of each status
	Checkpoints checkpointJSON `json:"checkpoints"`
	Line        []reasonJSON   `json:"line"`
	Odd         []reasonJSON   `json:"odd,omitempty"`
	Closings    *closingsJSON  `json:"closings,omitempty"` // computed anew
}

type closingsJSON struct {
	Count  int          `json:"count"`
	Differ []reasonJSON `json:"differ"`
}

type checkpointJSON struct {
	Count   int  `json:"count"`
	Covered int  `json:"covered"`
	Signed  bool `json:"signed"`
}

type reasonJSON struct {
	Rule  string `json:"rule"`
	Words string `json:"words"`
}

type itemJSON struct {
	Path      string       `json:"path"`
	Status    string       `json:"status"`
	Commit    string       `json:"commit"`
	Landed    time.Time    `json:"landed"`
	Reasons   []reasonJSON `json:"reasons,omitempty"`
	Pull      int          `json:"pullRequest,omitempty"`
	Approvals []Approval   `json:"approvals,omitempty"`
	Statement string       `json:"statement,omitempty"`
}

func inWords(l catalogue.Lang, reasons []Reason) []reasonJSON {
	out := []reasonJSON{}
	for _, r := range reasons {
		out = append(out, reasonJSON{r.Rule, r.Words(l)})
	}
	return out
}

// WriteJSON writes a report as lines of JSON: first the report as a whole,
// then every landed file in the order in which they landed. A company of years
// has half a million of them; nobody wants them in one value.
func (r *Report) WriteJSON(w io.Writer, l catalogue.Lang) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	head := reportJSON{
		Version: 1, Repository: r.Repository, Head: r.Head.Hash, Changes: len(r.Landed), Files: map[string]int{},
		Checkpoints: checkpointJSON{r.Checkpoints, r.Covered, r.Signed}, Line: inWords(l, r.Line), Odd: inWords(l, r.Odd),
	}
	if r.Closings.Count > 0 {
		head.Closings = &closingsJSON{r.Closings.Count, inWords(l, r.Closings.Differ)}
	}
	for status, n := range r.Count() {
		head.Files[status.String()] = n
	}
	if err := e.Encode(head); err != nil {
		return err
	}
	for _, i := range r.Items {
		if err := e.Encode(i.json(l)); err != nil {
			return err
		}
	}
	return nil
}

func (i *Item) json(l catalogue.Lang) itemJSON {
	out := itemJSON{
		Path: i.Path, Status: i.Status().String(), Commit: i.Landed.Commit.Hash, Landed: i.Landed.When().UTC(),
		Approvals: i.Approvals(), Statement: i.Landed.File,
	}
	if all := i.All(); len(all) > 0 {
		out.Reasons = inWords(l, all)
	}
	if i.Landed.PullRequest != nil {
		out.Pull = i.Landed.PullRequest.Number
	}
	return out
}
