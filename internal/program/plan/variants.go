package plan

import (
	"strings"

	"aiohub/internal/program/callgraph"
)

// Variants gives the plain names of functions that are defined more than once, as under if and else, and what becomes
// of them. The callgraph numbers the definitions (f, f#2); who speaks of f means whichever is there at run time. A
// plain name is here with the colour that its definitions have, and the first that has it, unless the first definition
// has it itself, or two of them have different ones.
func (p *Plan) Variants() map[string]callgraph.FuncID {
	out := map[string]callgraph.FuncID{}
	mixed := map[string]bool{}
	for i := range p.Graph.Funcs {
		f := &p.Graph.Funcs[i]
		if !strings.Contains(f.Qual, "#") {
			continue
		}
		name := f.Module + ":" + plainName(f.Qual)
		if p.Colours[i] == Stays {
			mixed[name] = mixed[name] || f.Flags&callgraph.Async != 0
			continue
		}
		if first, ok := out[name]; !ok {
			out[name] = callgraph.FuncID(i)
		} else if p.Colours[first] != p.Colours[i] {
			mixed[name] = true
		}
	}
	for i := range p.Graph.Funcs {
		f := &p.Graph.Funcs[i]
		if _, ok := out[f.Name()]; ok && (p.Colours[i] != Stays || f.Flags&callgraph.Async != 0) {
			mixed[f.Name()] = true
		}
	}
	for name := range mixed {
		delete(out, name)
	}
	return out
}

// plainName is a qualified name without the numbers of definitions.
func plainName(qual string) string {
	parts := strings.Split(qual, ".")
	for i, part := range parts {
		parts[i], _, _ = strings.Cut(part, "#")
	}
	return strings.Join(parts, ".")
}
