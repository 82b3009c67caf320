package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Manifest is the file that lists what was written, one "digest size  path" a
// line.
const Manifest = "manifest.txt"

// heading begins every manifest of ours; others may call a file like that too.
const heading = "written by dealgate; do not edit\n"

// entry is what is known of one file.
type entry struct {
	digest string
	size   int64
}

// unknown is the size of a file that was written down by its name alone, or in
// a manifest that told no sizes.
const unknown = -1

// entries reads a manifest.
func entries(manifest []byte) map[string]entry {
	listed := map[string]entry{}
	for line := range bytes.Lines(manifest) {
		about, name, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), "  ")
		if !ok || !fs.ValidPath(name) {
			continue
		}
		digest, size, _ := strings.Cut(about, " ")
		e := entry{digest, unknown}
		if n, err := strconv.ParseInt(size, 10, 64); err == nil {
			e.size = n
		}
		listed[name] = e
	}
	return listed
}

// listing writes a manifest.
func listing(written map[string]entry) []byte {
	var b bytes.Buffer
	b.WriteString(heading)
	for _, name := range slices.Sorted(maps.Keys(written)) {
		fmt.Fprintf(&b, "%s %d  %s\n", written[name].digest, written[name].size, name)
	}
	return b.Bytes()
}

// journalName is the file that lists, one a line, what is being written and not
// in the manifest yet: so a later run knows what one that was killed left.
const journalName = temporary + "journal"

// announce writes a new name down before its file is put in place.
func (d *Dir) announce(name string) (err error) {
	if _, known := d.old[name]; known {
		return nil
	}
	if d.journal == nil {
		if d.journal, err = d.root.OpenFile(journalName, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644); err != nil {
			return err
		}
	}
	_, err = d.journal.WriteString(name + "\n")
	return err
}

// resume adds to what the manifest lists the names that an interrupted run wrote
// down, and cuts off one that it did not write to its end.
func (d *Dir) resume() error {
	data, err := d.root.ReadFile(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	whole := data[:bytes.LastIndexByte(data, '\n')+1]
	for line := range bytes.Lines(whole) {
		name := strings.TrimSuffix(string(line), "\n")
		if _, listed := d.old[name]; !listed && fs.ValidPath(name) {
			d.old[name] = entry{size: unknown}
		}
	}
	if len(whole) == len(data) {
		return nil
	}
	return d.root.WriteFile(journalName, whole, 0o644)
}

// forget removes the journal: the manifest lists all.
func (d *Dir) forget() error {
	if d.journal != nil {
		if err := d.journal.Close(); err != nil {
			return err
		}
		d.journal = nil
	}
	if err := d.root.Remove(journalName); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
