package glob

import (
	"fmt"
	"strings"
)

// List is an ordered set of patterns; the last one that matches decides.
type List []Pattern

// ParseList compiles patterns, each on its own. It is strict: what is no pattern is an error.
func ParseList(lines []string) (List, error) {
	var list List
	for _, line := range lines {
		p, ok, err := Parse(line)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("pattern %q: names nothing", line)
		}
		list = append(list, p)
	}
	return list, nil
}

// ParseFile compiles the content of an ignore file. Like git it passes over lines that cannot be read.
func ParseFile(content string) List {
	var list List
	for line := range strings.Lines(strings.TrimPrefix(content, "\ufeff")) {
		if p, ok, err := Parse(strings.TrimSuffix(line, "\n")); ok && err == nil {
			list = append(list, p)
		}
	}
	return list
}

// Verdict is what a list says about a path.
type Verdict uint8

const (
	Unknown  Verdict = iota // no pattern matches
	Ignored                 // the last match is a plain pattern
	Included                // the last match is a negated pattern
)

// Match returns the verdict on this very path.
func (l List) Match(path string, isDir bool) Verdict {
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].Match(path, isDir) {
			if l[i].negated {
				return Included
			}
			return Ignored
		}
	}
	return Unknown
}

// Covers tells whether the file at path is ignored, itself or with a directory above it.
func (l List) Covers(path string) bool {
	for i := 0; i < len(path); i++ {
		if path[i] == '/' && l.Match(path[:i], true) == Ignored {
			return true
		}
	}
	return l.Match(path, false) == Ignored
}
