package resolve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/resolve"
)

// program makes the Program of an archive of Python files.
func program(archive string, library resolve.Library) *resolve.Program {
	p := &resolve.Program{Library: library}
	var paths []string
	var parser pysyntax.Parser
	var builder pyscope.Builder
	files := txtar.Parse([]byte(archive)).Files
	for _, f := range files {
		paths = append(paths, f.Name)
		p.Files = append(p.Files, resolve.File{Path: f.Name, Model: builder.Build(parser.Parse(f.Data))})
	}
	p.Tree = pymodule.New(paths)
	for i := range p.Files {
		p.Files[i].Node = p.Tree.Node(i)
	}
	return p
}

// file gives the index of a file.
func file(t *testing.T, p *resolve.Program, path string) int32 {
	t.Helper()
	i := slices.IndexFunc(p.Files, func(f resolve.File) bool { return f.Path == path })
	if i < 0 {
		t.Fatalf("no file %s", path)
	}
	return int32(i)
}

// show writes a value in a few words.
func show(p *resolve.Program, v resolve.Value) string {
	text := ""
	switch v.Kind {
	case resolve.External:
		text = v.Name
	case resolve.ExternalObject:
		text = v.Name + "()"
	case resolve.Module:
		text = "module " + p.Tree.Name(pymodule.ID(v.ID))
	case resolve.Class:
		f := p.Files[v.File].Model
		text = "class " + f.Names[f.Classes[v.ID].Name]
	case resolve.Instance:
		f := p.Files[v.File].Model
		text = f.Names[f.Classes[v.ID].Name] + "()"
	case resolve.Function:
		f := p.Files[v.File].Model
		text = "def " + f.Names[f.Funcs[v.ID].Name]
	}
	if v.Maybe {
		text += "?"
	}
	return text
}

// denoted says what a name at the end of a file denotes there.
func denoted(t *testing.T, p *resolve.Program, path, name string) string {
	t.Helper()
	r, f := p.NewResolver(), file(t, p, path)
	model := p.Files[f].Model
	n := model.Find(name)
	if n == pyscope.None {
		t.Fatalf("%s has no %s", path, name)
	}
	result := r.Name(f, 0, n, 1<<30)
	var out []string
	for _, v := range result.Values {
		out = append(out, show(p, v))
	}
	if result.Other {
		out = append(out, "other")
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestForeignNamesAreKeptIfTheLibraryFollowsThem(t *testing.T) {
	p := program(`
-- pkg/__init__.py --
-- pkg/net.py --
import requests
import os.path as osp
from requests.adapters import HTTPAdapter
session = requests
fetch = session.get
if session:
    either = requests.get
else:
    either = len
-- pkg/use.py --
from .net import fetch, HTTPAdapter as Adapter, osp
from pkg import net
call = net.session.post
`, resolve.Everything{})
	for _, test := range []struct{ path, name, want string }{
		{"pkg/net.py", "fetch", "requests.get"},
		{"pkg/net.py", "either", "other, requests.get"},
		{"pkg/use.py", "fetch", "requests.get"},
		{"pkg/use.py", "Adapter", "requests.adapters.HTTPAdapter"},
		{"pkg/use.py", "osp", "os.path"},
		{"pkg/use.py", "call", "requests.post"},
	} {
		if got := denoted(t, p, test.path, test.name); got != test.want {
			t.Errorf("%s: %s is %s, want %s", test.path, test.name, got, test.want)
		}
	}
}

func TestWithBindsWhatEnterReturns(t *testing.T) {
	p := program(`
-- a.py --
class Itself:
    def __enter__(self):
        return self
class Another:
    def __enter__(self):
        return Itself()
class Nothing:
    def __enter__(self):
        pass
class Heir(Another):
    pass
with Itself() as itself, Another() as another, Nothing() as nothing, Heir() as heir, open() as unknown:
    pass
`, resolve.Everything{})
	for name, want := range map[string]string{
		"itself": "Itself()", "another": "Itself()", "nothing": "other", "heir": "Itself()", "unknown": "other",
	} {
		if got := denoted(t, p, "a.py", name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// origins shows where a name comes from.
func origins(p *resolve.Program, found []resolve.Origin) string {
	var out []string
	for _, o := range found {
		switch o.Kind {
		case resolve.Variable:
			f := p.Files[o.File]
			out = append(out, fmt.Sprintf("%s:%s", f.Path, f.Model.Names[f.Model.Symbols[o.Symbol].Name]))
		case resolve.Submodule:
			out = append(out, "module "+p.Tree.Name(o.Module))
		case resolve.Outside:
			out = append(out, o.Name)
		}
	}
	return strings.Join(out, " ")
}

func TestOrigins(t *testing.T) {
	p := program(`
-- pkg/__init__.py --
from .a import *
from .b import thing as sub
-- pkg/a.py --
from .b import *
from pkg import *
own = 1
_hidden = 2
-- pkg/b.py --
from .a import *
thing = 3
-- pkg/sub.py --
-- use.py --
import pkg.a
import pkg.b as bee
import os.path
import os.path as osp
from pkg import thing, sub
from pkg.a import _hidden, own
from requests import get
from .pkg import own as relative
from pkg import *
from nowhere.at import all
thing2 = thing
def f():
    return thing, len, own2
`, resolve.Everything{})
	r, f := p.NewResolver(), file(t, p, "use.py")
	model := p.Files[f].Model
	want := map[string]string{
		"pkg.a": "module pkg", "pkg.b": "module pkg.b", "os.path": "os", "os.path as": "os.path",
		"pkg thing": "pkg/b.py:thing", "pkg sub": "pkg/__init__.py:sub module pkg.sub",
		"pkg.a _hidden": "pkg/a.py:_hidden", "pkg.a own": "pkg/a.py:own", "requests get": "requests.get",
		"pkg own": "pkg/a.py:own", "pkg *": "", "nowhere.at all": "nowhere.at.all",
	}
	for i := range model.Imports {
		imp := &model.Imports[i]
		key := imp.Module
		if imp.From {
			key += " " + imp.Name
		} else if imp.Module == "os.path" && imp.As != "" {
			key += " as"
		}
		if got := origins(p, r.ImportOrigins(f, imp)); got != want[key] {
			t.Errorf("%s: %q, want %q", key, got, want[key])
		}
	}
	for path, want := range map[string]string{
		"pkg.a.own": "pkg/a.py:own", "pkg.sub": "module pkg.sub", "requests.get": "requests.get", "pkg.none.x": "", "pkg.thing": "pkg/b.py:thing",
	} {
		if got := origins(p, r.DottedOrigins(f, path)); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	fn, _ := p.FuncAt(f, p.Files[f].Model.Funcs[0].Scope)
	for name, want := range map[string]string{"thing": "use.py:thing pkg/b.py:thing", "len": "", "own2": ""} {
		if got := origins(p, r.NameOrigins(f, p.Func(fn).Scope, model.Find(name), 1<<30)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestFunctionsSayWhatDecoratorsMakeOfThem(t *testing.T) {
	source := `
-- a.py --
import abc, contextlib, functools, typing
class A(object, metaclass=abc.ABCMeta):
    @property
    def x(self): return 1
    @x.setter
    def x(self, value): pass
    @x.deleter
    def x(self): pass
    @abc.abstractmethod
    async def y(self): pass
    @staticmethod
    @functools.wraps(len)
    def z(): yield 1
@contextlib.contextmanager
def manager():
    yield
@typing.overload
def over(): ...
class Other: pass
`
	p := program(source, resolve.Everything{})
	model := p.Files[0].Model
	want := []pyscope.FuncFlags{
		pyscope.FuncProperty,
		pyscope.FuncDecorated | pyscope.FuncSetter,
		pyscope.FuncDecorated | pyscope.FuncDeleter,
		pyscope.FuncAbstract | pyscope.FuncAsync,
		pyscope.FuncStatic | pyscope.FuncDecorated | pyscope.FuncGenerator,
		pyscope.FuncDecorated | pyscope.FuncContextManager | pyscope.FuncGenerator,
		pyscope.FuncDecorated | pyscope.FuncOverload,
	}
	i := 0
	r := p.NewResolver()
	for id := range p.Funcs() {
		fn := p.Func(id)
		if fn.Flags != want[i] {
			t.Errorf("function %d: flags %b, want %b", i, fn.Flags, want[i])
		}
		i++
	}
	if i != len(want) {
		t.Errorf("%d functions", i)
	}
	z := &model.Funcs[4]
	decorators := model.Args[z.Decorators : z.Decorators+z.NDecorator]
	if len(decorators) != 2 || decorators[1].Value == pyscope.None {
		t.Fatalf("decorators of z: %v", decorators)
	}
	wraps := r.Callees(0, decorators[1].Value)
	if len(wraps.Values) != 1 || wraps.Values[0].Name != "functools.wraps" {
		t.Errorf("the second decorator of z is a call of %v", wraps)
	}
	class := &model.Classes[0]
	keywords := model.Args[class.Bases+class.NBase : class.Bases+class.NBase+class.NKeyword]
	if class.NBase != 1 || len(keywords) != 1 || model.Names[keywords[0].Name] != "metaclass" {
		t.Errorf("bases and keywords of A: %d and %v", class.NBase, keywords)
	}
}

// Each node says which node of the tree it is, also of a tree that is made again.
func TestSyntaxNodes(t *testing.T) {
	source := []byte("from a import b as c\nclass A(b): pass\n@c\ndef f(x=b.y): return g(x)[0] if x else (\"a.b\", [x])\n")
	var parser, again pysyntax.Parser
	var builder pyscope.Builder
	model := builder.Build(parser.Parse(source))
	tree := again.Parse(source)
	for i := range model.Nodes {
		n := &model.Nodes[i]
		if tree.Start(n.Syntax) != n.Start || tree.End(n.Syntax) != n.End || !tree.Kind(n.Syntax).IsExpr() {
			t.Errorf("node %d at %d-%d is %q", i, n.Start, n.End, tree.Text(n.Syntax))
		}
	}
	for what, n := range map[string]pysyntax.Node{
		"b as c": model.Imports[0].Syntax, "class A(b): pass": model.Classes[0].Syntax,
	} {
		if got := string(tree.Text(n)); got != what {
			t.Errorf("%q, want %q", got, what)
		}
	}
	if got := tree.Kind(model.Funcs[0].Syntax); got != pysyntax.FunctionDef {
		t.Errorf("the function is a %v", got)
	}
}
