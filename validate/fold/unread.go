package fold

import (
	"slices"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// labelled names the row or record that a file would have taken in the
// findings about its shape, where its step leaves no doubt: a bid without a
// work plan is a matter of the guard on bids.
func labelled(w *schema.Workflow, p Place, found []diag.Diagnostic) {
	label, clause := labelOf(w, p)
	for i := range found {
		if strings.HasPrefix(found[i].Rule, "schema/") && found[i].Row == "" {
			found[i].Row, found[i].Clause = label, clause
		}
	}
}

func labelOf(w *schema.Workflow, p Place) (label, clause string) {
	process := w.Process(p.Process)
	if process == nil || p.Step == nil {
		return "", ""
	}
	rows := process.RowsFor(p.Step.Name)
	if rec := process.Record(p.Step.Name); rec != nil && len(rows) == 0 {
		return rec.Label(), rec.Clause
	}
	for _, r := range rows {
		if r.ID != rows[0].ID {
			return "", ""
		}
	}
	if len(rows) == 0 {
		return "", ""
	}
	return rows[0].ID, rows[0].Clause
}

// unreadSince is the date of the first file of a deal that cannot be read as a
// fact, and whether there is one; 0 where its name does not tell the date. Files
// of the customer do not count: the deal itself would pass for sound.
func unreadSince(findings []diag.Diagnostic) (since value.Day, ok bool) {
	for _, d := range findings {
		p := Classify(d.File)
		if !Unread(d) {
			continue
		}
		if !ok || p.Date < since {
			since, ok = p.Date, true
		}
	}
	return since, ok
}

// Unread reports a finding by which some file of a deal cannot be read as a
// fact, so that what follows from it is not judged.
func Unread(d diag.Diagnostic) bool {
	area, _, _ := strings.Cut(d.Rule, "/")
	kind := Classify(d.File).Kind
	return d.Severity == diag.Error && slices.Contains([]string{"yaml", "schema", "private", "layout"}, area) &&
		kind != EvidenceFile && kind != DealFile
}

// certain leaves out what may only follow from a file that could not be read,
// so that one mistake is not reported as a chain of them.
func certain(found []diag.Diagnostic) []diag.Diagnostic {
	return slices.DeleteFunc(slices.Clone(found), func(d diag.Diagnostic) bool {
		return d.Rule != "actor/role" && d.Rule != "evidence/required"
	})
}
