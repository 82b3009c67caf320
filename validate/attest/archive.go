package attest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
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

// openArchive lists what the views of the branch hold.
func openArchive(views []fs.FS) (*archive, error) {
	a := &archive{statements: map[string][]place{}}
	for _, v := range views {
		years, err := list(v, statementsDir)
		if err != nil {
			return nil, err
		}
		for _, year := range years {
			names, err := list(v, year)
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				if base, ok := strings.CutSuffix(path.Base(name), ".json"); ok {
					commit, _, _ := strings.Cut(base, "-") // one that counts beside one that does not
					a.statements[commit] = append(a.statements[commit], place{v, name})
				}
			}
		}
		points, err := list(v, checkpointsDir)
		if err != nil {
			return nil, err
		}
		for _, name := range points {
			known := slices.ContainsFunc(a.checkpoints, func(p place) bool { return p.path == name })
			if strings.HasSuffix(name, ".json") && !known {
				a.checkpoints = append(a.checkpoints, place{v, name})
			}
		}
	}
	slices.SortFunc(a.checkpoints, func(a, b place) int { return strings.Compare(a.path, b.path) })
	return a, nil
}

// list returns the paths in a folder, none when there is no such folder.
func list(v fs.FS, dir string) ([]string, error) {
	es, err := fs.ReadDir(v, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range es {
		names = append(names, dir+"/"+e.Name())
	}
	return names, err
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}
