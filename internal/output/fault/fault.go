// Package fault is what is wrong: with something the user wrote, or with a file that could not be looked at. There is a
// place, a sentence, and the way out.
package fault

import (
	"errors"
	"fmt"

	"aiohub/internal/output/place"
)

// Problem is one fault. As an error it ends a run; in a list of problems it stops nothing: the file or directory could
// not be looked at, or only in part.
type Problem struct {
	place.Place        // the file may be none; Line is 0 for a file as a whole
	Message     string // what is wrong, and what came of it
	Hint        string // the way out, or empty
	Extent      Extent
}

// Extent is how much of a file a problem keeps from being looked at.
type Extent uint8

const (
	Part  Extent = iota // it does not parse, or is not in the encoding it says: what can be made of it is scanned
	All                 // it cannot be read, or is too large
	Moved               // it went away or changed while it was read: the next run may know better
)

// New is a problem that is in no file.
func New(message, hint string) *Problem { return &Problem{Message: message, Hint: hint} }

// At is a problem in a file, which is named as the user reaches it.
func At(path string, line int, message, hint string) *Problem {
	return &Problem{Place: place.Place{File: path, Line: line}, Message: message, Hint: hint}
}

func (p *Problem) Error() string {
	switch {
	case p.File == "":
		return p.Message
	case p.Line == 0:
		return fmt.Sprintf("%s: %s", p.File, p.Message)
	case p.Column == 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// Each lists the errors that err joins or wraps, in order; err alone if it joins none.
func Each(err error) []error {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []error{err}
	}
	var all []error
	for _, each := range joined.Unwrap() {
		all = append(all, Each(each)...)
	}
	return all
}

// Hint returns the way out that err carries, or "".
func Hint(err error) string {
	var problem *Problem
	if errors.As(err, &problem) {
		return problem.Hint
	}
	return ""
}
