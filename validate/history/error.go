package history

import (
	"fmt"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// Error is a reason why history cannot be read. Its words, with what to do
// about it, stand in the catalogue under Key.
type Error struct {
	Key  string
	Args diag.Args
}

// In returns the error's words in a language.
func (e *Error) In(l catalogue.Lang) string { return catalogue.Text(l, e.Key, e.Args) }

// Error returns the words in English.
func (e *Error) Error() string { return e.In(catalogue.EN) }

// fail makes an Error from a key and pairs of argument name and value.
func fail(key string, pairs ...any) *Error {
	args := diag.Args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return &Error{Key: key, Args: args}
}

func unreadable(dir string, reason error) *Error {
	return fail("history.unreadable", "dir", dir, "reason", reason.Error())
}

func damaged(object fmt.Stringer, reason string) *Error {
	return fail("history.damaged-object", "object", object.String(), "reason", reason)
}
