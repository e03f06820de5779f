// Package directive reads the comments that take findings back:
//
//	eventlet.sleep(0)  # aiohub: ignore[AH101] the scheduler needs this yield
//	# aiohub: ignore-file[AH301] only mocks
//
// The reason is compulsory. A directive behind code is about the findings that touch its line; one on a line of its own
// is about the next line with code. ignore-file is about all of its file, wherever it stands.
package directive

import (
	"bytes"
	"regexp"
	"strings"
)

// Directive is one comment, and what is wrong with it.
type Directive struct {
	Start, End int    // of the comment, in bytes
	Target     int    // the line whose findings it takes back
	Codes      []Code // what stands in the brackets
	File       bool   // it is about the whole file
	Fault      string // why it takes nothing back, or ""
	Miss       bool   // it only looks as if it were meant to be one
}

// Code is one code or name in the brackets.
type Code struct {
	Text       string
	Start, End int // in bytes
}

const marker = "aiohub:"

// misses are comments that look as if they were meant for aiohub: without the colon, in other words, in another tool's
// way, or with the name misspelt.
var misses = regexp.MustCompile(`(?i)#\s*aiohub\s*[:=-]?\s*(ignore|noqa|disable)\b` +
	`|#\s*(noqa|ruff|pylint|flake8)\s*:[^#]*\bAH\d{3}\b` +
	`|#\s*[a-z][\w-]*\s*[:=]\s*(ignore|noqa|disable)[\w-]*\s*[\[(:=][^#\])]*\bAH\d{3}\b`)

// Parse reads one comment that starts at offset start of its file. ok is false for a comment that is none of ours.
func Parse(comment []byte, start int) (d Directive, ok bool) {
	i := bytes.IndexByte(comment, '#')
	if i < 0 {
		return d, false
	}
	// Tools share a line: `# noqa: E501  # aiohub: ignore[...] ...`.
	at := -1
	for j := i; j < len(comment); j++ {
		if comment[j] == '#' && bytes.HasPrefix(bytes.TrimLeft(comment[j+1:], " \t"), []byte(marker)) {
			at = j
			break
		}
	}
	if at < 0 {
		if miss := misses.FindIndex(comment); miss != nil {
			d.Start, d.End, d.Miss = start+miss[0], start+len(bytes.TrimRight(comment, " \t\r\n")), true
			d.Fault = "is not read by aiohub"
			return d, true
		}
		return d, false
	}
	d.Start, d.End = start+at, start+len(bytes.TrimRight(comment, " \t\r\n"))
	text := string(comment[at:])
	rest := text[strings.Index(text, marker)+len(marker):]
	rest = strings.TrimLeft(rest, " \t")
	body, isIgnore := strings.CutPrefix(rest, "ignore-file")
	if d.File = isIgnore; !isIgnore {
		body, isIgnore = strings.CutPrefix(rest, "ignore")
	}
	if !isIgnore {
		d.Fault = "says neither `ignore` nor `ignore-file`"
		return d, true
	}
	if strings.HasPrefix(strings.TrimLeft(body, " \t"), "[") && !strings.HasPrefix(body, "[") {
		d.Fault = "has a space in front of `[`"
		return d, true
	}
	if !strings.HasPrefix(body, "[") {
		d.Fault = "names no rule"
		return d, true
	}
	inside, reason, closed := strings.Cut(body[1:], "]")
	if !closed {
		d.Fault = "has no `]`"
		return d, true
	}
	offset := start + at + len(text) - len(body) + 1
	for part := range strings.SplitSeq(inside, ",") {
		name := strings.TrimSpace(part)
		if name != "" {
			from := offset + strings.Index(part, name)
			d.Codes = append(d.Codes, Code{name, from, from + len(name)})
		}
		offset += len(part) + 1
	}
	switch {
	case len(d.Codes) == 0:
		d.Fault = "names no rule"
	case strings.Trim(reason, " \t\r\n-:#") == "":
		d.Fault = "gives no reason"
	}
	return d, true
}
