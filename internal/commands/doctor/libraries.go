package doctor

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"aiohub/internal/output/finding"
)

// A library that stays a hazard beside green threads.
type library struct {
	name   string // of the distribution
	oldest string // the first version of which it is said, or ""
	what   string // goes wrong
	cure   string
}

//go:embed libraries.txt
var librariesText string

var libraries = parseLibraries(librariesText)

func parseLibraries(text string) []library {
	var list []library
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, " | ")
		if len(fields) != 3 {
			panic("libraries.txt: " + line)
		}
		name, oldest, _ := strings.Cut(fields[0], ">=")
		list = append(list, library{name, oldest, fields[1], fields[2]})
	}
	return list
}

// installedHazards names the libraries of the environment that do not get on with green threads. It is a note and no
// warning: that a library is there does not mean that a green thread calls it.
func installedHazards(env *Environment) []Line {
	installed := env.packages()
	var lines []Line
	for _, l := range libraries {
		version, ok := installed[normal(l.name)]
		if !ok || l.oldest != "" && older(version, l.oldest) {
			continue
		}
		lines = append(lines, Line{Note, fmt.Sprintf("%s %s: %s", l.name, version, l.what), l.cure})
	}
	return lines
}

// gunicornOptions are those that choose its worker, as findings of AH403 name them.
var gunicornOptions = []string{"`-k` ", "`--worker-class` ", "`worker_class` ", "`GUNICORN_CMD_ARGS` "}

// Workers looks at the workers that the tree chooses, and whether what is installed has them.
func Workers(env *Environment, found []finding.Finding) []Line {
	version := env.Package("gunicorn")
	if version == "" || older(version, "26") {
		return nil
	}
	var lines []Line
	for _, f := range found {
		if !choosesGunicornsWorker(f) {
			continue
		}
		lines = append(lines, Line{
			Error, fmt.Sprintf("%s:%d: %s, and gunicorn %s has no such worker any more", f.File, f.Line, f.Message, version),
			"`-k aiohub.gunicorn.Worker` takes its place; gunicorn 25 is the last that has one of its own",
		})
	}
	return lines
}

func choosesGunicornsWorker(f finding.Finding) bool {
	switch f.Code {
	case "AH403":
		return slices.ContainsFunc(gunicornOptions, func(option string) bool { return strings.HasPrefix(f.Message, option) })
	case "AH303": // worker_class = "eventlet"
		return strings.HasPrefix(path.Base(f.File), "gunicorn")
	}
	return false
}
