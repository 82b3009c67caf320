package forge

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/dealgate/dealgate/schema/diag"
)

const maxDepth = 16

// members are the keys and values of a JSON object, in the file's order.
type members struct {
	values map[string]any
	order  []string
}

func term(key string) diag.Term { return diag.Term(key) }

// parse reads JSON strictly: a key that stands twice, which most readers let
// pass, is an error, and all numbers are whole.
func (r *reader) parse(data []byte) any {
	switch {
	case len(data) > maxFile:
		r.fail(fail("forge.file-too-large", "limit", maxFile>>20))
		return nil
	case !utf8.Valid(data) || !json.Valid(data):
		r.fail(fail("forge.file-not-json", "line", badLine(data)))
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return r.value(dec, "$", 0)
}

// badLine finds the line on which JSON or UTF-8 ends.
func badLine(data []byte) int {
	var v any
	offset := len(data)
	if !utf8.Valid(data) {
		offset = bytes.IndexRune(bytes.ToValidUTF8(data, []byte("\uFFFD")), utf8.RuneError)
	} else if syntax, ok := json.Unmarshal(data, &v).(*json.SyntaxError); ok {
		offset = int(syntax.Offset)
	}
	return 1 + bytes.Count(data[:min(max(offset, 0), len(data))], []byte("\n"))
}

func (r *reader) value(dec *json.Decoder, place string, depth int) any {
	if r.err != nil {
		return nil
	}
	if depth > maxDepth {
		r.fail(fail("forge.file-too-deep", "limit", maxDepth))
		return nil
	}
	token, err := dec.Token()
	if err != nil {
		r.fail(fail("forge.file-not-json", "line", 1)) // valid JSON cannot get here
		return nil
	}
	switch token := token.(type) {
	case json.Delim:
		return r.container(dec, token, place, depth)
	case json.Number:
		n, err := strconv.ParseInt(token.String(), 10, 64)
		if err != nil {
			r.wrong(place, "forge.file.number")
		}
		return n
	default: // a string, a bool or null
		return token
	}
}

func (r *reader) container(dec *json.Decoder, open json.Delim, place string, depth int) any {
	if open == '[' {
		list := []any{}
		for dec.More() && r.err == nil {
			list = append(list, r.value(dec, place+"["+strconv.Itoa(len(list))+"]", depth+1))
		}
		r.end(dec)
		return list
	}
	m := &members{values: map[string]any{}}
	for dec.More() && r.err == nil {
		token, _ := dec.Token()
		key, _ := token.(string)
		if _, twice := m.values[key]; twice {
			r.fail(fail("forge.file-twice", "place", place+"."+clip(key, 80)))
		}
		m.values[key] = r.value(dec, place+"."+clip(key, 80), depth+1)
		m.order = append(m.order, key)
	}
	r.end(dec)
	return m
}

// end reads the closing bracket.
func (r *reader) end(dec *json.Decoder) {
	if _, err := dec.Token(); err != nil {
		r.fail(fail("forge.file-not-json", "line", 1)) // valid JSON cannot get here
	}
}
