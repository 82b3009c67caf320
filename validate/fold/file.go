package fold

import (
	"errors"
	"io"
	"io/fs"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/check"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/source"
)

// Decoder is a tree that keeps what was decoded of its files, for those who
// read the same files again and again.
type Decoder interface {
	fs.FS
	// Decode does what ReadFile does. What it returns must not be changed,
	// but for the slice of findings.
	Decode(p Place) (any, []diag.Diagnostic)
}

// ReadFile reads, checks and decodes one YAML file. The body is nil when the
// file has an error; keep, when not nil, receives the checked tree.
func ReadFile(fsys fs.FS, p Place, keep func(*source.Doc)) (any, []diag.Diagnostic) {
	if d, ok := fsys.(Decoder); ok && keep == nil {
		return d.Decode(p)
	}
	return readFile(fsys, p, keep)
}

func readFile(fsys fs.FS, p Place, keep func(*source.Doc)) (any, []diag.Diagnostic) {
	if finding := special(fsys, p); finding != nil {
		return nil, []diag.Diagnostic{*finding}
	}
	data, finding := readBounded(fsys, p)
	if finding != nil {
		return nil, []diag.Diagnostic{*finding}
	}
	return parse(p, data, keep)
}

// Parse does what ReadFile does with content that is at hand.
func Parse(p Place, data []byte) (any, []diag.Diagnostic) { return parse(p, data, nil) }

func parse(p Place, data []byte, keep func(*source.Doc)) (any, []diag.Diagnostic) {
	doc, findings := limits(p).Parse(p.Path, data)
	if doc == nil {
		return nil, findings
	}
	findings = append(findings, source.Private(doc)...)
	step := p.step()
	findings = append(findings, check.Fact(step, doc)...)
	if diag.Failed(findings) {
		return nil, findings
	}
	body := fact.New(step.ID())
	if err := fact.Decode(doc.Root, body); err != nil {
		return nil, append(findings, undecodable(p.Path, err))
	}
	if keep != nil {
		keep(doc)
	}
	return body, findings
}

func (p Place) step() *schema.Step {
	names := map[Kind]string{PolicyFile: "policy", RosterFile: "roster", CustomerFile: "customer", DealFile: "deal"}
	if name, ok := names[p.Kind]; ok {
		return schema.AllSteps().Get("", name)
	}
	return p.Step
}

func undecodable(path string, err error) diag.Diagnostic {
	d := diag.Diagnostic{Rule: "schema/refused", Span: diag.Span{File: path}, Args: diag.Args{"location": path, "message": err.Error()}}
	if e, ok := errors.AsType[*fact.Error](err); ok {
		d.Pos = e.At
	}
	return d
}

// MaxFile bounds a YAML file before it is read, MaxPayout the closing of a
// period: no person types that one, and it has a line for all that is paid.
const (
	MaxFile   = 1 << 20
	MaxPayout = 16 << 20
)

// limits are those of a file that people write, but for the size of a closing.
func limits(p Place) source.Limits {
	l := source.Default
	if p.Month != 0 {
		l.MaxBytes = MaxPayout
	}
	return l
}

func readBounded(fsys fs.FS, p Place) ([]byte, *diag.Diagnostic) {
	most := max(MaxFile, limits(p).MaxBytes)
	data, size, err := readUpTo(fsys, p.Path, int64(most))
	switch {
	case err != nil:
		return nil, &diag.Diagnostic{Rule: "layout/unreadable", Span: diag.Span{File: p.Path}, Args: diag.Args{"reason": err.Error()}}
	case size > int64(most):
		return nil, &diag.Diagnostic{Rule: "yaml/too-large", Span: diag.Span{File: p.Path}, Args: diag.Args{"bytes": size, "max": most}}
	}
	return data, nil
}

// readUpTo opens a file once and reads it only if it is not larger than most.
func readUpTo(fsys fs.FS, path string, most int64) ([]byte, int64, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if info.Size() > most {
		return nil, info.Size(), nil
	}
	data := make([]byte, info.Size())
	_, err = io.ReadFull(f, data)
	return data, info.Size(), err
}
