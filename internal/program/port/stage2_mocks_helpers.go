package port

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// patchesObject reports whether all functions of the tree with a name hand an object, the name of an attribute and all
// that follows on to mock.patch.object, as `self.mock_object(eventlet, "sleep")` of a base class of tests does. One that
// brings a mock of its own is none: it cannot be awaited.
func (p *painter) patchesObject(name string) bool {
	is, ok := p.patching[name]
	if !ok {
		list := slices.DeleteFunc(slices.Clone(p.byName[name]), func(f callgraph.FuncID) bool { return p.graph.Funcs[f].Kind != callgraph.Plain })
		is = len(list) > 0 && !slices.ContainsFunc(list, func(f callgraph.FuncID) bool { return !p.handsToPatch(&p.graph.Funcs[f]) })
		p.patching[name] = is
	}
	return is
}

// handsToPatch reports whether a function is a method with the parameters (self, object, name, *args, **kwargs), which
// does nothing with them but to hand them to mock.patch.object as they are.
func (p *painter) handsToPatch(f *callgraph.Func) bool {
	src, err := os.ReadFile(filepath.Join(p.tree.Root, filepath.FromSlash(p.graph.Files[f.File].Path)))
	if err != nil || f.Flags&callgraph.Async != 0 {
		return false
	}
	var parser pysyntax.Parser
	t := parser.Parse(src)
	definition := pysyntax.Node(0)
	for n := range t.All() {
		if t.Kind(n) == pysyntax.FunctionDef && t.Start(n) == f.Start {
			definition = n
		}
	}
	var parameters []string
	for n := range t.Children(t.ChildOf(definition, pysyntax.Params)) {
		if t.Has(n, pysyntax.FlagDefault) {
			return false
		}
		stars := map[pysyntax.Op]string{pysyntax.ParamVarArgs: "*", pysyntax.ParamKwArgs: "**"}
		parameters = append(parameters, stars[t.Op(n)]+string(t.Ident(n)))
	}
	mentioned := map[string]int{}
	var calls []pysyntax.Node
	t.Walk(t.ChildOf(definition, pysyntax.Block), func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.Name:
			mentioned[string(t.Ident(n))]++
		case pysyntax.Call:
			if strings.HasSuffix("."+string(t.Text(t.Child(n))), ".mock.patch.object") {
				calls = append(calls, n)
			}
		}
		return true
	}, nil)
	if len(parameters) != 5 || len(calls) != 1 || !strings.HasPrefix(parameters[3], "*") || !strings.HasPrefix(parameters[4], "**") {
		return false
	}
	argument := t.Child(calls[0])
	for _, parameter := range parameters[1:] {
		argument = t.Next(argument)
		if argument == 0 || string(t.Text(argument)) != parameter || mentioned[strings.TrimLeft(parameter, "*")] != 1 {
			return false
		}
	}
	return t.Next(argument) == 0
}
