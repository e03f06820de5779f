package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// quiet are names below which nothing waits in a coroutine: settings and classes of the WSGI server, which serves in
// green threads at stage 2 as well, and what only closes.
var quiet = []string{
	"eventlet.__version__", "eventlet.wsgi.HttpProtocol", "eventlet.wsgi.is_accepting", "eventlet.wsgi.ALREADY_HANDLED",
	"eventlet.wsgi.WSGI_LOCAL", "eventlet.websocket",
	"eventlet.greenio.shutdown_safe", "eventlet.tpool.set_num_threads", "eventlet.tpool.killall",
	"eventlet.green.ssl.SSLContext.load_cert_chain",
}

// making are names that wait for nothing when they are called; their methods may.
var making = map[string]bool{
	"eventlet.greenio.GreenPipe": true, "eventlet.greenio.GreenSocket": true, "eventlet.green.subprocess.Popen": true,
	"eventlet.green.ssl.SSLContext": true, "eventlet.green.socket.socket": true, "eventlet.green.socket.fromshare": true,
}

// stays reports whether a record waits for nothing, so that stage 2 has nothing to do with it.
func (p *painter) stays(s *source, r *scan.Record) bool {
	canon := r.Canon
	last := lastOf(canon)
	switch {
	case hasPart(canon, quiet...):
		return true
	case hasPart(canon, "eventlet.hubs") && !r.Call:
		return !knowledge.Switches(canon) || s.isSet(r) // of a hub, or its class: it is asked for, or something is set
	case canon == "eventlet.wsgi.server":
		return !r.Call // something else starts it, in a green thread
	case making[canon]:
		return r.Call
	case hasPart(canon, "eventlet.wsgi") && isConstant(last):
		return true // a setting: MAX_HEADER_LINE
	case hasPart(canon, "eventlet.green") && !r.Call && isConstant(lastOf(canon[:strings.LastIndexByte(canon, '.')])):
		return knowledge.KindOf(canon) == knowledge.Unknown && s.isRead(r) // an attribute of an error: e.errno
	}
	return false
}

// isRead reports whether a record is an attribute that is read and not called.
func (s *source) isRead(r *scan.Record) bool {
	n := s.nodes[span{r.Start, r.End}]
	parent := s.tree.Parents()[n]
	return n != 0 && !s.tree.Has(n, pysyntax.FlagStore) &&
		!(s.tree.Kind(parent) == pysyntax.Call && s.tree.Child(parent) == n)
}

// isSet reports whether a record is an attribute that gets a value.
func (s *source) isSet(r *scan.Record) bool {
	n := s.nodes[span{r.Start, r.End}]
	return n != 0 && s.tree.Has(n, pysyntax.FlagStore)
}

// generics are names of typing whose subscripts are types.
var generics = map[string]bool{
	"Annotated": true, "Callable": true, "Deque": true, "DefaultDict": true, "Dict": true, "FrozenSet": true,
	"Iterable": true,
	"Iterator": true, "List": true, "Mapping": true, "Optional": true, "Sequence": true, "Set": true, "Tuple": true,
	"Type": true, "Union": true,
}

// inType reports whether a name stands in a type: an annotation, or a subscript of a name of typing.
func (s *source) inType(r *scan.Record) bool {
	n := s.nodes[span{r.Start, r.End}]
	if n == 0 || r.Call {
		return false
	}
	for {
		parent := s.tree.Parents()[n]
		switch s.tree.Kind(parent) {
		case pysyntax.Subscript:
			if s.tree.Child(parent) != n && generics[string(s.tree.Ident(s.tree.Child(parent)))] {
				return true
			}
		case pysyntax.Tuple, pysyntax.BinOp, pysyntax.List:
		case pysyntax.Param:
			return s.tree.Has(parent, pysyntax.FlagAnnotation) && s.tree.Child(parent) == n
		case pysyntax.AnnAssign:
			return s.tree.Next(s.tree.Child(parent)) == n
		default:
			return false
		}
		n = parent
	}
}

// inTable reports whether a name is a value of a display that is assigned: a table that others get it from.
func (s *source) inTable(r *scan.Record) bool {
	n := s.nodes[span{r.Start, r.End}]
	if n == 0 {
		return false
	}
	parent := s.tree.Parents()[n]
	for ; ; n, parent = parent, s.tree.Parents()[parent] {
		switch s.tree.Kind(parent) {
		case pysyntax.Dict, pysyntax.Tuple, pysyntax.List:
		case pysyntax.Assign:
			return s.tree.Last(parent) == n && s.tree.Kind(n) != pysyntax.Name && s.tree.Kind(n) != pysyntax.Attribute
		default:
			return false
		}
	}
}
