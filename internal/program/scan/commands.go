package scan

import (
	"path"
	"regexp"
	"strings"

	"aiohub/internal/program/knowledge"
)

// Programs that a command in a file starts on aiohub: `python -m aiohub [--loop LOOP] [--no-patch] script.py | -m
// module`.

// byCommand is how an entry point that a command starts is made green.
const byCommand = "python -m aiohub"

// Launch is a program that a command starts with the standard library patched.
type Launch struct {
	Script, Module string
}

// starts finds the options -m aiohub, also as elements of a list in quotes; what the command goes on with is the second
// group.
var starts = regexp.MustCompile(`(?:^|[\s"'=])(-m(?:["']\s*,\s*["']|\s+)aiohub)(?:$|["'\s;&|])`)

// launches gives the ranges in a line of commands that start a program on aiohub, with what they start. Only where
// Python is named before is it Python's option.
func launches(line string) (found [][2]int, started []Launch) {
	for _, at := range starts.FindAllStringSubmatchIndex(line, -1) {
		if !strings.Contains(line[:at[2]], "python") && !strings.Contains(line[:at[2]], "pypy") {
			continue
		}
		found = append(found, [2]int{at[2], at[3]})
		if c, ok := parseCommand(words(line[at[3]:])); ok {
			started = append(started, c)
		}
	}
	return found, started
}

// words splits the rest of a command, be it of a shell or a list in quotes, up to its end.
func words(rest string) []string {
	if end := strings.IndexAny(rest, ";&|]#"); end >= 0 {
		rest = rest[:end]
	}
	return strings.FieldsFunc(rest,
		func(c rune) bool { return c == ' ' || c == '\t' || c == ',' || c == '"' || c == '\'' })
}

// parseCommand reads the options of `python -m aiohub`; ok is false if it patches nothing or names no program.
func parseCommand(options []string) (c Launch, ok bool) {
	for i := 0; i < len(options); i++ {
		switch option := options[i]; {
		case option == "--no-patch":
			return Launch{}, false
		case option == "--loop":
			i++
		case option == "-m" && i+1 < len(options):
			return Launch{Module: options[i+1]}, true
		case strings.HasPrefix(option, "-"):
		default:
			return Launch{Script: path.Clean(strings.ReplaceAll(option, "\\", "/"))}, true
		}
	}
	return Launch{}, false
}

// started finds the files that commands start. Where a script lies in the image of a container is not known: the end of
// its path decides.
func (g *graph) started(commands []Launch) []int32 {
	var out []int32
	for _, c := range commands {
		for i := range g.r.Files {
			f := &g.r.Files[i]
			name := g.r.Tree.Name(f.Node)
			switch {
			case c.Module != "" && (name == c.Module && path.Base(f.Path) != "__init__.py" || name == c.Module+".__main__"):
			case c.Script != "" && isEnd(c.Script, f.Path):
			default:
				continue
			}
			out = append(out, int32(i))
		}
	}
	return out
}

// isEnd reports whether a path ends with another, at a separator.
func isEnd(whole, end string) bool {
	rest, ok := strings.CutSuffix(whole, end)
	return ok && (rest == "" || rest[len(rest)-1] == '/')
}

// launchRecord is the record of a command.
func launchRecord(text string, lineStart int, at [2]int) Record {
	r := textRecord(Use, text, lineStart, at[0], at[1], Command)
	r.Name = knowledge.Aiohub + ".__main__"
	r.Canon = r.Name
	return r
}
