package report

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// A forge refuses a comment of more than about 65,000 characters, and ours is
// kept below 60,000. The bounds count bytes, which holds however a forge counts; deals may fill the first
// part, findings the rest, and the reserve is for saying how many are left out.
const (
	maxComment  = 59000
	maxDeals    = 40000
	moreReserve = 200
)

// Bounds that keep a line readable on a phone.
const (
	maxItems = 5
	maxItem  = 60
	maxAsked = 100 // facts of a deal that ask for an approval
	maxMore  = 400 // columns of what one of them agrees to: shares, say

	maxChanges = 100 // of the rules, which are seldom changed and always weighty
	maxChange  = 400 // columns
)

// writeMarkdown writes the summary for a pull-request comment: per changed
// deal what an approver has to know, then the findings, errors first.
func writeMarkdown(w io.Writer, in Input) error {
	p := page{limit: maxDeals}
	p.WriteString("## dealgate\n\n" + in.verdict() + "\n")
	left := p.blocks(len(in.Parts), func(i int) string { return in.partBlock(in.Parts[i]) })
	if left > 0 {
		p.WriteString("\n" + in.say("markdown.more.parts", diag.Args{"n": left}) + "\n")
	}
	deals := byLargest(in.Summary)
	left = p.blocks(len(deals), func(i int) string { return in.dealBlock(deals[i]) })
	if left > 0 {
		p.WriteString("\n" + in.moreDeals(deals[len(deals)-left:]) + "\n")
	}
	if len(in.Findings) > 0 {
		p.limit = maxComment
		in.findingList(&p)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

func (in Input) findingList(p *page) {
	p.WriteString("\n### " + in.say("markdown.findings", nil) + "\n\n")
	worst := slices.Clone(in.Findings)
	slices.SortStableFunc(worst, func(a, b diag.Diagnostic) int { return int(a.Severity) - int(b.Severity) })
	left := p.blocks(len(worst), func(i int) string { return in.findingItem(worst[i]) })
	if left > 0 {
		p.WriteString("\n" + in.say("markdown.more.findings", diag.Args{"n": left}) + "\n")
	}
}

// page is a text that must not grow over its limit, in bytes.
type page struct {
	strings.Builder
	limit int
}

// blocks writes the first blocks that fit and returns how many are left.
func (p *page) blocks(n int, block func(i int) string) (left int) {
	for i := range n {
		b := block(i)
		if p.Len()+len(b)+moreReserve > p.limit {
			return n - i
		}
		p.WriteString(b)
	}
	return 0
}

// dealBlock is a heading and at most seven lines about one deal, more where it
// decides about many facts at once.
func (in Input) dealBlock(d Deal) string {
	var b strings.Builder
	b.WriteString("\n### " + heading(d) + "\n")
	field := func(label, text string) {
		if text != "" {
			line := in.say("markdown.field", diag.Args{"label": in.say("markdown."+label, nil), "text": text})
			b.WriteString("- " + strings.Replace(line, " \n", "\n", 1) + "\n") // a list begins on a line of its own
		}
	}
	field("decides", in.decisions(d.Decides))
	field("amount", inert(in.amount(d), maxChange))
	field("state", in.state(d))
	field("pay", in.items(d.Pay))
	if len(d.Given)+len(d.Missing) > 0 {
		field("given", in.orNone(in.items(d.Given)))
		field("missing", in.orNone(in.items(d.Missing)))
	}
	if d.Errors > 0 {
		field("problems", in.count(d.Errors, "errors"))
	}
	return b.String()
}

// partBlock is a heading, what is different line by line, and whose approval
// that needs and has.
func (in Input) partBlock(p Part) string {
	var b strings.Builder
	b.WriteString("\n### " + inert(p.Title, maxChange) + "\n")
	for _, change := range p.Changes[:min(len(p.Changes), maxChanges)] {
		b.WriteString("- " + inert(change, maxChange) + "\n")
	}
	if left := len(p.Changes) - maxChanges; left > 0 {
		b.WriteString("- " + in.say("markdown.more.items", diag.Args{"n": left}) + "\n")
	}
	for _, f := range []struct{ label, text string }{
		{"under", inert(p.Under, maxChange)}, {"given", in.orNone(in.items(p.Given))}, {"missing", in.orNone(in.items(p.Missing))},
	} {
		if f.text != "" {
			b.WriteString("- " + in.say("markdown.field", diag.Args{"label": in.say("markdown."+f.label, nil), "text": f.text}) + "\n")
		}
	}
	return b.String()
}

func heading(d Deal) string {
	name := inert(d.Title, maxItem)
	if name == "" {
		name = code(clip(d.ID, maxItem))
	}
	if at := address(d.Link); at != "" {
		name = "[" + name + "](<" + at + ">)"
	}
	for _, more := range []string{inert(d.Customer, maxItem), inert(d.ID, maxItem)} {
		if more != "" {
			name += " · " + more
		}
	}
	return name
}

func (in Input) state(d Deal) string {
	from, to := inert(d.From, maxItem), inert(d.To, maxItem)
	switch {
	case to == "":
		return from
	case from == to:
		return in.say("markdown.unchanged", diag.Args{"state": to})
	case from == "":
		from = in.say("markdown.new", nil)
	}
	return from + " → " + to
}

func (in Input) orNone(text string) string {
	if text == "" {
		return in.say("none", nil)
	}
	return text
}

// items joins a list and says how much of it is left out.
func (in Input) items(list []string) string {
	var shown []string
	for _, s := range list[:min(len(list), maxItems)] {
		shown = append(shown, inert(s, maxItem))
	}
	if left := len(list) - maxItems; left > 0 {
		shown = append(shown, in.say("markdown.more.items", diag.Args{"n": left}))
	}
	return strings.Join(shown, in.say("separator", nil))
}

// findingItem is two lines: what was found where, then what was expected and
// what to do.
func (in Input) findingItem(d diag.Diagnostic) string {
	words := catalogue.Explain(in.Lang, d)
	severity := catalogue.Text(in.Lang, "severity."+d.Severity.String(), nil)
	item := "- **" + severity + "** "
	if at := place(d.Span); at != "" {
		item += code(at) + " "
	}
	item += inert(words.Found, maxSentence) + " (" + code(strings.Join(ids(d), " ")) + ")"
	var advice []string
	if words.Expected != "" {
		advice = append(advice, in.say("expected", diag.Args{"text": inert(words.Expected, maxSentence)}))
	}
	if words.Fix != "" {
		advice = append(advice, in.say("fix", diag.Args{"text": inert(words.Fix, maxSentence)}))
	}
	if len(advice) > 0 {
		item += "\\\n  " + strings.Join(advice, in.say("separator", nil))
	}
	return item + "\n"
}

// inert returns text that no forge acts on. Backslashes do not help: forges
// look for @mentions, #references and addresses after Markdown is resolved.
// So a word with anything but letters, digits and harmless marks in it, or one
// that looks like a reference, is shown as code, which all of them leave alone.
// Chinese has no spaces between words: there a word ends where the script does.
func inert(s string, columns int) string {
	words := strings.Fields(clip(s, columns))
	for i, w := range words {
		var b strings.Builder
		for _, run := range runs(w) {
			if !harmless(run) {
				run = code(run)
			}
			b.WriteString(run)
		}
		words[i] = b.String()
	}
	return strings.Join(words, " ")
}

// runs splits a word where ASCII begins or ends.
func runs(word string) []string {
	var all []string
	start := 0
	var ascii bool
	for i, r := range word {
		if was := ascii; i == 0 || (r < utf8.RuneSelf) != was {
			ascii = r < utf8.RuneSelf
			if i > 0 {
				all = append(all, word[start:i])
				start = i
			}
		}
	}
	return append(all, word[start:])
}

// reference matches what forges link although it is made of harmless
// characters: www addresses, commit ids, GH-12 and ids of other trackers.
var reference = regexp.MustCompile(`(?i)www\.|[0-9a-f]{7}|[a-z]-[0-9]`)

func harmless(word string) bool {
	inside := strings.TrimSuffix(word, ":")
	return !reference.MatchString(inside) && !strings.ContainsFunc(inside, func(r rune) bool {
		return r < utf8.RuneSelf && !isAlphanumeric(r) && !strings.ContainsRune(`-,.;?()"'+=`, r)
	})
}

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// code wraps text that has no line end in backticks, more of them than stand
// in a row inside it.
func code(s string) string {
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if longest > 0 {
		s = " " + s + " " // Markdown takes one space off each side again
	}
	return fence + s + fence
}

// address returns a link's target in a form that cannot leave its brackets, or
// nothing where it is not a web address.
func address(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		switch {
		case c == '&':
			b.WriteString("&amp;")
		case c <= ' ' || c >= 0x7f || strings.IndexByte("<>\\`\"", c) >= 0:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
