package bonus

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/validate/fold"
)

// Key is what an amount is paid for, once: whatever is due for a key later is
// set against all that closed periods have paid for it.
type Key struct {
	Payee   string // id of a person, or "team:" and the id of a team
	Clause  string // of the workflow
	Fact    string // path of what earned it; a fragment names the part of it
	Receipt string // path of the money received, empty where none is needed
}

// ID is short enough to be read aloud. It names the key in reports.
func (k Key) ID() string {
	sum := sha256.Sum256([]byte(strings.Join(k.parts(), "\x00")))
	return hex.EncodeToString(sum[:5])
}

// String writes the key in full.
func (k Key) String() string { return strings.TrimRight(strings.Join(k.parts(), " "), " ") }

func (k Key) parts() []string { return []string{k.Payee, k.Clause, k.Fact, k.Receipt} }

// payeeOf is the payee of a line as its key names him.
func payeeOf(person, team string) string {
	if person != "" {
		return person
	}
	return "team:" + team
}

// part names a part of a fact that holds several.
func part(path string, of ...string) string { return path + "#" + strings.Join(of, "/") }

// instancePath is the folder of a run of a process.
func instancePath(d *fold.Deal, i *fold.Instance) string {
	if i == d.Main {
		return d.Dir
	}
	return d.Dir + "/" + i.Process.Folder + "/" + i.Name
}

// nth tells apart what would else bear the same path, from the second on.
func nth(path string, n int) string {
	if n == 0 {
		return path
	}
	return part(path, strconv.Itoa(n+1))
}
