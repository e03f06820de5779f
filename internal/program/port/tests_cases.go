package port

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// runner is what runs the tests of a class, or those that are plain functions.
type runner uint8

const (
	noTest   runner = iota // a class of the tests that no runner knows
	byUnit                 // unittest.TestCase: it has an async twin
	byOther                // testtools, and others that await nothing
	byPytest               // functions, and classes without a base
)

// runnerOf finds out what runs a function of the tests.
func (p *pure) runnerOf(f *callgraph.Func) (runner, []int32) {
	if f.Class == callgraph.None {
		return byPytest, nil
	}
	var roots []int32
	found := noTest
	var look func(class int32, depth int)
	look = func(class int32, depth int) {
		c := &p.graph.Classes[class]
		for _, base := range c.Foreign {
			switch last := base[strings.LastIndexByte(base, '.')+1:]; {
			case base == "unittest.TestCase" || base == "unittest.case.TestCase":
				found = max(found, byUnit)
				roots = append(roots, class)
			case last == "IsolatedAsyncioTestCase":
				found = max(found, byUnit)
			case strings.HasSuffix(last, "TestCase") || strings.HasSuffix(last, "BaseTestCase"):
				found = byOther
			}
		}
		for _, base := range c.Bases {
			if base != class && depth < 20 {
				look(base, depth+1)
			}
		}
	}
	look(f.Class, 0)
	if found == noTest && strings.HasPrefix(p.graph.Classes[f.Class].Qual, "Test") {
		return byPytest, nil
	}
	return found, roots
}

// testFunction lets the runner of a test that became a coroutine function run it.
func (p *pure) testFunction(s *source, f *callgraph.Func, definition pysyntax.Node) {
	if !p.graph.Files[f.File].Test {
		return
	}
	name := lastName(f.Qual)
	by, roots := p.runnerOf(f)
	hook := asyncHooks[name] != "" && f.Class != callgraph.None
	isTest := strings.HasPrefix(name, "test") && (f.Class != callgraph.None || !strings.Contains(f.Qual, "."))
	switch {
	case !isTest && !hook || by == noTest:
	case by == byUnit:
		for _, root := range roots {
			p.isolate(root)
		}
		if hook {
			at := s.tree.IdentRange(definition)
			s.edits.Replace(int(at.Start), int(at.End), asyncHooks[name])
		}
	case hook:
		p.note(s, f.Start, mockByHand, f.Name(), "its runner awaits no "+name)
	default:
		p.decorate(s, f, definition, by)
	}
}

// isolate gives a class of tests the base that runs coroutines.
func (p *pure) isolate(class int32) {
	c := &p.graph.Classes[class]
	s := p.files[c.File]
	for n := range s.tree.All() {
		if s.tree.Kind(n) != pysyntax.ClassDef || string(s.tree.Ident(n)) != lastName(c.Qual) ||
			lineOf(s.src, int(s.tree.IdentRange(n).Start)) != c.Line {
			continue
		}
		for base := range s.tree.Children(n) {
			kind := s.tree.Kind(base)
			if kind != pysyntax.Attribute && kind != pysyntax.Name || string(s.tree.Ident(base)) != "TestCase" {
				continue
			}
			at := s.tree.IdentRange(base)
			if kind == pysyntax.Name {
				s.replace(int(at.Start), int(at.End), "IsolatedAsyncioTestCase")
				p.need(s, edit.Import{Module: "unittest", Name: "IsolatedAsyncioTestCase"})
			} else {
				s.edits.Replace(int(at.Start), int(at.End), "IsolatedAsyncioTestCase")
			}
			p.note(s, s.tree.Start(base), testCase, c.Qual, "")
			return
		}
	}
}

// decorate marks a test for the plugin of the project, or lets it run in a loop of its own.
func (p *pure) decorate(s *source, f *callgraph.Func, definition pysyntax.Node, by runner) {
	text, imp, rule := "@aio.in_loop", importAio, testInLoop
	if by == byPytest {
		switch p.plugin() {
		case "auto":
			return
		case "asyncio":
			text, imp, rule = "@pytest.mark.asyncio", edit.Import{Module: "pytest"}, testMarked
		case "anyio":
			text, imp, rule = "@pytest.mark.anyio", edit.Import{Module: "pytest"}, testMarked
		}
	}
	name := s.tree.IdentRange(definition)
	at := int(s.tree.Tokens[s.tree.TokenAt(name.Start)-1].Start)
	s.edits.Insert(at, text+"\n"+s.indentOf(at))
	p.need(s, imp)
	p.note(s, f.Start, rule, f.Name(), "")
}

// plugin is the one with which the project's tests run coroutines: "asyncio", "auto" for the same without marks,
// "anyio", or "".
func (p *pure) plugin() string {
	if p.plugged == nil {
		found := ""
		names, _ := filepath.Glob(filepath.Join(p.tree.Root, "*requirements*.txt"))
		more, _ := filepath.Glob(filepath.Join(p.tree.Root, "requirements", "*.txt"))
		names = append(names, more...)
		for _, name := range []string{"pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "pytest.ini"} {
			names = append(names, filepath.Join(p.tree.Root, name))
		}
		slices.Sort(names)
		for _, name := range names {
			content, err := os.ReadFile(name)
			text := string(content)
			switch {
			case err != nil:
			case strings.Contains(text, "asyncio_mode") && strings.Contains(text, "auto"):
				found = "auto"
			case found == "" && (strings.Contains(text, "pytest-asyncio") || strings.Contains(text, "pytest_asyncio")):
				found = "asyncio"
			case found == "" && strings.Contains(text, "anyio"):
				found = "anyio"
			}
		}
		p.plugged = &found
	}
	return *p.plugged
}
