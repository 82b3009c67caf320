package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// Error is a reason why nothing is written. Its words stand in the catalogue.
type Error struct {
	key   string
	args  diag.Args
	cause error // of the system
}

// In returns the error's words in a language.
func (e *Error) In(l catalogue.Lang) string { return catalogue.Text(l, e.key, e.args) }

// Error returns the words in English.
func (e *Error) Error() string { return e.In(catalogue.EN) }

// Unwrap returns what the system said.
func (e *Error) Unwrap() error { return e.cause }

// Unwritten words what the system says of a file that it does not let be
// written; other errors are left as they are.
func Unwritten(file string, err error) error {
	if _, worded := errors.AsType[*Error](err); worded {
		return err
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return &Error{"output.unwritten", diag.Args{"file": file, "reason": e.Err.Error()}, err}
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return &Error{"output.unwritten", diag.Args{"file": file, "reason": e.Err.Error()}, err}
	}
	return err
}

func (d *Dir) unwritten(name string, err error) error {
	return Unwritten(filepath.Join(d.root.Name(), filepath.FromSlash(name)), err)
}
