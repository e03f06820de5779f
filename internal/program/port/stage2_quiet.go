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
	"eventlet.greenio.shutdown_safe", "eventlet.tpool.set_num_threads", "eventlet.green.ssl.SSLContext.load_cert_chain",
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
