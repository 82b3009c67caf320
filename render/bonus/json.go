package bonus

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"math/big"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// The shape of the JSON format, described by schema/json/ledger.schema.json.
// Amounts are texts, so that no reader rounds them.
type (
	jsonReport struct {
		Version   int            `json:"version"`
		Language  catalogue.Lang `json:"language"`
		Company   string         `json:"company"`
		AsOf      string         `json:"as-of"`
		Commit    string         `json:"commit"`
		Digest    string         `json:"digest"`
		BeforeTax bool           `json:"before-income-tax"`
		Only      jsonFilter     `json:"only"`
		Pay       []jsonPay      `json:"pay"`
		Lines     []jsonLine     `json:"lines"`
		Exit      *jsonExit      `json:"exit,omitempty"`
		Excluded  []string       `json:"excluded"`
	}
	jsonFilter struct {
		Person string `json:"person,omitempty"`
		Deal   string `json:"deal,omitempty"`
		Period string `json:"period,omitempty"`
	}
	jsonPay struct {
		Person         string `json:"person"`
		Name           string `json:"name"`
		Currency       string `json:"currency"`
		Bonus          string `json:"bonus"`
		Refunds        string `json:"refunds"`
		CarriedIn      string `json:"carried-in"`
		Owed           string `json:"owed"`
		Netted         string `json:"netted"`
		Deducted       string `json:"deductions"`
		Pay            string `json:"pay"`
		Carried        string `json:"carried"`
		CarriedRefunds string `json:"carried-refunds"`
	}
	jsonLine struct {
		Key      jsonKey       `json:"key"`
		Person   string        `json:"person,omitempty"`
		Team     string        `json:"team,omitempty"`
		Name     string        `json:"name"`
		Deal     string        `json:"deal"`
		Kind     Kind          `json:"kind"`
		What     string        `json:"what"`
		Row      string        `json:"row,omitempty"`
		Date     string        `json:"date"`
		Basis    string        `json:"basis"`
		TaxRate  string        `json:"tax-rate,omitempty"`
		Net      string        `json:"net,omitempty"`
		Rate     string        `json:"rate,omitempty"`
		Whole    string        `json:"whole,omitempty"`
		Share    string        `json:"share,omitempty"`
		Due      string        `json:"due"`
		Before   []jsonSettled `json:"before"`
		Amount   string        `json:"amount"`
		Currency string        `json:"currency"`
		State    State         `json:"state"`
		Reason   string        `json:"reason"`
		Notes    []string      `json:"notes"`
		Period   string        `json:"period,omitempty"`
		Closed   bool          `json:"closed"`
		Late     bool          `json:"late"`
		Sources  []jsonSource  `json:"sources"`
		Rests    []jsonSource  `json:"rests-on"`
	}
	jsonKey struct {
		ID      string `json:"id"`
		Payee   string `json:"payee"`
		Clause  string `json:"clause"`
		Fact    string `json:"fact"`
		Receipt string `json:"receipt,omitempty"`
	}
	jsonSettled struct {
		Period string `json:"period"`
		Amount string `json:"amount"`
	}
	jsonSource struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Commit string `json:"commit,omitempty"`
	}
	jsonExit struct {
		Date     string      `json:"date"`
		Gets     []jsonMoney `json:"gets"`
		Owes     []jsonMoney `json:"owes"`
		Keeps    []jsonMoney `json:"keeps"`
		Loses    []jsonMoney `json:"loses"`
		Advances []jsonMoney `json:"advances"`
	}
	jsonMoney struct {
		Currency string `json:"currency"`
		Amount   string `json:"amount"`
	}
)

// WriteJSON writes a ledger for programs.
func WriteJSON(out io.Writer, l Ledger, m Meta, lang catalogue.Lang) error {
	s := newSheet(l, m, lang)
	r := jsonReport{
		Version: 1, Language: lang, AsOf: m.AsOf.String(), Commit: m.Commit, Digest: s.digest, BeforeTax: true,
		Only: jsonFilter{l.filter.Person, l.filter.Deal, l.filter.Period.String()},
		Pay:  []jsonPay{}, Lines: []jsonLine{}, Excluded: []string{}, Exit: m.Exit.json(),
	}
	if p := l.Company.Policy; p != nil {
		r.Company = p.Company.S
	}
	for _, p := range l.PayDay() {
		r.Pay = append(r.Pay, s.jsonPay(p))
	}
	for _, d := range l.Excluded {
		r.Excluded = append(r.Excluded, d.ID)
	}
	head, err := jsonText(r, "")
	if err != nil {
		return err
	}
	to := bufio.NewWriter(out)
	before, after, _ := bytes.Cut(head, []byte(noLines))
	_, _ = to.Write(before) // keeps its first error until it is flushed
	if err := s.jsonLines(to, l.Lines); err != nil {
		return err
	}
	_, _ = to.Write(append(after, '\n'))
	return to.Flush()
}

// noLines is how a report without lines says so.
const noLines = `"lines": []`

// jsonLines writes line by line, as all together are more than should be held
// in memory.
func (s sheet) jsonLines(to *bufio.Writer, lines []Line) error {
	const margin = "    "
	if len(lines) == 0 {
		_, err := to.WriteString(noLines)
		return err
	}
	_, _ = to.WriteString(`"lines": [`)
	for i, line := range lines {
		text, err := jsonText(s.jsonLine(line), margin)
		if err != nil {
			return err
		}
		if i > 0 {
			_, _ = to.WriteString(",")
		}
		_, _ = to.WriteString("\n" + margin)
		_, _ = to.Write(text)
	}
	_, err := to.WriteString("\n  ]")
	return err
}

// jsonText is a value with every line but the first behind a margin.
func jsonText(v any, margin string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent(margin, "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func (s sheet) jsonPay(p Pay) jsonPay {
	return jsonPay{
		Person: p.Person, Name: s.payee(p.Person, ""), Currency: p.Currency,
		Bonus: plain(p.Bonus, p.Currency), Refunds: plain(p.Refunds, p.Currency), CarriedIn: plain(p.CarriedIn, p.Currency),
		Owed: plain(p.Owed, p.Currency), Netted: plain(p.Netted, p.Currency), Deducted: plain(p.Deducted, p.Currency), Pay: plain(p.Pay, p.Currency),
		Carried: plain(p.Carried, p.Currency), CarriedRefunds: plain(p.CarriedRefunds, p.Currency),
	}
}

func (s sheet) jsonLine(l Line) jsonLine {
	out := jsonLine{
		Key:    jsonKey{l.Key.ID(), l.Key.Payee, l.Key.Clause, l.Key.Fact, l.Key.Receipt},
		Person: l.Person, Team: l.Team, Name: s.payee(l.Person, l.Team), Deal: dealID(l), Kind: l.Kind, What: s.what(l), Row: l.Row,
		Date: l.On.String(), Basis: plain(l.Basis, l.Currency), TaxRate: l.Tax, Net: exact(l.Net), Rate: l.Rate,
		Whole: whole(l), Share: l.Share, Due: plain(l.Due, l.Currency), Amount: plain(l.Amount, l.Currency), Currency: l.Currency,
		State: l.State, Reason: s.reason(l), Notes: s.notes(l), Period: l.Period.String(), Closed: l.Closed, Late: l.Late,
		Before: []jsonSettled{}, Sources: s.jsonSources(l.Sources), Rests: []jsonSource{},
	}
	for _, b := range l.Before {
		out.Before = append(out.Before, jsonSettled{b.Month.String(), plain(b.Amount, l.Currency)})
	}
	if !l.Closed && l.State != Provisional {
		out.Rests = s.jsonSources(s.grounds.of(l))
	}
	return out
}

func (s sheet) jsonSources(all []Source) []jsonSource {
	out := []jsonSource{}
	for _, src := range all {
		out = append(out, jsonSource{src.File, src.Line, s.meta.commit(src.File)})
	}
	return out
}

// exact writes a fraction as it is, such as 372000/113.
func exact(r *big.Rat) string {
	if r == nil {
		return ""
	}
	return r.RatString()
}

func (e *Exit) json() *jsonExit {
	if e == nil {
		return nil
	}
	return &jsonExit{e.Date.String(), jsonSums(e.Gets), jsonSums(e.Owes), jsonSums(e.Keeps), jsonSums(e.Loses), jsonSums(e.Advances)}
}

func jsonSums(all []amountOf) []jsonMoney {
	out := []jsonMoney{}
	for _, a := range all {
		out = append(out, jsonMoney{a.Currency, plain(a.Amount, a.Currency)})
	}
	return out
}
