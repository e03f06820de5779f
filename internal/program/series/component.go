package series

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/plan"
	"aiohub/internal/program/plan/show"
	"aiohub/internal/program/port"
)

// mostFunctions is how many functions a message names.
const mostFunctions = 12

// Component is the patch of a step of the plan, or of a part of it.
func Component(p *plan.Plan, step *plan.Step, funcs []callgraph.FuncID, result *port.Result) Patch {
	converted := map[string]bool{}
	for i := range result.Places {
		if place := &result.Places[i]; place.Rule.MakesAsync() {
			converted[place.Name] = true
		}
	}
	var names, causes, calls []string
	for _, id := range funcs {
		f := &p.Graph.Funcs[id]
		if !converted[f.Name()] {
			continue
		}
		names = append(names, f.Name())
		if p.Causes[id].Kind == plan.Blocks {
			causes = append(causes, f.Name()+" "+show.Because(p, id))
		} else {
			calls = append(calls, f.Name()+" "+show.Because(p, id))
		}
	}
	out := Patch{Key: "component " + first(names), Subject: title(step.Title, names), Files: result.Files}
	out.Why = []string{
		"What blocks becomes a coroutine, with those that call it. Who calls them and is not one waits through a bridge, and behaves as before."}
	out.Async = some(append(causes, calls...))
	out.about(result, func(place *port.Place) bool { return place.Rule.Edits() })
	inside := map[callgraph.FuncID]bool{}
	for _, id := range funcs {
		inside[id] = converted[p.Graph.Funcs[id].Name()]
	}
	for _, o := range step.Obstacles {
		if inside[o.Func] {
			f := &p.Graph.Funcs[o.Func]
			out.Look = append(out.Look, fmt.Sprintf("%s:%d: %s: %s", p.Graph.Files[o.File].Path, o.Line, f.Qual, o.Text))
		}
	}
	var stay []*port.Place
	for i := range result.Places {
		switch place := &result.Places[i]; {
		case place.Rule.IsUnsafe() && result.Open(place.Rule):
			out.Look = append(out.Look, where(place, what(place)+" (unsafe, and left out)"))
		case place.Rule.IsUnsafe():
			out.Look = append(out.Look, where(place, what(place)+" (unsafe)"))
		case place.Rule.Splits():
			out.Look = append(out.Look, where(place, what(place)))
		case place.IsManual():
			stay = append(stay, place)
		}
	}
	if len(stay) > 0 {
		out.Left = left(stay)
	}
	out.Tests = testsIn(result)
	return out
}

// testsIn gives the files of tests that change.
func testsIn(result *port.Result) []string {
	seen := map[string]bool{}
	var tests []string
	for i := range result.Places {
		if place := &result.Places[i]; place.Test && !seen[place.File] &&
			slices.ContainsFunc(result.Files, func(f port.File) bool { return f.Path == place.File }) {
			seen[place.File] = true
			tests = append(tests, place.File)
		}
	}
	return tests
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return slices.Min(names)
}

// left says that functions of the step stay as they are.
func left(places []*port.Place) string {
	text := fmt.Sprintf("Others of this step stay as they are, because of %s:%d (%s)", places[0].File, places[0].Line,
		what(places[0]))
	switch more := len(places) - 1; more {
	case 0:
		return text + "."
	case 1:
		return text + " and one place more."
	default:
		return text + fmt.Sprintf(" and %d places more.", more)
	}
}

// some lists what there is, and counts where that is much.
func some(list []string) []string {
	if len(list) <= mostFunctions {
		return list
	}
	return append(list[:mostFunctions:mostFunctions], fmt.Sprintf("and %d more", len(list)-mostFunctions))
}

// title names a step by its function, or by its module if it has several.
func title(module string, names []string) string {
	if len(names) == 1 {
		return subject("Make ", strings.ReplaceAll(names[0], ":", "."), " async")
	}
	return subject("Make ", module, " async")
}

// Distinct numbers the patches that would have the same subject.
func Distinct(patches []Patch) []Patch { return distinct(patches) }
