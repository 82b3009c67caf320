package demo

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"gopkg.in/yaml.v3"
)

// row is an object of a fact: keys and values in turn, in the order in which
// they are written.
type row []any

// proof is an evidence file: its name, and the text that it is made from.
type proof struct{ name, text string }

// yuan is an amount of money, counted in fen.
type yuan int64

// String writes 12.50, and 12 for whole yuan.
func (y yuan) String() string { return decimal.New(int64(y), -2).String() }

// UnmarshalYAML reads an amount written in yuan.
func (y *yuan) UnmarshalYAML(n *yaml.Node) error {
	d, err := decimal.NewFromString(n.Value)
	*y = yuan(d.Shift(2).IntPart())
	return err
}

// document writes a fact or registry as people would type it.
func document(r row) []byte {
	var b bytes.Buffer
	r.write(&b, "", "")
	return b.Bytes()
}

// write puts the first key behind first and all others on lines of their own.
func (r row) write(b *bytes.Buffer, first, indent string) {
	for i := 0; i+1 < len(r); i += 2 {
		b.WriteString(first)
		first = indent
		b.WriteString(r[i].(string))
		b.WriteByte(':')
		writeValue(b, r[i+1], indent)
	}
}

func writeValue(b *bytes.Buffer, v any, indent string) {
	switch v := v.(type) {
	case row:
		b.WriteByte('\n')
		v.write(b, indent+"  ", indent+"  ")
	case []row:
		b.WriteByte('\n')
		for _, item := range v {
			item.write(b, indent+"  - ", indent+"    ")
		}
	case []string:
		writeList(b, v, indent)
	default:
		fmt.Fprintf(b, " %s\n", scalar(v))
	}
}

// writeList keeps names on one line and gives each sentence its own.
func writeList(b *bytes.Buffer, items []string, indent string) {
	short := true
	for _, s := range items {
		short = short && plainName.MatchString(s)
	}
	if short {
		fmt.Fprintf(b, " [%s]\n", strings.Join(items, ", "))
		return
	}
	b.WriteByte('\n')
	for _, s := range items {
		fmt.Fprintf(b, "%s  - %s\n", indent, scalar(s))
	}
}

var (
	plainName = regexp.MustCompile(`^[a-z][a-z0-9.-]*$`)
	plainText = regexp.MustCompile(`^[\p{Han}A-Za-z0-9][^:#"'\[\]{}\\&*!|>@` + "`" + `]*$`)
	numeric   = regexp.MustCompile(`^[0-9.eE+]+$`)
)

// scalar quotes a text only where YAML would read it as something else.
func scalar(v any) string {
	s, isText := v.(string)
	if !isText {
		return fmt.Sprint(v)
	}
	if plainText.MatchString(s) && !numeric.MatchString(s) || s == "yes" || s == "no" {
		return s
	}
	return strconv.Quote(s)
}
