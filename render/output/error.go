package output

import (
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// Error is a reason why nothing is written. Its words stand in the catalogue.
type Error struct {
	key  string
	args diag.Args
}

// In returns the error's words in a language.
func (e *Error) In(l catalogue.Lang) string { return catalogue.Text(l, e.key, e.args) }

// Error returns the words in English.
func (e *Error) Error() string { return e.In(catalogue.EN) }
