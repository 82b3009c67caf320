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
	for _, v := range views {
		c, err := readClaim(place{v, m.Path})
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if _, err := fs.Stat(v, m.Path+history.Signature); errors.Is(err, fs.ErrNotExist) {
				continue
			}
		case err != nil:
			return "", err
		case c.counts(m.landed):
			return "", nil
		}
		own := sum(append(slices.Clone(m.Data), sig...))
		return strings.TrimSuffix(m.Path, ".json") + "-" + own[:16] + ".json", nil
	}
	return m.Path, nil
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

// place is where a file stands: it is read when it is needed.
type place struct {
	view fs.FS
	path string
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

// statementFile is the name of a statement, after the commit that landed; one
// that counts beside one that does not has a further part.
var statementFile = regexp.MustCompile(`^([0-9a-f]{40})(-[0-9a-f]{16})?\.json$`)

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
		names, err := a.list(v, year, fs.FileMode.IsRegular)
		if err != nil {
			return err
		}
		for _, name := range names {
			if m := statementFile.FindStringSubmatch(path.Base(name)); m != nil {
				a.statements[m[1]] = append(a.statements[m[1]], place{v, name})
			} else {
				a.unsigned(names, name, statementFile)
			}
		}
	}
	return nil
}

var checkpointFile = regexp.MustCompile(`^[0-9]{8,}-([0-9a-f]{40})\.json$`)

func (a *archive) listCheckpoints(v fs.FS) error {
	names, err := a.list(v, checkpointsDir, fs.FileMode.IsRegular)
	for _, name := range names {
		m := checkpointFile.FindStringSubmatch(path.Base(name))
		switch {
		case m == nil:
			a.unsigned(names, name, checkpointFile)
		case !slices.ContainsFunc(a.checkpoints, func(p place) bool { return p.path == name }):
			a.checkpoints = append(a.checkpoints, place{v, name})
			a.heads[m[1]] = append(a.heads[m[1]], place{v, name})
		}
	}
	return err
}

// unsigned notes a file as odd unless it is the signature of one that is there.
func (a *archive) unsigned(names []string, name string, of *regexp.Regexp) {
	signed, ok := strings.CutSuffix(name, history.Signature)
	if _, there := slices.BinarySearch(names, signed); !ok || !there || !of.MatchString(path.Base(signed)) {
		a.odd = append(a.odd, name)
	}
}

// list returns the paths of one kind in a folder, none when there is no such
// folder, and notes the others as odd.
func (a *archive) list(v fs.FS, dir string, kind func(fs.FileMode) bool) ([]string, error) {
	if at, err := fs.Stat(v, dir); err == nil && !at.IsDir() {
		a.odd = append(a.odd, dir)
		return nil, nil
	}
	es, err := fs.ReadDir(v, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range es {
		name := dir + "/" + e.Name()
		if kind(e.Type()) {
			names = append(names, name)
		} else {
			a.odd = append(a.odd, name)
		}
	}
	slices.Sort(names)
	return names, err
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}
