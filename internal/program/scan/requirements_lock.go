package scan

import (
	"path"
	"regexp"
	"strings"

	"aiohub/internal/program/knowledge"
)

// Lock files say what is installed, each package once or for each platform. What others of them want is not looked at:
// it is in the lock itself.

// isLock tells whether a file is written by what resolves dependencies, of whatever format.
func isLock(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(base, ".lock") || strings.HasPrefix(base, "pylock.") || isCondaLock(base)
}

func isCondaLock(base string) bool {
	return strings.HasPrefix(base, "conda-lock") && (strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml"))
}

// locked finds what a lock file locks.
func locked(name, src string) []requirement {
	switch base := path.Base(name); {
	case base == "Pipfile.lock":
		return lockedJSON(src)
	case base == "pixi.lock":
		return lockedPixi(src)
	case isCondaLock(base):
		return lockedNames(src, condaName, func(line string) bool { return line == "package:" })
	case base == "poetry.lock", base == "uv.lock", base == "pdm.lock", strings.HasPrefix(base, "pylock."):
		return lockedTables(src)
	}
	return inLines(src) // requirements.lock, and what conda calls explicit
}

var (
	lockedName = regexp.MustCompile(`(?i)^name\s*=\s*["'](eventlet|aiohub)["']`)
	condaName  = regexp.MustCompile(`(?i)^(?:- |  )name: ["']?(eventlet|aiohub)["']?\s*$`)
	pixiLine   = regexp.MustCompile(`^\s*- (?:conda|pypi): `)
)

// lockedNames finds the names behind a line after which packages are listed.
func lockedNames(src string, name *regexp.Regexp, lists func(line string) bool) []requirement {
	var found []requirement
	listing := false
	eachLine(src, func(line string, at int) {
		line = strings.TrimRight(line, " \t")
		if line != "" && line[0] != ' ' && line[0] != '-' {
			listing = lists(line)
		}
		if m := name.FindStringSubmatchIndex(line); listing && m != nil {
			found = append(found, requirement{strings.ToLower(line[m[2]:m[3]]), at + m[2], false})
		}
	})
	return found
}

// lockedTables reads the TOML of Poetry, uv, PDM and pip: [[package]], name = "eventlet".
func lockedTables(src string) []requirement {
	var found []requirement
	inPackage := false
	eachLine(src, func(line string, at int) {
		if strings.HasPrefix(line, "[") {
			header := strings.TrimSpace(line)
			inPackage = header == "[[package]]" || header == "[[packages]]"
		}
		if m := lockedName.FindStringSubmatchIndex(line); inPackage && m != nil {
			found = append(found, requirement{strings.ToLower(line[m[2]:m[3]]), at + m[2], false})
		}
	})
	return found
}

func lockedPixi(src string) []requirement {
	var found []requirement
	listing := false
	eachLine(src, func(line string, at int) {
		if line != "" && line[0] != ' ' && line[0] != '-' {
			listing = strings.TrimSpace(line) == "packages:"
		}
		if mark := pixiLine.FindString(line); listing && mark != "" {
			found = append(found, specifier(line[len(mark):], at+len(mark))...)
		}
	})
	return found
}

// lockedJSON reads a Pipfile.lock: the keys of the categories, of which _meta is none.
func lockedJSON(src string) []requirement {
	var found []requirement
	depth, category := 0, ""
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			start := i + 1
			for i++; i < len(src) && src[i] != '"'; i++ {
				if src[i] == '\\' {
					i++
				}
			}
			if i >= len(src) {
				return found
			}
			text := src[start:i]
			if rest := strings.TrimLeft(src[i+1:], " \t\r\n"); !strings.HasPrefix(rest, ":") {
				continue
			}
			name := strings.ToLower(text)
			switch {
			case depth == 1:
				category = text
			case depth == 2 && category != "_meta" && (name == knowledge.Root || name == knowledge.Aiohub):
				found = append(found, requirement{name, start, false})
			}
		}
	}
	return found
}
