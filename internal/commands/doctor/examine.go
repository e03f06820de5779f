package doctor

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
)

// Level is how a check came out.
type Level string

const (
	OK      Level = "ok"
	Note    Level = "note"
	Warning Level = "warning"
	Error   Level = "error"
)

// Line is the outcome of one check.
type Line struct {
	Level Level
	Text  string
	Help  string // the way out, or ""
}

// Oldest versions that aiohub works with.
const (
	oldestPython   = "3.10"
	oldestEventlet = "0.40"
	oldestGreenlet = "3"
)

// Examine looks at an environment. version is that of this tool.
func Examine(env *Environment, version string) []Line {
	var lines []Line
	add := func(level Level, help, format string, args ...any) {
		lines = append(lines, Line{level, fmt.Sprintf(format, args...), help})
	}
	if older(env.Version, oldestPython) {
		add(Error, "aiohub needs Python "+oldestPython+" or newer", "Python %s (%s): %s", env.Version, env.Python, env.Chosen)
	} else {
		add(OK, "", "Python %s (%s): %s", env.Version, env.Python, env.Chosen)
	}
	needed := func(name, oldest string) string {
		installed := env.Package(name)
		switch {
		case installed == "":
			add(Note, "", "%s is not installed in this environment", name)
		case older(installed, oldest):
			add(Error, fmt.Sprintf("aiohub needs %s %s or newer: pip install '%s>=%s'", name, oldest, name, oldest), "%s %s",
				name, installed)
		default:
			add(OK, "", "%s %s", name, installed)
		}
		return installed
	}
	eventlet := needed("eventlet", oldestEventlet)
	needed("greenlet", oldestGreenlet)
	runtime := env.Package("aiohub")
	switch {
	case runtime == "":
		add(Note, "pip install aiohub", "aiohub is not installed in this environment: programs run on eventlet's own hub")
	case release(runtime) != release(version):
		add(Warning, "install the same version of both", "aiohub %s is installed, this tool is %s", runtime, version)
	default:
		add(OK, "", "aiohub %s", runtime)
	}
	if reason := env.withoutEngine(); runtime != "" && reason != "" {
		add(Warning, "install aiohub again where Go and a C compiler are",
			"aiohub has no engine (%s): programs run on asyncio's loop", reason)
	}
	if eventlet != "" {
		lines = append(lines, hub(runtime)...)
		lines = append(lines, installedHazards(env)...)
	}
	return lines
}

// hub says which hub a program gets that is started from here.
func hub(runtime string) []Line {
	name := os.Getenv("EVENTLET_HUB")
	isOurs := name == "aiohub.hub" || name == "aiohub" // the second by aiohub-name.pth
	switch {
	case isOurs && runtime == "":
		return []Line{
			{Error, fmt.Sprintf("EVENTLET_HUB is %s, and aiohub is not installed", name),
				"pip install aiohub, or unset the variable"}}
	case isOurs:
		return []Line{{OK, "hub: aiohub.hub, from EVENTLET_HUB", ""}}
	case name != "":
		return []Line{
			{Warning, fmt.Sprintf("hub: %s, from EVENTLET_HUB", name),
				"aiohub.install() takes another; set EVENTLET_HUB=aiohub.hub, or unset it"}}
	case runtime != "":
		return []Line{{Note, "hub: aiohub's after aiohub.install(), else eventlet's choice", ""}}
	}
	return []Line{{Note, "hub: eventlet's choice (epolls on Linux)", ""}}
}

// hazards are the rules about what goes wrong when a program starts: what is imported or made too early, before a loop, a
// hub or the workers are there, and what keeps the loop from turning.
var hazards = map[string]bool{
	"AH203": true, "AH205": true, "AH511": true, "AH515": true, "AH608": true, "AH613": true, "AH615": true, "AH708": true,
}

// Tree looks at what a scan has found about starting programs.
func Tree(entries []scan.Entry, found []finding.Finding) []Line {
	lines := patching(entries)
	if len(lines) == 0 {
		lines = append(lines, Line{OK, "nothing in the program patches the standard library", ""})
	}
	hazard := false
	for _, f := range found {
		if hazards[f.Code] {
			hazard = true
			lines = append(lines, Line{Warning, fmt.Sprintf("%s:%d: %s %s", f.File, f.Line, f.Code, f.Message), f.Help})
		}
	}
	if !hazard {
		lines = append(lines, Line{OK, "no hazard in import order, hubs and coroutines", ""})
	}
	return lines
}

// namedEntries is how many files are named that patch in the same way; where a package patches when it is imported,
// every module of it that can be run is an entry.
const namedEntries = 3

// patching says which files patch, those that do it in the same way together.
func patching(entries []scan.Entry) []Line {
	files := map[string][]string{}
	var ways []string
	for _, entry := range entries {
		if entry.Test {
			continue
		}
		patched := "everything"
		if entry.Modules != nil {
			patched = strings.Join(entry.Modules, ", ")
		}
		way := patchedBy(entry.By) + " " + patched
		if files[way] == nil {
			ways = append(ways, way)
		}
		files[way] = append(files[way], entry.File)
	}
	var lines []Line
	for _, way := range ways {
		same := files[way]
		if len(same) > namedEntries+1 {
			lines = append(lines,
				Line{Note, fmt.Sprintf("%d files: %s (%s, and %d more)", len(same), way, strings.Join(same[:namedEntries], ", "),
					len(same)-namedEntries), ""})
			continue
		}
		for _, file := range same {
			lines = append(lines, Line{Note, file + ": " + way, ""})
		}
	}
	return lines
}

// patchedBy says what patches, with its verb.
func patchedBy(names []string) string {
	verb := " patches"
	if len(names) > 1 {
		verb = " patch"
	}
	return strings.Join(names, " and ") + verb
}

// older compares versions by their numbers; what is behind them (rc1, .dev0) does not count.
func older(version, than string) bool {
	a, b := numbers(version), numbers(than)
	for i := range max(len(a), len(b)) {
		var x, y int
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return x < y
		}
	}
	return false
}

func numbers(version string) []int {
	var list []int
	for part := range strings.SplitSeq(version, ".") {
		digits := part
		for i := range part {
			if part[i] < '0' || part[i] > '9' {
				digits = part[:i]
				break
			}
		}
		n, err := strconv.Atoi(digits)
		if err != nil {
			break
		}
		list = append(list, n)
		if digits != part {
			break
		}
	}
	return list
}

// release is a version without what says how it was built: the first three numbers.
func release(version string) string {
	list := numbers(version)
	return fmt.Sprint(list[:min(3, len(list))])
}
