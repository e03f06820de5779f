package scan

import (
	"path"
	"slices"
	"strings"

	"aiohub/internal/output/place"
	"aiohub/internal/program/knowledge"
)

// Manifests and files that set variables or start programs are read as text, and no further than it takes to find what
// is about eventlet.

// textRecords finds requirements, options, variables and commands in a file that is not Python. The records lack what
// the file name decides.
func textRecords(name string, src []byte, manifest bool) (records []Record, commands []Launch) {
	if !containsFold(src, knowledge.Root) && !containsFold(src, knowledge.Aiohub) {
		return nil, nil
	}
	text, mark := strings.CutPrefix(string(src), "\ufeff")
	taken := map[int]bool{} // offsets of requirements: what is required is not chosen by its place in a list as well
	add := func(kind Kind, from, to int, ctx Context) *Record {
		records = append(records, textRecord(kind, text, 0, from, to, ctx))
		return &records[len(records)-1]
	}
	require := func(distribution string, at int, ctx Context) {
		if !taken[at] {
			taken[at] = true
			r := add(Requirement, at, at+len(distribution), ctx)
			r.Name, r.Canon = distribution, distribution
		}
	}
	if manifest || strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml") {
		for _, r := range requirementsOf(name, text) {
			ctx := manifestContext(name)
			if r.extra {
				ctx = Extra
			}
			require(r.distribution, r.start, ctx)
		}
	}
	if !isLines(name) {
		words := wordsOf(text)
		for at, distribution := range installedBy(words) {
			require(distribution, at, Command)
		}
		for _, c := range chosen(words) {
			if !taken[c.start] {
				add(Option, c.start, c.end, Context(c.option))
			}
		}
	}
	start := 0
	for whole := range strings.Lines(text) {
		line := strings.TrimRight(whole, "\r\n")
		launched, programs := launches(line)
		for _, at := range launched {
			records = append(records, launchRecord(line, start, at))
		}
		commands = append(commands, programs...)
		for _, v := range variables(line) {
			records = append(records, textRecord(Env, line, start, v[0], v[1], Other))
		}
		start += len(whole)
	}
	if mark {
		for i := range records {
			records[i].Start, records[i].End = records[i].Start+len("\ufeff"), records[i].End+len("\ufeff")
		}
	}
	slices.SortFunc(records, compare)
	return records, commands
}

func textRecord(kind Kind, text string, lineStart, from, to int, ctx Context) Record {
	name := text[from:to]
	return Record{
		Place: place.Place{Start: lineStart + from, End: lineStart + to}, Kind: kind, Name: name, Canon: name, Ctx: ctx,
	}
}

// isLines reports whether the file has one requirement a line and nothing else.
func isLines(name string) bool {
	return strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".in") || strings.HasSuffix(name, ".pip") ||
		strings.HasSuffix(name, "-requires") || isRead(name)
}

// isRead reports whether the file is a lock or a package's, of which nothing else is asked.
func isRead(name string) bool {
	if isLock(name) {
		return true
	}
	_, system := inSystem(name, "")
	return system
}

// manifestContext says what sort of manifest a requirement is in.
func manifestContext(name string) Context {
	base := path.Base(name)
	switch {
	case isLock(name):
		return Lock
	case isRead(name):
		return System
	case base == "setup.cfg", base == "setup.py", base == "tox.ini", base == "Pipfile":
		return Context(base)
	case base == "pyproject.toml":
		return Pyproject
	case strings.Contains(name, "constraint"):
		return Constraints
	case strings.HasSuffix(base, ".yml"), strings.HasSuffix(base, ".yaml"):
		return YAML
	}
	return Requirements
}

// commentStart gives the offset of a comment. An egg name in a URL follows a # without a space.
func commentStart(line string) int {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return i
		}
	}
	return len(line)
}

// variables gives the ranges in a line of the environment variables that eventlet may read.
func variables(line string) [][2]int {
	const prefix = "EVENTLET_"
	var found [][2]int
	for from := 0; ; {
		i := strings.Index(line[from:], prefix)
		if i < 0 {
			return found
		}
		at := from + i
		end := at + len(prefix)
		for end < len(line) && (isNameByte(line[end]) && (line[end] < 'a' || line[end] > 'z')) {
			end++
		}
		from = end
		whole := end > at+len(prefix) && (at == 0 || !isNameByte(line[at-1])) && (end == len(line) || !isNameByte(line[end]))
		if whole {
			found = append(found, [2]int{at, end})
		}
	}
}

func isNameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}

// containsFold reports whether src contains an ASCII word in any case.
func containsFold(src []byte, word string) bool {
	first, upper := word[0], word[0]-'a'+'A'
	for i := 0; i+len(word) <= len(src); i++ {
		if (src[i] == first || src[i] == upper) && strings.EqualFold(string(src[i:i+len(word)]), word) {
			return true
		}
	}
	return false
}
