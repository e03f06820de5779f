package scan

import (
	"path"
	"strings"

	"aiohub/internal/knowledge"
	"aiohub/internal/place"
)

// Manifests and files that set variables or start programs are read as lines of text: their formats are many, and a line that names the
// distribution eventlet in the place of a requirement looks the same in all of them.

// textRecords finds requirements, variables and commands in a file that is not Python. The records lack what the file name decides.
func textRecords(name string, src []byte, manifest bool) (records []Record, commands []Launch) {
	if !containsFold(src, knowledge.Root) && !containsFold(src, knowledge.Aiohub) {
		return nil, nil
	}
	section := ""
	start := 0
	for line := range strings.Lines(string(src)) {
		text := strings.TrimRight(line, "\r\n")
		if header := strings.TrimSpace(text); strings.HasPrefix(header, "[") && strings.HasSuffix(header, "]") && !strings.ContainsAny(header, `"'`) {
			section = strings.Trim(header, "[]")
		}
		if manifest {
			for _, distribution := range []string{knowledge.Root, knowledge.Aiohub} {
				for _, at := range requirements(distribution, text, section, isLines(name)) {
					r := textRecord(Requirement, text, start, at, at+len(distribution), manifestContext(name))
					r.Name, r.Canon = distribution, distribution
					records = append(records, r)
				}
			}
		}
		launched, programs := launches(text)
		for _, at := range launched {
			records = append(records, launchRecord(text, start, at))
		}
		commands = append(commands, programs...)
		for _, v := range variables(text) {
			records = append(records, textRecord(Env, text, start, v[0], v[1], Other))
		}
		start += len(line)
	}
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
	return strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".in")
}

// manifestContext says what sort of manifest a requirement is in.
func manifestContext(name string) Context {
	base := path.Base(name)
	switch {
	case base == "setup.cfg", base == "setup.py", base == "tox.ini", base == "Pipfile":
		return Context(base)
	case base == "pyproject.toml":
		return Pyproject
	case strings.Contains(name, "constraint"):
		return Constraints
	}
	return Requirements
}

// requirements gives the offsets in a line at which a distribution is required.
func requirements(distribution, line, section string, onlyAtStart bool) []int {
	var found []int
	low := strings.ToLower(line)
	comment := commentStart(low)
	for from := 0; ; {
		i := strings.Index(low[from:comment], distribution)
		if i < 0 {
			return found
		}
		at := from + i
		from = at + len(distribution)
		if startsRequirement(low[:at], onlyAtStart) && endsName(low[from:], low[:at], section) {
			found = append(found, at)
		}
	}
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

func startsRequirement(before string, onlyAtStart bool) bool {
	before = strings.TrimRight(before, " \t")
	if before == "" || strings.HasSuffix(before, "#egg=") {
		return true
	}
	if onlyAtStart {
		return false
	}
	switch before[len(before)-1] {
	case '"', '\'':
		// Inside a list or a call, not the value of a key: name = "eventlet" names the extra or the project itself.
		opened := strings.TrimRight(before[:len(before)-1], " \t")
		return opened == "" || strings.HasSuffix(opened, "[") || strings.HasSuffix(opened, ",") || strings.HasSuffix(opened, "(")
	case '=':
		key := strings.TrimSpace(before[:len(before)-1])
		return key == "deps" || key == "install_requires" || key == "requires"
	case ':':
		return strings.HasSuffix(strings.TrimSpace(before), ":") && !strings.Contains(before, " ") // tox: factor: requirement
	}
	return false
}

// endsName reports whether the name ends here as the name of a requirement does.
func endsName(after, before, section string) bool {
	rest := strings.TrimLeft(after, " \t")
	if rest == "" {
		return true
	}
	if len(rest) == len(after) && (isNameByte(rest[0]) || rest[0] == '-' || rest[0] == '.' || rest[0] == '/') {
		return false
	}
	switch rest[0] {
	case '=':
		// "eventlet = ..." is a key: a requirement where keys are, the name of an extra elsewhere.
		if strings.HasPrefix(rest, "==") {
			return true
		}
		return strings.TrimSpace(before) == "" && (strings.HasPrefix(section, "tool.poetry") && strings.Contains(section, "dependencies") || strings.HasSuffix(section, "packages"))
	case '[', '<', '>', '!', '~', ';', ',', '"', '\'', '#', '@', '&', ')':
		return true
	}
	return false
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
