package forge

import (
	"fmt"
	"time"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// Error is a reason why the forge could not be asked or told something. Its
// words, with what to do about it, stand in the catalogue under Key.
type Error struct {
	Key  string
	Args diag.Args

	status    int           // of the answer, where there was one
	temporary bool          // asking again may help
	wait      time.Duration // before asking again
	cause     error
}

// In returns the error's words in a language.
func (e *Error) In(l catalogue.Lang) string { return catalogue.Text(l, e.Key, e.Args) }

// Error returns the words in English.
func (e *Error) Error() string { return e.In(catalogue.EN) }

// Unwrap returns what a cancelled context said, if that was the reason.
func (e *Error) Unwrap() error { return e.cause }

// fail makes an Error from a key and pairs of argument name and value.
func fail(key string, pairs ...any) *Error {
	args := diag.Args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return &Error{Key: key, Args: args}
}

// odd is an answer that cannot be what the forge meant; why is the catalogue
// key of the reason.
func odd(asked, why string) *Error {
	return fail("forge.odd-answer", "asked", asked, "reason", diag.Term(why))
}

// again marks an error as one that may pass by itself.
func (e *Error) again(wait time.Duration) *Error {
	e.temporary, e.wait = true, wait
	return e
}

// final is the error after the last try.
func (e *Error) final(tries int, wait time.Duration) *Error {
	e.temporary = false
	if _, done := e.Args["tries"]; done {
		return e
	}
	e.Args["tries"] = tries
	e.Args["seconds"] = int(wait.Round(time.Second) / time.Second)
	return e
}
