package attest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dealgate/dealgate/validate/history"
)

// Branch is the branch that statements are kept on.
const Branch = "approvals"

// folders of the branch.
const (
	statementsDir  = "statements"
	checkpointsDir = "checkpoints"
)

// statementPath is where the statement of a landed commit stands.
func statementPath(commit string, landed time.Time) string {
	return fmt.Sprintf("%s/%d/%s.json", statementsDir, landed.UTC().Year(), commit)
}

// Place finds the path under which a statement with its signature is kept; ""
// when one that counts stands there already. Whatever else stands in its place
// does not keep it away.
func (m *Made) Place(views []fs.FS, sig []byte) (string, error) {
	var there bool
	var failed error
	path := free(m.Path, slices.Concat(m.Data, sig), func(name string) bool {
		for _, v := range views {
			c, err := readClaim(place{view: v, path: name})
			if err == nil {
				there = there || c.counts(m.landed)
			} else if !errors.Is(err, fs.ErrNotExist) {
				failed = err
			}
		}
		return !there && failed == nil && taken(views, name)
	})
	if there || failed != nil {
		return "", failed
	}
	return path, nil
}

func checkpointPath(changes int, head string) string {
	return fmt.Sprintf("%s/%08d-%s.json", checkpointsDir, changes, head)
}

// kept is a file of the branch with its signature; sig is nil without one.
type kept struct {
	path      string
	data, sig []byte
}

// archive finds statements by the commit that they are named after.
type archive struct {
	statements  map[string][]place
	checkpoints []place
	heads       map[string][]place // checkpoints by the commit that they are named after
	odd         []string           // paths that are neither
}

// place is where a file stands: it is read when it is needed. The ids are those
// of its content and of its signature's, "" where they are not known.
type place struct {
	view      fs.FS
	path      string
	blob, sig history.BlobID
}

func (p place) read() (kept, error) {
	k := kept{path: p.path}
	var err error
	if k.data, err = fs.ReadFile(p.view, p.path); err != nil {
		return k, err
	}
	k.sig, err = fs.ReadFile(p.view, p.path+history.Signature)
	if errors.Is(err, fs.ErrNotExist) {
		k.sig, err = nil, nil
	}
	return k, err
}

// openArchive lists what the views of the branch hold. Whoever may push to it
// can put anything there: what is no statement is passed over, and told.
func openArchive(views []fs.FS) (*archive, error) {
	a := &archive{statements: map[string][]place{}, heads: map[string][]place{}}
	for _, v := range views {
		if err := a.listTop(v); err != nil {
			return nil, err
		}
		if err := a.listStatements(v); err != nil {
			return nil, err
		}
		if err := a.listCheckpoints(v); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(a.checkpoints, func(a, b place) int { return strings.Compare(a.path, b.path) })
	slices.Sort(a.odd)
	a.odd = slices.Compact(a.odd)
	return a, nil
}

// statedIn is the commit that a file name says a statement to be about; that
// of one that counts beside one that does not has a further part.
func statedIn(name string) (commit string, ok bool) {
	name, ok = strings.CutSuffix(name, ".json")
	commit, further, has := strings.Cut(name, "-")
	return commit, ok && isHex(commit, 40) && (!has || isHex(further, 16))
}

func isHex(s string, digits int) bool {
	return len(s) == digits && strings.Trim(s, "0123456789abcdef") == ""
}

// listTop notes what stands beside the folders of the branch.
func (a *archive) listTop(v fs.FS) error {
	es, err := fs.ReadDir(v, ".")
	for _, e := range es {
		if e.Name() != statementsDir && e.Name() != checkpointsDir {
			a.odd = append(a.odd, e.Name())
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (a *archive) listStatements(v fs.FS) error {
	years, err := a.list(v, statementsDir, fs.FileMode.IsDir)
	if err != nil {
		return err
	}
	for _, year := range years {
		files, err := a.list(v, year.path, fs.FileMode.IsRegular)
		if err != nil {
			return err
		}
		for i, f := range files {
			commit, ok := statedIn(path.Base(f.path))
			if !ok {
				a.unsigned(files, f.path, func(name string) bool { _, ok := statedIn(name); return ok })
				continue
			}
			f.view = v
			if i+1 < len(files) && files[i+1].path == f.path+history.Signature {
				f.sig = files[i+1].blob
			}
			a.statements[commit] = append(a.statements[commit], f)
		}
	}
	return nil
}

var checkpointFile = regexp.MustCompile(`^[0-9]{8,}-([0-9a-f]{40})(?:-[0-9a-f]{16})?\.json$`)

func (a *archive) listCheckpoints(v fs.FS) error {
	files, err := a.list(v, checkpointsDir, fs.FileMode.IsRegular)
	for _, f := range files {
		m := checkpointFile.FindStringSubmatch(path.Base(f.path))
		switch {
		case m == nil:
			a.unsigned(files, f.path, checkpointFile.MatchString)
		case !slices.ContainsFunc(a.checkpoints, func(p place) bool { return p.path == f.path }):
			a.checkpoints = append(a.checkpoints, place{view: v, path: f.path})
			a.heads[m[1]] = append(a.heads[m[1]], place{view: v, path: f.path})
		}
	}
	return err
}

// unsigned notes a file as odd unless it is the signature of one that is there
// and has a name of some form.
func (a *archive) unsigned(files []place, name string, of func(string) bool) {
	signed, ok := strings.CutSuffix(name, history.Signature)
	_, there := slices.BinarySearchFunc(files, signed, func(f place, s string) int { return strings.Compare(f.path, s) })
	if !ok || !there || !of(path.Base(signed)) {
		a.odd = append(a.odd, name)
	}
}

// list returns the files of one kind in a folder by name, none when there is
// no such folder, and notes the others as odd.
func (a *archive) list(v fs.FS, dir string, kind func(fs.FileMode) bool) ([]place, error) {
	if at, err := fs.Stat(v, dir); err == nil && !at.IsDir() {
		a.odd = append(a.odd, dir)
		return nil, nil
	}
	es, err := fs.ReadDir(v, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	files := make([]place, 0, len(es))
	for _, e := range es {
		name := dir + "/" + e.Name()
		if kind(e.Type()) {
			files = append(files, place{path: name, blob: history.Listed(e)})
		} else {
			a.odd = append(a.odd, name)
		}
	}
	slices.SortFunc(files, func(a, b place) int { return strings.Compare(a.path, b.path) })
	return files, err
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}
