// Package glob matches paths against patterns written as in a .gitignore file. One notation serves .gitignore files
// themselves, `exclude` and `per-file-ignores`, so there is one set of rules to know.
//
// Paths are '/'-separated and relative to the directory that the patterns belong to.
package glob

import (
	"fmt"
	"strings"
)

// Pattern is one compiled line. The zero Pattern matches nothing.
type Pattern struct {
	segments []string
	negated  bool
	dirOnly  bool
	// A pattern with a '/' before its end is tied to its directory; one without matches at any depth.
	anchored bool
}

// Parse compiles one line. ok is false for a blank line or a comment, which are no patterns.
func Parse(line string) (p Pattern, ok bool, err error) {
	line = strings.TrimSuffix(line, "\r")
	line = trimTrailingBlanks(line)
	if line == "" || line[0] == '#' {
		return Pattern{}, false, nil
	}
	source := line
	if line[0] == '!' {
		p.negated = true
		line = line[1:]
	}
	if strings.HasSuffix(line, "/") {
		p.dirOnly = true
		line = strings.TrimRight(line, "/")
	}
	if strings.Contains(line, "/") {
		p.anchored = true
		line = strings.TrimPrefix(line, "/")
	}
	if line == "" {
		return Pattern{}, false, nil
	}
	p.segments = strings.Split(line, "/")
	for _, segment := range p.segments {
		if err := check(segment); err != nil {
			return Pattern{}, false, fmt.Errorf("pattern %q: %w", source, err)
		}
	}
	return p, true, nil
}

// trimTrailingBlanks removes blanks that no backslash protects.
func trimTrailingBlanks(s string) string {
	for strings.HasSuffix(s, " ") || strings.HasSuffix(s, "\t") {
		if strings.HasSuffix(s, `\ `) {
			return s
		}
		s = s[:len(s)-1]
	}
	return s
}

// check reports what the matcher could not read.
func check(segment string) error {
	for i := 0; i < len(segment); i++ {
		switch segment[i] {
		case '\\':
			if i+1 == len(segment) {
				return fmt.Errorf("nothing after the backslash at its end")
			}
			i++
		case '[':
			end := classEnd(segment, i)
			if end < 0 {
				return fmt.Errorf("`[` is not closed")
			}
			i = end
		}
	}
	return nil
}

// classEnd returns the index of the ']' that closes the class opened at i, or -1.
func classEnd(s string, i int) int {
	j := i + 1
	if j < len(s) && (s[j] == '!' || s[j] == '^') {
		j++
	}
	if j < len(s) && s[j] == ']' {
		j++
	}
	for ; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case ']':
			return j
		}
	}
	return -1
}

// Match tells whether the pattern names this very path. A directory's contents are for the caller: who walks a tree
// does not enter an ignored directory, who has only a path asks List.Covers.
func (p *Pattern) Match(path string, isDir bool) bool {
	if len(p.segments) == 0 || p.dirOnly && !isDir {
		return false
	}
	if !p.anchored {
		return matchSegment(p.segments[0], path[strings.LastIndexByte(path, '/')+1:])
	}
	return matchPath(p.segments, path)
}

func matchPath(segments []string, path string) bool {
	for len(segments) > 0 {
		if segments[0] == "**" {
			if len(segments) == 1 {
				return path != ""
			}
			for {
				if matchPath(segments[1:], path) {
					return true
				}
				i := strings.IndexByte(path, '/')
				if i < 0 {
					return false
				}
				path = path[i+1:]
			}
		}
		if path == "" {
			return false
		}
		head, rest, more := strings.Cut(path, "/")
		if !matchSegment(segments[0], head) {
			return false
		}
		segments = segments[1:]
		if !more {
			return len(segments) == 0
		}
		path = rest
	}
	return false
}

// matchSegment matches one name. It backtracks to the last star only, which is enough because a star may always take
// more.
func matchSegment(pattern, name string) bool {
	p, n := 0, 0
	starP, starN := -1, 0
	for n < len(name) {
		if p < len(pattern) {
			if pattern[p] == '*' {
				starP, starN = p, n
				p++
				continue
			}
			if width, ok := matchOne(pattern[p:], name[n]); ok {
				p += width
				n++
				continue
			}
		}
		if starP < 0 {
			return false
		}
		starN++
		p, n = starP+1, starN
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// matchOne matches one byte against the start of a checked pattern and returns how much of the pattern that took.
func matchOne(pattern string, c byte) (width int, ok bool) {
	switch pattern[0] {
	case '?':
		return 1, true
	case '\\':
		return 2, pattern[1] == c
	case '[':
		end := classEnd(pattern, 0)
		return end + 1, inClass(pattern[1:end], c)
	}
	return 1, pattern[0] == c
}

func inClass(class string, c byte) bool {
	inverted := class != "" && (class[0] == '!' || class[0] == '^')
	if inverted {
		class = class[1:]
	}
	found := false
	for i := 0; i < len(class); i++ {
		low := class[i]
		if low == '\\' && i+1 < len(class) {
			i++
			low = class[i]
		}
		high := low
		if i+2 < len(class) && class[i+1] == '-' {
			high = class[i+2]
			i += 2
		}
		found = found || low <= c && c <= high
	}
	return found != inverted
}
