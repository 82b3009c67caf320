package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/source"
)

const (
	mib      = 1 << 20
	maxFile  = 50 * mib // evidence lives in every clone for ever
	maxText  = 1 * mib  // text is read whole, to look for private numbers
	headSize = 512      // tells what any other file is
	tailSize = 2048     // tells whether it is whole
)

// inspection looks into one evidence file on behalf of the facts that name it.
type inspection struct {
	*evidenceFolder
	name   string
	format format
	cites  []citation
}

// inspect reads a file once: text whole, of others the beginning unless a
// digest was typed.
func (e *evidenceFolder) inspect(name string) {
	i := &inspection{e, name, formatOf(name), e.cites[name]}
	info, err := fs.Stat(e.pass.FS, e.path(name))
	switch {
	case err != nil:
		i.unreadable(err)
	case info.Size() > i.most():
		i.tooLarge(info.Size())
	case len(i.cites) == 0 && !i.format.text:
	case len(i.cites) > 0 && i.format.is == nil:
		i.report("evidence/unknown-type", diag.Args{"name": name, "known": extensions})
	case info.Size() == 0:
		i.cited("evidence/empty", diag.Args{"name": name})
	default:
		i.content(e.path(name), info.Size())
	}
}

// report speaks at every place that names the file, or of the file itself
// where none does.
func (i *inspection) report(rule string, args diag.Args) {
	if len(i.cites) == 0 {
		i.pass.Report(i.deal, diag.Diagnostic{Rule: rule, Span: diag.Span{File: i.path(i.name)}, Args: args})
	}
	i.cited(rule, args)
}

func (i *inspection) cited(rule string, args diag.Args) {
	for _, c := range i.cites {
		i.pass.Report(i.deal, diag.Diagnostic{Rule: rule, Span: c.span, Args: args})
	}
}

func (i *inspection) unreadable(err error) {
	i.report("evidence/unreadable", diag.Args{"name": i.name, "reason": err.Error()})
}

func (i *inspection) most() int64 {
	if i.format.text {
		return maxText
	}
	return maxFile
}

func (i *inspection) tooLarge(size int64) {
	i.report("evidence/too-large", diag.Args{"name": i.name, "size": int((size + mib - 1) / mib), "most": int(i.most() / mib)})
}

// content judges what a file holds, or the object that a Git LFS pointer in
// its place stands for.
func (i *inspection) content(file string, size int64) {
	r, err := i.read(file, size)
	if err != nil {
		i.unreadable(err)
		return
	}
	if p, ok := pointerIn(r.head, size); ok {
		i.pointer(p)
		return
	}
	i.judge(r)
}

func (i *inspection) judge(r reading) {
	if i.format.text {
		for _, d := range source.PrivateText(i.path(i.name), r.head) {
			i.pass.Report(i.deal, d)
		}
	}
	wrong := func(found diag.Term) {
		i.cited("evidence/wrong-type", diag.Args{"name": i.name, "expected": i.format.term, "found": found, "hint": i.format.hint()})
	}
	switch {
	case !i.format.is(r.head):
		wrong(recognise(r.head))
	case i.format.text && blank(r.head):
		i.cited("evidence/empty", diag.Args{"name": i.name})
	case !bytes.Contains(r.tail, []byte(i.format.end)):
		wrong("evidence/type.cut-off")
	}
	i.compare(r.digest)
}

// blank reports whether a text shows nothing.
func blank(text []byte) bool {
	return len(bytes.TrimFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) })) == 0
}

// compare holds the typed digests against that of the content.
func (i *inspection) compare(digest string) {
	for _, c := range i.cites {
		if c.digest != "" && !strings.EqualFold(c.digest, digest) {
			i.pass.Report(i.deal, diag.Diagnostic{Rule: "evidence/digest", Span: c.span, Args: diag.Args{
				"name": i.name, "typed": c.digest, "digest": digest}})
		}
	}
}

// reading is what was read of a file.
type reading struct {
	head, tail []byte // text whole, of anything else the beginning and the end
	digest     string // of all of it, where somebody typed one
}

// read reads no more of a file than is judged: all of it for its digest or its
// end, else the beginning.
func (i *inspection) read(file string, size int64) (reading, error) {
	f, err := i.pass.FS.Open(file)
	if err != nil {
		return reading{}, err
	}
	defer f.Close()
	if !i.format.text {
		size = min(size, headSize)
	}
	head := make([]byte, size)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return reading{}, err
	}
	r := reading{head: head[:n]}
	h := sha256.New()
	h.Write(r.head)
	end := &tail{last: bytes.Clone(r.head)}
	switch typed := slices.ContainsFunc(i.cites, func(c citation) bool { return c.digest != "" }); {
	case typed:
		_, err = io.Copy(io.MultiWriter(h, end), f)
		r.digest = "sha256:" + hex.EncodeToString(h.Sum(nil))
	case i.format.end != "":
		_, err = io.Copy(end, f)
	default:
		err = nil
	}
	r.tail = end.last
	return r, err
}

// tail keeps the end of what is written to it.
type tail struct{ last []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.last = append(t.last, p[max(0, len(p)-tailSize):]...)
	t.last = t.last[max(0, len(t.last)-tailSize):]
	return len(p), nil
}

// pointer is what Git LFS leaves in a file's place.
type pointer struct {
	oid  string
	size int64
}

var pointerText = regexp.MustCompile(`^version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,15})\n?$`)

func pointerIn(data []byte, size int64) (pointer, bool) {
	if size > headSize || !bytes.HasPrefix(data, []byte("version https://git-lfs")) {
		return pointer{}, false
	}
	m := pointerText.FindSubmatch(data)
	if m == nil {
		return pointer{}, false
	}
	n, err := strconv.ParseInt(string(m[2]), 10, 64)
	return pointer{string(m[1]), n}, err == nil
}

// pointer judges the object instead, where the clone has it; else policy says
// whether the pointer counts.
func (i *inspection) pointer(p pointer) {
	object := ".git/lfs/objects/" + p.oid[:2] + "/" + p.oid[2:4] + "/" + p.oid
	info, err := fs.Stat(i.pass.FS, object)
	switch {
	case err == nil && info.Size() == p.size && i.format.text && p.size > maxText:
		i.tooLarge(p.size)
	case err == nil && info.Size() == p.size && p.size == 0:
		i.cited("evidence/empty", diag.Args{"name": i.name})
	case err == nil && info.Size() == p.size:
		i.object(object, p)
	case i.pass.Company.Policy.Evidence.LfsPointer.S == "accept":
		i.compare("sha256:" + p.oid)
	default:
		i.cited("evidence/lfs-pointer", diag.Args{"name": i.name})
	}
}

func (i *inspection) object(file string, p pointer) {
	r, err := i.read(file, p.size)
	if err != nil {
		i.unreadable(err)
		return
	}
	i.judge(r)
}
