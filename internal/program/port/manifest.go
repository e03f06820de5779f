package port

import (
	"bytes"
	"regexp"
	"strings"

	"aiohub/internal/program/scan"
)

// requirements adds aiohub to a file that is not Python.
func (s *source) requirements() {
	for i := range s.records {
		switch r := &s.records[i]; r.Kind {
		case scan.Requirement:
			s.requirement(i, r)
		case scan.Env:
			s.note(r, hubVariable, "")
		}
	}
}

// requirement puts aiohub beside a requirement of eventlet: on a line of its own where eventlet has one, else before it
// in the list.
func (s *source) requirement(i int, r *scan.Record) {
	switch {
	case strings.Contains(s.path, ".egg-info/") || strings.Contains(s.path, ".dist-info/"):
		s.note(r, requires, "made by the build")
		return
	case r.Ctx == "extra" || r.Ctx == "command" || r.Ctx == "yaml":
		s.note(r, requires, "add aiohub there by hand")
		return
	case r.Ctx == scan.Lock:
		s.note(r, requires, "make the lock anew")
		return
	case r.Ctx == scan.System:
		s.note(r, requires, "add aiohub there by hand")
		return
	case r.Ctx == "constraints":
		s.note(r, requires, "constraints only limit versions")
		return
	case i > 0 && s.sameList(&s.records[i-1], r):
		s.note(r, requires, "aiohub stands beside the first of them")
		return
	case s.requiresAiohub():
		s.note(r, requires, "aiohub is there")
		return
	}
	start := bytes.LastIndexByte(s.src[:r.Start], '\n') + 1
	end := len(s.src)
	if i := bytes.IndexByte(s.src[start:], '\n'); i >= 0 {
		end = start + i
	}
	before := string(s.src[start:r.Start])
	indent := before[:len(before)-len(strings.TrimLeft(before, " \t"))]
	behind := strings.TrimRight(string(s.src[r.End:end]), "\r")
	newline := ""
	if bytes.HasSuffix(s.src[start:end], []byte("\r")) {
		newline = "\r"
	}
	switch opened := before[len(indent):]; {
	case opened == "" && strings.HasPrefix(strings.TrimLeft(behind, " \t"), "=") &&
		!strings.HasPrefix(strings.TrimLeft(behind, " \t"), "=="):
		s.edits.Insert(start, indent+`aiohub = "*"`+newline+"\n") // a table of Poetry or of a Pipfile
	case opened == "":
		s.edits.Insert(s.sorted(start, indent), indent+"aiohub"+newline+"\n")
	case opened == `"` || opened == `'`:
		if close := strings.Index(behind, opened); close >= 0 && strings.TrimSpace(behind[close+1:]) == "," {
			s.edits.Insert(start, indent+opened+"aiohub"+opened+","+newline+"\n")
		} else {
			s.edits.Insert(r.Start-1, opened+"aiohub"+opened+", ")
		}
	case strings.HasSuffix(opened, `"`) || strings.HasSuffix(opened, `'`):
		quote := opened[len(opened)-1:]
		s.edits.Insert(r.Start-1, quote+"aiohub"+quote+", ")
	case strings.HasSuffix(opened, ":") || strings.HasSuffix(strings.TrimSpace(opened), "="):
		s.note(r, requiresByHand, "")
		return
	default:
		s.note(r, requiresByHand, "")
		return
	}
	s.note(r, requires, "")
}

var optionLine = regexp.MustCompile(`(?m)^[\w.-]+\s*=[^=]`)

// sameList reports whether two requirements stand in one list: of one package, for several Pythons.
func (s *source) sameList(a, b *scan.Record) bool {
	if b.Start < a.End {
		return a.Start == b.Start
	}
	between := s.src[a.End:b.Start]
	return a.Kind == scan.Requirement && a.Ctx == b.Ctx && !bytes.ContainsAny(between, "[]") && !optionLine.Match(between)
}

// sorted goes up from a line over those that come behind aiohub in the alphabet, if the lines there are requirements in
// that order.
func (s *source) sorted(start int, indent string) int {
	at, last := start, "eventlet"
	for at > 0 {
		above := bytes.LastIndexByte(s.src[:at-1], '\n') + 1
		line := strings.ToLower(strings.TrimRight(string(s.src[above:at]), " \t\r\n"))
		name := strings.TrimPrefix(line, indent)
		switch {
		case name == "" || len(name)+len(indent) != len(line) || !isNameByte(name[0]) || name > last:
			return start
		case name < "aiohub":
			return at
		}
		at, last = above, name
		if above == 0 || !isNameByte(line[min(len(indent), len(line)-1)]) {
			return at
		}
		// The first line of the list.
		if previous := bytes.TrimSpace(s.src[bytes.LastIndexByte(s.src[:max(above-1, 0)], '\n')+1 : above]); len(
			previous) == 0 || !isNameByte(previous[0]) || bytes.HasSuffix(previous, []byte("=")) {
			return at
		}
	}
	return at
}

// requiresAiohub tells whether the file names aiohub as something to install.
func (s *source) requiresAiohub() bool {
	for line := range bytes.Lines(s.src) {
		text := strings.TrimLeft(string(line), " \t\"'[(")
		if rest, ok := strings.CutPrefix(text, "aiohub"); ok && (rest == "" || !isNameByte(rest[0])) {
			return true
		}
		for _, quote := range []string{`"`, `'`} {
			if _, rest, ok := strings.Cut(string(line), quote+"aiohub"); ok && rest != "" && !isNameByte(rest[0]) {
				return true
			}
		}
	}
	return false
}

func isNameByte(c byte) bool {
	return c == '_' || c == '-' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
