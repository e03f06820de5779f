package port

import (
	"bytes"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// targets are functions, by their last name, that take the dotted path of something to import or to replace.
var targets = map[string]bool{
	"patch": true, "object": true, "multiple": true, "dict": true, "setattr": true, "delattr": true, "stub_out": true,
	"MonkeyPatch": true, "MockPatch": true, "MockPatchObject": true, "import_class": true, "import_object": true,
	"import_module": true, "import_patched": true, "resolve_name": true, "reload": true, "get_module": true,
}

// moveString changes a string that is the path of something of eventlet's. Others are values: names of loggers,
// executors, keys of a WSGI environment.
func (s *source) moveString(r *scan.Record, to target) {
	switch {
	case s.mocksStart(r):
		return
	case s.putsModule(r):
		s.note(r, modulePut, "")
		return
	case r.Via != "" || !strings.HasPrefix(r.Name, knowledge.Root):
		s.note(r, follows, "")
		return
	case r.Name == knowledge.Root || !targets[string(r.Ctx)]:
		s.note(r, staysValue, "")
		return
	}
	n := s.nodes[span{r.Start, r.End}]
	value, ok := s.tree.StringValue(n)
	if n == 0 || !ok || s.tree.Kind(n) != pysyntax.Constant || !isEventlet(value) {
		s.note(r, follows, "") // the path leads through the tree
		return
	}
	if s.fitsLine(n, len(to.path())-len(knowledge.Root)) &&
		s.replaceInString(n, value, to.path()+strings.TrimPrefix(value, knowledge.Root)) {
		s.note(r, stringMoves, "")
		return
	}
	s.note(r, follows, "") // eventlet's own name goes on to mean the same
}

// mocksStart reports mocks of what a program starts with: the code under test may have another call there now.
func (s *source) mocksStart(r *scan.Record) bool {
	if r.Canon != "eventlet.patcher.monkey_patch" && r.Canon != "eventlet.hubs.use_hub" {
		return false
	}
	s.note(r, mocksPatch, "")
	return true
}

// putsModule reports whether a string is the name of a module that is replaced in sys.modules, or taken out.
func (s *source) putsModule(r *scan.Record) bool {
	n := s.nodes[span{r.Start, r.End}]
	if n == 0 || s.tree.Kind(n) != pysyntax.Constant {
		return false
	}
	parents := s.tree.Parents()
	parent := parents[n]
	switch s.tree.Kind(parent) {
	case pysyntax.Subscript: // sys.modules["eventlet"] = ..., del sys.modules["eventlet"]
		return isModules(s.tree.Text(s.tree.Child(parent))) &&
			(s.tree.Has(parent, pysyntax.FlagStore) || s.tree.Has(parent, pysyntax.FlagDel))
	case pysyntax.Call: // sys.modules.pop("eventlet"), monkeypatch.setitem(sys.modules, "eventlet", ...)
		callee := s.tree.Child(parent)
		if s.tree.Kind(callee) != pysyntax.Attribute {
			return false
		}
		if name := string(s.tree.Ident(callee)); name == "pop" || name == "setdefault" {
			return isModules(s.tree.Text(s.tree.Child(callee)))
		}
		first := s.tree.Next(callee)
		return first != 0 && isModules(s.tree.Text(first))
	case pysyntax.Dict: // mock.patch.dict(sys.modules, {"eventlet": ...})
		call := parents[parent]
		if s.tree.Kind(call) != pysyntax.Call {
			return false
		}
		first := s.tree.Next(s.tree.Child(call))
		return first != 0 && isModules(bytes.Trim(s.tree.Text(first), `"'`))
	}
	return false
}

func isModules(text []byte) bool { return string(text) == "sys.modules" }

// fitsLine reports whether the line of a node does not become too long by so many bytes more. A path that stays
// eventlet's own is right, too, and lint goes on to pass.
func (s *source) fitsLine(n pysyntax.Node, more int) bool {
	const usualWidth = 79
	start := bytes.LastIndexByte(s.src[:s.tree.Start(n)], '\n') + 1
	length := len(s.src) - start
	if i := bytes.IndexAny(s.src[start:], "\r\n"); i >= 0 {
		length = i
	}
	return length > usualWidth || length+more <= usualWidth
}
