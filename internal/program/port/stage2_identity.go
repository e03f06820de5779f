package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// identities are functions that tell by which green thread they are called.
var identities = []string{
	currentName, "greenlet.getcurrent", "eventlet.corolocal.get_ident", "threading.current_thread",
	"threading.currentThread", "threading.get_ident",
	"_thread.get_ident", "eventlet.green.threading.current_thread", "eventlet.green.threading.currentThread",
	"eventlet.green.threading.get_ident", "eventlet.green.thread.get_ident",
}

func isIdentity(name string) bool { return slices.Contains(identities, knowledge.Canon(name)) }

// comparers finds the functions that compare the green thread which calls them with one that something has kept, or
// look something up by it.
func (p *painter) comparers() map[callgraph.FuncID]bool {
	found := map[callgraph.FuncID]bool{}
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		if site.Kind != callgraph.Call || !isIdentity(site.Name) || p.becomesTask(site) && !p.asksElsewhere(site) {
			continue
		}
		s := p.files[p.graph.Funcs[site.From].File]
		if s == nil {
			continue
		}
		if call := p.callNamed(s, site.Pos, site.Name); call != 0 &&
			p.compared(s, call, site.From, map[pysyntax.Node]bool{}) {
			found[site.From] = true
		}
	}
	return found
}

// becomesTask reports whether a call of getcurrent gives the task from now on: see current.
func (p *painter) becomesTask(site *callgraph.Site) bool {
	return p.options.Unsafe && p.chosen[site.From] && slices.ContainsFunc(p.graph.Sites, func(other callgraph.Site) bool {
		return other.From == site.From && other.Pos == site.Pos && knowledge.Canon(other.Name) == currentName
	})
}

// asksElsewhere reports whether a method of the same class, or a function of the same module, asks too and stays as it
// is: what one keeps, a task, the other would never find again.
func (p *painter) asksElsewhere(site *callgraph.Site) bool {
	here := &p.graph.Funcs[site.From]
	return slices.ContainsFunc(p.graph.Sites, func(other callgraph.Site) bool {
		there := &p.graph.Funcs[other.From]
		return there.File == here.File && there.Class == here.Class && !p.chosen[other.From] &&
			there.Flags&callgraph.Async == 0 && isIdentity(other.Name)
	})
}

// compared reports whether a value, an attribute of it, or a variable that gets one of them is compared or used as a
// key. What was seen is not followed again: a variable can get an attribute of itself.
func (p *painter) compared(s *source, value pysyntax.Node, f callgraph.FuncID, seen map[pysyntax.Node]bool) bool {
	if seen[value] {
		return false
	}
	seen[value] = true
	t := s.tree
	parent := t.Parents()[value]
	switch t.Kind(parent) {
	case pysyntax.Compare:
		return true
	case pysyntax.Subscript:
		return t.Child(parent) != value
	case pysyntax.Attribute, pysyntax.Tuple:
		return p.compared(s, parent, f, seen)
	case pysyntax.Call:
		return string(t.Text(t.Child(parent))) == "id" && p.compared(s, parent, f, seen)
	case pysyntax.Assign:
		target := t.Child(parent)
		if t.Kind(target) != pysyntax.Name || t.Next(target) != value {
			return false
		}
		fn := &p.graph.Funcs[f]
		return slices.ContainsFunc(s.index.names[string(t.Ident(target))], func(n pysyntax.Node) bool {
			at := t.Start(n)
			return fn.Start <= at && at < fn.End && !t.Has(n, pysyntax.FlagStore) && p.compared(s, n, f, seen)
		})
	}
	return false
}
