// Package fault is an error in something the user wrote: the place, what is wrong, and the way out.
package fault

import (
	"errors"
	"fmt"
)

// Error is one fault. Line counts from 1; 0 means the file as a whole.
type Error struct {
	Path    string
	Line    int
	Message string
	Hint    string // the way out, or empty
}

func (e *Error) Error() string {
	switch {
	case e.Path == "":
		return e.Message
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.Path, e.Message)
	}
	return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Message)
}

// All lists the errors that err joins or wraps, in order; err alone if it joins none.
func All(err error) []error {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []error{err}
	}
	var all []error
	for _, each := range joined.Unwrap() {
		all = append(all, All(each)...)
	}
	return all
}

// Hint returns the way out that err carries, or "".
func Hint(err error) string {
	var fault *Error
	if errors.As(err, &fault) {
		return fault.Hint
	}
	return ""
}
