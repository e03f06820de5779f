package port

import (
	"strings"

	"aiohub/internal/knowledge"
	"aiohub/internal/pysyntax"
	"aiohub/internal/scan"
)

// targets are functions, by their last name, that take the dotted path of something to import or to replace.
var targets = map[string]bool{
	"patch": true, "object": true, "multiple": true, "dict": true, "setattr": true, "delattr": true, "stub_out": true, "MonkeyPatch": true,
	"MockPatch": true, "MockPatchObject": true, "import_class": true, "import_object": true, "import_module": true, "import_patched": true,
	"resolve_name": true, "reload": true, "get_module": true,
}

// moveString changes a string that is the path of something of eventlet's. Others are values: names of loggers, executors, keys of a
// WSGI environment.
func (s *source) moveString(r *scan.Record, to target) {
	switch {
	case r.Via != "" || !strings.HasPrefix(r.Name, knowledge.Root):
		s.note(r, follows, "")
		return
	case r.Name == knowledge.Root || !targets[string(r.Ctx)]:
		s.note(r, staysValue, "")
		return
	}
	n := s.nodes[span{r.Start, r.End}]
	value, ok := s.tree.StringValue(n)
	if n == 0 || !ok || s.tree.Kind(n) != pysyntax.Constant || !knowledge.Is(value) {
		s.note(r, follows, "") // the path leads through the tree
		return
	}
	if r.Canon == "eventlet.patcher.monkey_patch" {
		s.note(r, mocksPatch, "")
		return
	}
	if s.replaceInString(n, value, to.path()+strings.TrimPrefix(value, knowledge.Root)) {
		s.note(r, stringMoves, "")
		return
	}
	s.note(r, follows, "") // eventlet's own name goes on to mean the same
}
