package port

import (
	"aiohub/internal/language/pysyntax"
)

const (
	timeoutClass    = "eventlet.timeout.Timeout"
	withTimeoutName = "eventlet.timeout.with_timeout"
)

// form is what a Timeout is made with.
type form struct {
	seconds, exception pysyntax.Node
	kind               formKind
}

type formKind uint8

const (
	plainTimeout formKind = iota
	silentTimeout
	raisingTimeout
)

// formOf reads the arguments of a Timeout; ok is false for what nothing can be said of.
func (s *source) formOf(call pysyntax.Node) (f form, ok bool) {
	args := argsOf(s.tree, call)
	f.seconds, f.exception = args.at(0, "seconds"), args.at(1, "exception")
	if args.starred || args.unpacked || f.seconds == 0 || len(args.positional)+len(args.keywords) > 2 {
		return f, false
	}
	if f.exception == 0 {
		return f, len(args.positional)+len(args.keywords) == 1
	}
	if s.tree.Start(f.exception) < s.tree.Start(f.seconds) {
		return f, false
	}
	switch string(s.tree.Text(f.exception)) {
	case "None", "True":
	case "False":
		f.kind = silentTimeout
	default:
		f.kind = raisingTimeout
	}
	return f, true
}

// asyncioTimeout puts asyncio's timeout in the place of a plain Timeout.
func (t *timing) asyncioTimeout(call pysyntax.Node, form form) {
	s := t.s
	first := s.tree.Next(s.tree.Child(call))
	if !t.newest {
		t.replaceName(s, s.tree.Child(call), "aio", "Timeout")
		return
	}
	t.replaceName(s, s.tree.Child(call), "asyncio", "timeout")
	if s.tree.Kind(first) == pysyntax.Keyword {
		s.edits.Delete(int(s.tree.Start(first)), int(s.tree.Start(form.seconds)))
	}
	if form.exception != 0 {
		s.edits.Delete(int(s.tree.End(form.seconds)), int(s.tree.End(s.tree.Last(call))))
	}
}
