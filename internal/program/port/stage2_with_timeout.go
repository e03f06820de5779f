package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// rest decides about the handlers that no block of the function explains, and about calls of with_timeout.
func (t *timing) rest() {
	s := t.s
	for i := range s.records {
		r := &s.records[i]
		f, ok := t.relevant(r.Start)
		if r.Kind != scan.Use || !ok {
			continue
		}
		n := s.nodes[span{r.Start, r.End}]
		if n == 0 {
			continue
		}
		switch r.Canon {
		case timeoutClass:
			if _, done := t.decided[decidedKey{s, uint32(r.End)}]; !done {
				t.handler(n, r, f)
			}
		case withTimeoutName:
			t.withTimeout(n, f)
		}
	}
}

// withTimeout decides about a call of with_timeout.
func (t *timing) withTimeout(n pysyntax.Node, f callgraph.FuncID) {
	s := t.s
	call := s.tree.Parents()[n]
	if s.tree.Kind(call) != pysyntax.Call || s.tree.Child(call) != n {
		t.decide(s, n, callStays, withTimeoutName, "it is used as a value")
		return
	}
	args := argsOf(s.tree, call)
	if len(args.positional) < 2 || !t.canAwait(s, call, f) {
		t.decide(s, n, callStays, withTimeoutName, "its arguments are not understood, or it is outside of what can await")
		return
	}
	rule := withTimeouts
	if slices.Contains(args.keywords, "timeout_value") {
		rule = withTimeoutValues
	}
	t.apply(n, rule, withTimeoutName, func() {
		t.passNative(s, call, 1)
		t.replaceName(s, n, "aio", "with_timeout")
		t.putAwait(s, call)
	})
}
