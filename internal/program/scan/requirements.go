package scan

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"aiohub/internal/program/knowledge"
)

// requirement is a place that requires a distribution.
type requirement struct {
	distribution string
	start        int
	extra        bool // as an extra of another distribution: gunicorn[eventlet]
}

// requirementsOf finds the requirements of eventlet and of aiohub in a manifest, each as its format writes them.
func requirementsOf(name, src string) []requirement {
	base := path.Base(name)
	if isLock(name) {
		return locked(name, src)
	}
	if found, ok := inSystem(name, src); ok {
		return found
	}
	switch {
	case strings.HasSuffix(base, ".toml") || base == "Pipfile":
		return inTOML(src)
	case strings.HasSuffix(base, ".cfg") || strings.HasSuffix(base, ".ini"):
		return inINI(src)
	case strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml"):
		return inYAML(src)
	}
	return inLines(src)
}

// archiveName is a distribution's in a path or address of its archive: ./vendor/eventlet-0.33.0-py2.py3-none-any.whl.
var archiveName = regexp.MustCompile(
	`(?i)^(?:[^\s#]*[/\\])?(eventlet|aiohub)-\d[^\s/\\#]*\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|conda)(?:#\S*)?(?:\s|$)`)

// specifier finds what one requirement is about: the distribution it begins with, or one of its extras.
func specifier(text string, at int) []requirement {
	trimmed := strings.TrimLeft(text, " \t")
	at += len(text) - len(trimmed)
	if m := archiveName.FindStringSubmatchIndex(trimmed); m != nil {
		return []requirement{{strings.ToLower(trimmed[m[2]:m[3]]), at + m[2], false}}
	}
	if egg := strings.Index(trimmed, "#egg="); egg >= 0 {
		trimmed, at = trimmed[egg+len("#egg="):], at+egg+len("#egg=")
	}
	if channel := strings.Index(trimmed, "::"); channel >= 0 && isName(trimmed[:channel]) {
		trimmed, at = trimmed[channel+2:], at+channel+2 // conda-forge::eventlet
	}
	end := 0
	for end < len(trimmed) && (isNameByte(trimmed[end]) || trimmed[end] == '-' || trimmed[end] == '.') {
		end++
	}
	name, rest := strings.ToLower(trimmed[:end]), strings.TrimLeft(trimmed[end:], " \t")
	if (name == knowledge.Root || name == knowledge.Aiohub) &&
		(rest == "" || strings.IndexByte("[=<>!~;,@#&(", rest[0]) >= 0) {
		return []requirement{{name, at, false}}
	}
	if end == 0 || !strings.HasPrefix(rest, "[") {
		return nil
	}
	open := at + len(trimmed) - len(rest)
	list, _, closed := strings.Cut(rest[1:], "]")
	if !closed {
		return nil
	}
	var found []requirement
	for offset := 0; offset <= len(list); {
		extra, _, _ := strings.Cut(list[offset:], ",")
		word := strings.TrimSpace(extra)
		if strings.EqualFold(word, knowledge.Root) {
			found = append(found, requirement{knowledge.Root, open + 1 + offset + strings.Index(extra, word), true})
		}
		offset += len(extra) + 1
	}
	return found
}

func isName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i]) && s[i] != '-' && s[i] != '.' {
			return false
		}
	}
	return s != ""
}

// eachLine calls f with every line without its comment, and its offset.
func eachLine(src string, f func(line string, at int)) {
	at := 0
	for line := range strings.Lines(src) {
		text := strings.TrimRight(line, "\r\n")
		f(text[:commentStart(text)], at)
		at += len(line)
	}
}

// inLines reads requirements and constraints files.
func inLines(src string) []requirement {
	var found []requirement
	eachLine(src, func(line string, at int) {
		option := strings.TrimLeft(line, " \t")
		for _, editable := range []string{"-e ", "--editable "} {
			if rest, ok := strings.CutPrefix(option, editable); ok {
				at, line = at+len(line)-len(rest), rest
			}
		}
		found = append(found, specifier(line, at)...)
	})
	return found
}

// Keys of setup.cfg and tox.ini whose values are requirements, and sections all of whose values are.
var (
	requiringKeys = map[string]bool{"install_requires": true, "tests_require": true, "setup_requires": true,
		"requires": true, "requires_dist": true, "requires-dist": true, "deps": true}
	requiringSections = map[string]bool{"options.extras_require": true, "extras": true}
)

// inINI reads setup.cfg and tox.ini. A value goes on over indented lines; tox has factors before what they require.
func inINI(src string) []requirement {
	var found []requirement
	section, key := "", ""
	eachLine(src, func(line string, at int) {
		text := strings.TrimSpace(line)
		switch {
		case text == "" || strings.HasPrefix(text, ";"):
			return
		case strings.HasPrefix(line, "["):
			section, key = strings.ToLower(strings.Trim(text, "[] ")), ""
			return
		}
		if line[0] != ' ' && line[0] != '\t' {
			end := strings.IndexAny(line, "=:")
			if end < 0 {
				return
			}
			key = strings.ToLower(strings.TrimRight(strings.TrimSpace(line[:end]), "+"))
			line, at = line[end+1:], at+end+1
		}
		if !requiringSections[section] && !requiringKeys[key] {
			return
		}
		if factor := strings.Index(line, ": "); factor >= 0 && strings.HasPrefix(section, "testenv") &&
			isFactor(strings.TrimSpace(line[:factor])) {
			line, at = line[factor+1:], at+factor+1
		}
		for part := range strings.SplitSeq(line, ";") { // several on one line; what follows a ; else is a marker, and no name
			found = append(found, specifier(part, at)...)
			at += len(part) + 1
		}
	})
	return found
}

func isFactor(s string) bool {
	return s != "" && !strings.ContainsAny(s, "[<>=; ") || strings.HasPrefix(s, "!")
}

// inTOML reads pyproject.toml and Pipfile: strings in lists of dependencies, and keys in tables of them.
func inTOML(src string) []requirement {
	var found []requirement
	var parser unstable.Parser
	parser.Reset([]byte(src))
	var table []string
	for parser.NextExpression() {
		expression := parser.Expression()
		var keys []keyAt
		for it := expression.Key(); it.Next(); {
			keys = append(keys, keyAt{string(it.Node().Data), int(it.Node().Raw.Offset)})
		}
		if expression.Kind != unstable.KeyValue {
			table = nil
			for _, key := range keys {
				table = append(table, key.name)
			}
			// [tool.poetry.dependencies.eventlet]
			found = append(found, requiringKey(table[:max(len(table)-1, 0)], keys[max(len(keys)-1, 0):])...)
			continue
		}
		found = append(found, inValue(table, keys, expression.Value(), src)...)
	}
	return found
}

type keyAt struct {
	name string
	at   int
}

// inValue looks into the value of a key, and at the key.
func inValue(above []string, keys []keyAt, value *unstable.Node, src string) []requirement {
	path := slices.Clone(above)
	var found []requirement
	for i := range keys {
		found = append(found, requiringKey(path, keys[i:i+1])...)
		path = append(path, keys[i].name)
	}
	return append(found, inNode(path, value, src)...)
}

func inNode(path []string, value *unstable.Node, src string) []requirement {
	var found []requirement
	switch {
	case value == nil:
	case value.Kind == unstable.String && path[len(path)-1] == "legacy_tox_ini":
		found = moveAll(inINI(string(value.Data)), contentOf(value, src))
	case value.Kind == unstable.InlineTable:
		for it := value.Children(); it.Next(); {
			var keys []keyAt
			for key := it.Node().Key(); key.Next(); {
				keys = append(keys, keyAt{string(key.Node().Data), int(key.Node().Raw.Offset)})
			}
			found = append(found, inValue(path, keys, it.Node().Value(), src)...)
		}
	case value.Kind == unstable.Array:
		for it := value.Children(); it.Next(); {
			found = append(found, inElement(path, it.Node(), src)...)
		}
	}
	return found
}

func inElement(path []string, element *unstable.Node, src string) []requirement {
	if element.Kind != unstable.String {
		return inNode(path, element, src)
	}
	last := path[len(path)-1]
	if last == "extras" && isTableOfRequirements(path[:max(len(path)-2, 0)]) { // celery = {extras = ["eventlet"]}
		if strings.EqualFold(string(element.Data), knowledge.Root) {
			return []requirement{{knowledge.Root, contentOf(element, src), true}}
		}
		return nil
	}
	if !requiringList(path) {
		return nil
	}
	return specifier(string(element.Data), contentOf(element, src))
}

// contentOf is the offset of a string's content. A line's end behind the quotes is not part of it.
func contentOf(element *unstable.Node, src string) int {
	at := int(element.Raw.Offset)
	for at < len(src) && (src[at] == '"' || src[at] == '\'') {
		at++
	}
	if at-int(element.Raw.Offset) == 3 {
		for at < len(src) && (src[at] == '\r' || src[at] == '\n') && !strings.HasSuffix(src[:at], "\n") {
			at++
		}
	}
	return at
}

func moveAll(found []requirement, by int) []requirement {
	for i := range found {
		found[i].start += by
	}
	return found
}

var (
	dependencyKey = regexp.MustCompile(`(^|-)dependencies$`)
	requiresKey   = regexp.MustCompile(`(^|-)requires$`)
)

// requiringList tells whether the strings in a list are requirements.
func requiringList(path []string) bool {
	last := path[len(path)-1]
	switch {
	case dependencyKey.MatchString(last), last == "deps", requiresKey.MatchString(last) && path[0] != "project":
		return true
	case len(path) < 2:
		return false
	}
	above := path[len(path)-2]
	return dependencyKey.MatchString(above) && path[0] != "tool" || above == "optional-dependencies" ||
		above == "dev-dependencies" || above == "dependency-groups" || above == "requires-extra" ||
		path[0] == "tool" && above == "extras"
}

// isTableOfRequirements tells whether the keys of a table are requirements: where tools have a table of dependencies,
// and in a Pipfile.
func isTableOfRequirements(path []string) bool {
	if len(path) == 0 {
		return false
	}
	switch last := path[len(path)-1]; {
	case path[0] == "project", last == "optional-dependencies":
		return false // tables of lists
	case dependencyKey.MatchString(last), len(path) == 1 && strings.HasSuffix(last, "packages"):
		return true
	default:
		return last == "overrides" && path[0] == "tool" // pdm's
	}
}

func requiringKey(path []string, key []keyAt) []requirement {
	if len(key) == 1 && isTableOfRequirements(path) {
		if name := strings.ToLower(key[0].name); name == knowledge.Root || name == knowledge.Aiohub {
			return []requirement{{name, key[0].at, false}}
		}
	}
	return nil
}
