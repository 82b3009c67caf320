package report

import (
	"encoding/json"
	"io"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// The shape of the JSON format, described by schema/json/findings.schema.json.
// Every key is always there: an empty string or zero means "not known".
type (
	jsonReport struct {
		Version  int            `json:"version"`
		Language catalogue.Lang `json:"language"`
		Files    int            `json:"files"`
		Deals    int            `json:"deals"`
		Errors   int            `json:"errors"`
		Warnings int            `json:"warnings"`
		Findings []jsonFinding  `json:"findings"`
	}
	jsonFinding struct {
		Rule     string `json:"rule"`
		Severity string `json:"severity"`
		Row      string `json:"row"`
		Clause   string `json:"clause"`
		jsonSpan
		Title    string        `json:"title"`
		Found    string        `json:"found"`
		Expected string        `json:"expected"`
		Fix      string        `json:"fix"`
		Related  []jsonRelated `json:"related"`
	}
	jsonRelated struct {
		jsonSpan
		Note string `json:"note"`
	}
	jsonSpan struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
		Length int    `json:"length"`
	}
)

// jsonVersion changes when a reader of the format would have to.
const jsonVersion = 1

// writeJSON writes findings for programs. Text stays as it is in the
// repository: JSON's own escapes are enough for a parser.
func writeJSON(w io.Writer, in Input) error {
	out := jsonReport{
		Version: jsonVersion, Language: in.Lang, Files: in.Checked, Deals: in.Deals,
		Findings: make([]jsonFinding, len(in.Findings)),
	}
	out.Errors, out.Warnings = tally(in.Findings)
	for i, d := range in.Findings {
		out.Findings[i] = in.jsonFinding(d)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func (in Input) jsonFinding(d diag.Diagnostic) jsonFinding {
	words := catalogue.Explain(in.Lang, d)
	f := jsonFinding{
		Rule: d.Rule, Severity: d.Severity.String(), Row: d.Row, Clause: d.Clause,
		jsonSpan: spanJSON(d.Span),
		Title:    words.Title, Found: words.Found, Expected: words.Expected, Fix: words.Fix,
		Related: make([]jsonRelated, len(d.Related)),
	}
	for i, r := range d.Related {
		f.Related[i].jsonSpan = spanJSON(r.Span)
		if r.Text != "" {
			f.Related[i].Note = catalogue.Text(in.Lang, r.Text, r.Args)
		}
	}
	return f
}

func spanJSON(s diag.Span) jsonSpan {
	return jsonSpan{File: s.File, Line: s.Line, Column: s.Col, Length: s.Len}
}
