package scan

import (
	"path"
	"slices"
	"strings"

	"aiohub/internal/knowledge"
)

// Manifests and files that set variables or start programs are read as text, and no further than it takes to find what is about eventlet.

// textRecords finds requirements, options, variables and commands in a file that is not Python. The records lack what the file name
// decides.
func textRecords(name string, src []byte, manifest bool) (records []Record, commands []command) {
	if !containsFold(src, knowledge.Root) && !containsFold(src, knowledge.Aiohub) {
		return nil, nil
	}
	text := string(src)
	taken := map[int]bool{} // offsets of requirements: what is required is not chosen by its place in a list as well
	lines := lineStarts(text)
	add := func(kind Kind, from, to int, ctx string) *Record {
		line, _ := slices.BinarySearch(lines, from+1)
		start := lines[line-1]
		end := len(text)
		if line < len(lines) {
			end = lines[line]
		}
		records = append(records, textRecord(kind, strings.TrimRight(text[start:end], "\r\n"), line, start, from-start, to-start, ctx))
		return &records[len(records)-1]
	}
	require := func(distribution string, at int, ctx string) {
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
				ctx = "extra"
			}
			require(r.distribution, r.start, ctx)
		}
	}
	if !isLines(name) && path.Base(name) != "setup.py" {
		words := wordsOf(text)
		for at, distribution := range installedBy(words) {
			require(distribution, at, "command")
		}
		for _, c := range chosen(words) {
			if !taken[c.start] {
				add(Option, c.start, c.end, c.option)
			}
		}
	}
	for number, start := range lines {
		end := len(text)
		if number+1 < len(lines) {
			end = lines[number+1]
		}
		line := strings.TrimRight(text[start:end], "\r\n")
		launched, programs := launches(line)
		for _, at := range launched {
			records = append(records, launchRecord(line, number+1, start, at))
		}
		commands = append(commands, programs...)
		for _, v := range variables(line) {
			records = append(records, textRecord(Env, line, number+1, start, v[0], v[1], "other"))
		}
	}
	slices.SortFunc(records, compare)
	return records, commands
}

// lineStarts gives the offset of every line.
func lineStarts(text string) []int {
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' && i+1 < len(text) {
			starts = append(starts, i+1)
		}
	}
	return starts
}

func textRecord(kind Kind, text string, line, lineStart, from, to int, ctx string) Record {
	name := text[from:to]
	return Record{
		Line: line, Col: from, Start: lineStart + from, End: lineStart + to,
		Kind: kind, Name: name, Canon: name, Ctx: ctx, Code: codeOf(text),
	}
}

// isLines reports whether the file has one requirement a line and nothing else.
func isLines(name string) bool {
	return strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".in") || strings.HasSuffix(name, "-requires")
}

// manifestContext says what sort of manifest a requirement is in.
func manifestContext(name string) string {
	base := path.Base(name)
	switch {
	case base == "setup.cfg", base == "setup.py", base == "tox.ini", base == "Pipfile":
		return base
	case base == "pyproject.toml":
		return "pyproject"
	case strings.Contains(name, "constraint"):
		return "constraints"
	case strings.HasSuffix(base, ".yml"), strings.HasSuffix(base, ".yaml"):
		return "yaml"
	}
	return "requirements"
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

// maxCode bounds the source line quoted in a record, in bytes.
const maxCode = 200

// codeOf makes the quoted line of a record.
func codeOf(line string) string {
	line = strings.TrimSpace(line)
	if len(line) > maxCode {
		line = strings.ToValidUTF8(line[:maxCode], "")
	}
	return line
}
