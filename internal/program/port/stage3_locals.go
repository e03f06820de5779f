package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
)

// greenLocals are the classes of eventlet's with attributes for each green thread; plainLocals those of the standard
// library that patching makes such.
var (
	greenLocals = []string{"eventlet.green.threading.local", "eventlet.green.thread._local", "eventlet.corolocal.local"}
	plainLocals = []string{"threading.local", "_thread._local"}
)

// putLocal puts aio.Local in the place of a name.
func (p *pure) putLocal(s *source, start, end int, name string) {
	p.note(s, uint32(start), localOfTask, name, "")
	s.replace(start, end, "aio.Local")
	p.useName(s, "aio.Local")
}

// localClasses changes the bases of classes that derive from a local of the standard library, in a tree that patches.
func (p *pure) localClasses() {
	if !p.patched {
		return
	}
	for i := range p.graph.Classes {
		class := &p.graph.Classes[i]
		s := p.files[class.File]
		isPlain := func(base string) bool { return slices.Contains(plainLocals, base) }
		if s == nil || s.test || !slices.ContainsFunc(class.Foreign, isPlain) {
			continue
		}
		for n := range s.tree.All() {
			if s.tree.Kind(n) != pysyntax.ClassDef || string(s.tree.Ident(n)) != lastOf(class.Qual) {
				continue
			}
			for base := range s.tree.Children(n) {
				text := string(s.tree.Text(base))
				if s.tree.Kind(base).IsExpr() && (slices.Contains(plainLocals, text) || text == "local") &&
					!s.isTaken(int(s.tree.Start(base))) {
					p.putLocal(s, int(s.tree.Start(base)), int(s.tree.End(base)), "threading.local")
				}
			}
		}
	}
}

// isLocalClass reports whether a record is one of eventlet's locals.
func isLocalClass(r *scan.Record) bool { return slices.Contains(greenLocals, r.Canon) }
