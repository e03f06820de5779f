package rule

import (
	"iter"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// HasNoArguments tells whether the record is called with nothing in the parentheses.
func HasNoArguments(p *Pass, r *scan.Record) bool {
	call := p.CallOf(r)
	return call != 0 && p.Tree.Next(p.Tree.Child(call)) == 0
}

// IsYield tells whether a record is a call of sleep that is no pause: without an argument, or with 0.
func IsYield(p *Pass, r *scan.Record) bool {
	call := p.CallOf(r)
	if call == 0 {
		return false
	}
	if HasNoArguments(p, r) {
		return true
	}
	seconds := p.Arg(call, 0, "seconds")
	if seconds == 0 || p.Tree.Kind(seconds) != pysyntax.Constant {
		return false
	}
	text := string(p.Tree.Text(seconds))
	return strings.Trim(text, "0._") == "" && strings.Contains(text, "0")
}

// timeoutClass is eventlet's Timeout by its canonical name.
const timeoutClass = "eventlet.timeout.Timeout"

// Timeouts yields the uses of Timeout in a context, and the innermost statement of a kind around each: the `with` that
// one limits, the handler that takes one.
func Timeouts(p *Pass, context scan.Context, kind pysyntax.Kind) iter.Seq2[*scan.Record, pysyntax.Node] {
	return func(yield func(*scan.Record, pysyntax.Node) bool) {
		for i := range p.Records {
			r := &p.Records[i]
			if r.Kind != scan.Use || r.Canon != timeoutClass || r.Ctx != context {
				continue
			}
			if statement := Enclosing(p, p.NodeOf(r), kind); statement != 0 && !yield(r, statement) {
				return
			}
		}
	}
}

// TimeoutException returns the second argument of a Timeout that is made here, or 0.
func TimeoutException(p *Pass, r *scan.Record) pysyntax.Node {
	if r.Kind != scan.Use || r.Canon != timeoutClass {
		return 0
	}
	call := p.CallOf(r)
	if call == 0 {
		return 0
	}
	return p.Arg(call, 1, "exception")
}

// IsEnvironKey tells whether a name is a key that eventlet puts into a WSGI environment, and no name of the package.
func IsEnvironKey(name string) bool {
	return name == "eventlet.input" || name == "eventlet.posthooks" || name == "eventlet.set_idle"
}

// UnderAiohub tells whether a record is of a name of eventlet that aiohub offers: aiohub.green and below.
func UnderAiohub(r *scan.Record) bool {
	return knowledge.Owns(r.Name) && !strings.HasPrefix(r.Name, knowledge.Root) &&
		knowledge.RoleOf(r.Name) == knowledge.Own
}

// Enclosing returns the innermost node of one of the kinds around n, not beyond the function or class that n is in
// unless that is what is asked for; 0 if there is none.
func Enclosing(p *Pass, n pysyntax.Node, kinds ...pysyntax.Kind) pysyntax.Node {
	if n == 0 {
		return 0
	}
	parents := p.Tree.Parents()
	for n = parents[n]; n != 0; n = parents[n] {
		kind := p.Tree.Kind(n)
		if slices.Contains(kinds, kind) {
			return n
		}
		if kind == pysyntax.FunctionDef || kind == pysyntax.ClassDef || kind == pysyntax.Lambda {
			return 0
		}
	}
	return 0
}

// DecoratedWith tells whether the function around n has a decorator whose last name is this one.
func DecoratedWith(p *Pass, n pysyntax.Node, name string) bool {
	function := Enclosing(p, n, pysyntax.FunctionDef)
	if function == 0 {
		return false
	}
	for child := range p.Tree.Children(function) {
		if p.Tree.Kind(child) != pysyntax.Decorator {
			continue
		}
		decorator := p.Tree.Child(child)
		if p.Tree.Kind(decorator) == pysyntax.Call {
			decorator = p.Tree.Child(decorator)
		}
		if string(p.Tree.Ident(decorator)) == name {
			return true
		}
	}
	return false
}

// mocks are functions that take the dotted path of what they replace, by their last name.
var mocks = map[string]bool{
	"patch": true, "object": true, "multiple": true, "dict": true, "setattr": true, "delattr": true, "MonkeyPatch": true,
	"MockPatch": true, "MockPatchObject": true, "stub_out": true, "stub": true, "spy": true, "StubOutWithMock": true,
	"stub_out_with_mock": true, "mock_object": true, "patch_object": true, "useattr": true, "Set": true,
}

// IsMockTarget tells whether a string names eventlet where a module of the tree has it, or an attribute of it, for a mock
// to replace, or eventlet as what several are replaced of.
func IsMockTarget(r *scan.Record) bool {
	target := strings.Contains(r.Canon, ".") || r.Via != "" || r.Ctx == "multiple"
	return r.Kind == scan.String && target && !IsEnvironKey(r.Name) && mocks[string(r.Ctx)]
}

// IsAsked tells whether an attribute of eventlet that a string names is only asked for.
func IsAsked(r *scan.Record) bool {
	return r.Kind == scan.Patch && (r.Ctx == "getattr" || r.Ctx == "hasattr")
}

// IsChoice tells whether a string is an argument that tells another library to run on eventlet.
func IsChoice(p *Pass, r *scan.Record) bool {
	n := p.NodeOf(r)
	if n == 0 {
		return false
	}
	parent := p.Tree.Parents()[n]
	keyword := ""
	switch p.Tree.Kind(parent) {
	case pysyntax.Keyword:
		keyword = string(p.Tree.Ident(parent))
	case pysyntax.Assign: // the settings of gunicorn and celery are Python
		target := p.Tree.Child(parent)
		keyword = string(p.Tree.Ident(target))
		if p.Tree.Kind(target) == pysyntax.Subscript {
			keyword, _ = p.Tree.StringValue(p.Tree.Next(p.Tree.Child(target)))
		}
	case pysyntax.Dict, pysyntax.Call: // or a table of them: key, value; or set one by one
		keyword = keyOf(p, parent, n)
	}
	if keyword == "" || strings.HasPrefix(string(r.Ctx), "assert") {
		return false
	}
	keyword = strings.ToLower(keyword)
	for _, word := range []string{"executor", "mode", "class", "pool", "backend", "server", "engine", "driver",
		"transport", "hub", "loop", "worker", "concurrency", "pool_cls"} {
		if strings.HasSuffix(keyword, word) {
			return true
		}
	}
	return false
}

// keyOf is the key, a string, under which a value is in a dict display, or behind which it is an argument.
func keyOf(p *Pass, dict, value pysyntax.Node) string {
	before := pysyntax.Node(0)
	for n := range p.Tree.Children(dict) {
		if n == value && before != 0 {
			key, _ := p.Tree.StringValue(before)
			return key
		}
		before = n
	}
	return ""
}

// MovesName tells whether an import statement can take its name from aiohub.green instead. What comes through a module
// of the tree moves with that module's import.
func MovesName(p *Pass, r *scan.Record) bool {
	return r.Kind == scan.Import && r.Via == "" && r.Form != "call" && p.Tree != nil && !strings.HasSuffix(r.Name, ".*")
}

// CanBeAwaited tells whether a call whose value is not used stands in a function that can become a coroutine with an
// await in the call's place. A method that Python calls itself, a property, whatever else is decorated, and a generator
// cannot.
func CanBeAwaited(p *Pass, r *scan.Record) bool {
	call := p.CallOf(r)
	function := Enclosing(p, call, pysyntax.FunctionDef)
	if call == 0 || function == 0 || !r.Stmt {
		return false
	}
	name := string(p.Tree.Ident(function))
	if strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__") {
		return false
	}
	for child := range p.Tree.Children(function) {
		if p.Tree.Kind(child) != pysyntax.Decorator {
			continue
		}
		if decorator := string(p.Tree.Ident(p.Tree.Child(child))); decorator != "staticmethod" &&
			decorator != "classmethod" && decorator != "override" {
			return false
		}
	}
	return !isGenerator(p, function) && Enclosing(p, call, pysyntax.GeneratorExp) == 0
}

// isGenerator looks for a yield in a function, not in those inside it.
func isGenerator(p *Pass, n pysyntax.Node) bool {
	for child := range p.Tree.Children(n) {
		switch p.Tree.Kind(child) {
		case pysyntax.Yield, pysyntax.YieldFrom:
			return true
		case pysyntax.FunctionDef, pysyntax.Lambda, pysyntax.ClassDef:
			continue
		}
		if isGenerator(p, child) {
			return true
		}
	}
	return false
}
