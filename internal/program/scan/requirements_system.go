package scan

import (
	"path"
	"regexp"
	"strings"
)

// Packages of operating systems call the distribution python3-eventlet, dev-python/eventlet and the like.

// systemFormat says where one format of packages has what they require.
type systemFormat struct {
	is   func(file string) bool
	name *regexp.Regexp // its first group is the distribution
	// in gives the lines that name requirements, and those that go on with them; nil for all.
	in        *regexp.Regexp
	continues bool
}

const either = `(eventlet|aiohub)`

var systemFormats = []systemFormat{
	{ // Debian's control
		is:   func(file string) bool { return path.Base(file) == "control" && path.Base(path.Dir(file)) == "debian" },
		name: regexp.MustCompile(`(?:^|[\s,|])python[0-9.]*-` + either + `(?:$|[\s,|(:<\[])`),
		in:   regexp.MustCompile(`(?i)^(?:build-)?(?:pre-)?(?:depends|recommends|suggests)(?:-indep|-arch)?:`), continues: true,
	},
	{ // RPM's spec
		is: func(file string) bool { return path.Ext(file) == ".spec" },
		name: regexp.MustCompile(
			`(?:^|[\s,(])(?:python[^\s,(]*-|python[^\s,(]*dist\(|%\{py[0-9]?_dist\s+)` + either + `(?:$|[\s,)}\[])`),
		in: regexp.MustCompile(`(?i)^\s*(?:build)?(?:requires|recommends|suggests|supplements)(?:\([^)]*\))?:`),
	},
	{ // OpenStack's bindep
		is:   func(file string) bool { return path.Base(file) == "bindep.txt" },
		name: regexp.MustCompile(`^(?:python[0-9.]*|py3)-` + either + `(?:$|[\s\[])`),
	},
	{ // Gentoo's ebuild
		is:   func(file string) bool { return path.Ext(file) == ".ebuild" || path.Ext(file) == ".eclass" },
		name: regexp.MustCompile(`dev-python/` + either + `(?:-[0-9][\w.*-]*)?(?:$|[\s\["':)])`),
	},
	{ // Arch's PKGBUILD, Alpine's APKBUILD
		is: func(file string) bool {
			base := path.Base(file)
			return base == "PKGBUILD" || base == "APKBUILD" || base == ".SRCINFO"
		},
		name: regexp.MustCompile(`(?:^|[\s"'(=])(?:python[0-9.]*|py3)-` + either + `(?:$|[\s"')<>=:])`),
		in:   regexp.MustCompile(`^\s*(?:[a-z]*depends)\w*\s*\+?=`), continues: true,
	},
}

// inSystem reads the files of one of the formats; ok is false for all other files.
func inSystem(name, src string) (found []requirement, ok bool) {
	if path.Ext(name) == ".nix" {
		return inNix(src), true
	}
	for _, format := range systemFormats {
		if format.is(name) {
			return format.read(src), true
		}
	}
	return nil, false
}

func (s *systemFormat) read(src string) []requirement {
	var found []requirement
	within := s.in == nil
	eachLine(src, func(line string, at int) {
		if s.in != nil && strings.TrimSpace(line) != "" && !s.goesOn(line, within) {
			within = s.in.MatchString(line)
		}
		if !within {
			return
		}
		for from := 0; ; {
			m := s.name.FindStringSubmatchIndex(line[from:])
			if m == nil {
				return
			}
			found = append(found, requirement{line[from+m[2] : from+m[3]], at + from + m[2], false})
			from += m[3]
		}
	})
	return found
}

// goesOn tells whether a line belongs to the one before: it is indented, or it is within brackets that end with it.
func (s *systemFormat) goesOn(line string, within bool) bool {
	return s.continues && within && strings.IndexByte(" \t)'\"", line[0]) >= 0 && !s.in.MatchString(line)
}

// inNix finds what lists name: [ python3Packages.eventlet ], with ps; [ eventlet ].
func inNix(src string) []requirement {
	var found []requirement
	depth := 0
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case c == '#':
			i += len(upTo(src[i:], "\n"))
		case strings.HasPrefix(src[i:], "/*"):
			i += len(upTo(src[i:], "*/"))
		case c == '"':
			i += 1 + len(upTo(src[i+1:], `"`))
		case strings.HasPrefix(src[i:], "''"):
			i += 2 + len(upTo(src[i+2:], "''"))
		case isNameByte(c):
			start := i
			for i < len(src) && (isNameByte(src[i]) || src[i] == '-' || src[i] == '.' || src[i] == '\'') {
				i++
			}
			name := src[start:i]
			name = name[strings.LastIndexByte(name, '.')+1:]
			if depth > 0 && (name == "eventlet" || name == "aiohub") {
				found = append(found, requirement{name, i - len(name), false})
			}
		default:
			switch c {
			case '[':
				depth++
			case ']':
				depth = max(depth-1, 0)
			}
			i++
		}
	}
	return found
}

// upTo is text up to and with an end, all of it if that does not come.
func upTo(text, end string) string {
	if i := strings.Index(text, end); i >= 0 {
		return text[:i+len(end)]
	}
	return text
}
