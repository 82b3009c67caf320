package rules

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// paths lists the files of one kind of section, below deals/.
func (x *example) paths(kind string) []string {
	var out []string
	for _, f := range x.files {
		if name, ok := strings.CutPrefix(f.Name, kind); ok {
			out = append(out, name)
		}
	}
	return out
}

// tree builds the files of one side of a case: the story up to its day, what
// both sides add, and what the side adds or leaves out.
func (x *example) tree(t *testing.T, side string) fs.FS {
	t.Helper()
	files := map[string]string{}
	for name, data := range x.story {
		if date := fold.Classify(fold.Root + "/" + name).Date; x.until(t) == 0 || date <= x.until(t) {
			files[name] = data
		}
	}
	for _, kind := range []string{"both/", side + "/"} {
		for _, f := range x.files {
			if name, ok := strings.CutPrefix(f.Name, kind); ok {
				add(files, name, string(f.Data))
			}
		}
	}
	if side == "bad" {
		for _, name := range x.paths("without/") {
			drop(t, files, name)
		}
	}
	return x.place(t, side, files)
}

// add lays a file over the others; a name that ends in + appends to the file.
func add(files map[string]string, name, data string) {
	if base, ok := strings.CutSuffix(name, "+"); ok {
		files[base] += data
		return
	}
	files[name] = data
}

// drop removes a file, or a folder.
func drop(t *testing.T, files map[string]string, name string) {
	t.Helper()
	found := false
	for file := range files {
		if file == name || strings.HasPrefix(file, name+"/") || name == "." {
			delete(files, file)
			found = true
		}
	}
	if !found {
		t.Errorf("there is no %s to leave out", name)
	}
}

func (x *example) until(t *testing.T) value.Day { return x.day(t, "until") }

func (x *example) day(t *testing.T, key string) value.Day {
	t.Helper()
	text := x.get(key)
	if text == "" {
		return 0
	}
	d, err := value.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// asOf is the day that the case names, or the later of its last story day and
// the latest fact of either side.
func (x *example) asOf(t *testing.T, side string) value.Day {
	t.Helper()
	if d := x.day(t, side+"-as-of"); d != 0 {
		return d
	}
	if d := x.day(t, "as-of"); d != 0 {
		return d
	}
	latest := x.until(t)
	if latest == 0 {
		for name := range x.story {
			latest = max(latest, fold.Classify(fold.Root+"/"+name).Date)
		}
	}
	for _, kind := range []string{"base/", "both/", "good/", "bad/"} {
		for _, name := range x.paths(kind) {
			latest = max(latest, fold.Classify(fold.Root+"/"+name).Date)
		}
	}
	return latest
}

// Names of evidence in a fact, and what such a file may be.
var (
	evidenceName = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9-]*\.(pdf|md|png)\b`)
	beginnings   = map[string]string{".pdf": "%PDF-1.7\n%%EOF\n", ".md": "# 记录\n", ".png": "\x89PNG\r\n\x1a\n"}
)

// place puts the files below deals/, and beside the facts the evidence that
// they name, unless the side says what is there.
func (x *example) place(t *testing.T, side string, files map[string]string) fs.FS {
	t.Helper()
	m := fstest.MapFS{}
	for name, data := range files {
		m[fold.Root+"/"+name] = &fstest.MapFile{Data: []byte(data), Mode: 0o644}
		p := fold.Classify(fold.Root + "/" + name)
		if p.Dir == "" || p.Kind == fold.EvidenceFile {
			continue
		}
		for _, evidence := range evidenceName.FindAllString(data, -1) {
			where := strings.TrimPrefix(p.Dir, fold.Root+"/") + "/evidence/" + evidence
			if _, given := files[where]; !given && !slices.Contains(x.header[side+"-lacks"], where) {
				m[fold.Root+"/"+where] = &fstest.MapFile{Data: []byte(beginnings[path.Ext(evidence)]), Mode: 0o644}
			}
		}
	}
	return &brokenFS{m, x.oddities(t, side, m)}
}

// oddities turns files into what no text file can show: links, devices, files
// of a size. It returns the paths that cannot be read.
func (x *example) oddities(t *testing.T, side string, m fstest.MapFS) (unreadable []string) {
	t.Helper()
	for _, name := range x.header[side+"-link"] {
		m[fold.Root+"/"+name] = &fstest.MapFile{Data: []byte("elsewhere"), Mode: fs.ModeSymlink}
	}
	for _, name := range x.header[side+"-device"] {
		m[fold.Root+"/"+name] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
	}
	for _, line := range x.header[side+"-size"] {
		name, size, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		m[fold.Root+"/"+name] = &fstest.MapFile{Data: []byte(strings.Repeat("x", n)), Mode: 0o644}
	}
	for _, name := range x.header[side+"-unreadable"] {
		unreadable = append(unreadable, fold.Root+"/"+name)
	}
	return unreadable
}

// brokenFS cannot read some of its files.
type brokenFS struct {
	fstest.MapFS
	broken []string
}

var errBroken = errors.New("input/output error")

func (b *brokenFS) Open(name string) (fs.File, error) {
	if slices.Contains(b.broken, name) {
		return nil, errBroken
	}
	return b.MapFS.Open(name)
}

func (b *brokenFS) ReadFile(name string) ([]byte, error) {
	if slices.Contains(b.broken, name) {
		return nil, errBroken
	}
	return b.MapFS.ReadFile(name)
}

// changed lists what differs between two trees.
func changed(base, head fs.FS) []validate.File {
	var out []validate.File
	before, after := base.(*brokenFS).MapFS, head.(*brokenFS).MapFS
	for name, f := range after {
		old, was := before[name]
		switch {
		case !was:
			out = append(out, validate.NewFile(name, validate.Added))
		case string(old.Data) != string(f.Data):
			out = append(out, validate.NewFile(name, validate.Modified))
		}
	}
	for name := range before {
		if _, is := after[name]; !is {
			out = append(out, validate.NewFile(name, validate.Deleted))
		}
	}
	slices.SortFunc(out, func(a, b validate.File) int { return strings.Compare(a.Path, b.Path) })
	return out
}
