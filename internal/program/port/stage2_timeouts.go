package port

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

const (
	timeoutClass    = "eventlet.timeout.Timeout"
	withTimeoutName = "eventlet.timeout.with_timeout"
)

// timing is what is found out about the timeouts of a file.
type timing struct {
	*painter
	s        *source
	file     int32
	names    map[uint32]bool         // where a name of Timeout ends
	handlers map[pysyntax.Node]*Rule // handlers that are decided about
	several  map[pysyntax.Node]int   // how many timeouts a handler is the guard of
}

// timeouts changes Timeouts in functions of the component, and their handlers.
func (p *painter) timeouts() {
	for _, s := range p.sorted() {
		t := p.timingOf(s)
		t.withs()
		t.rest()
	}
	p.timeoutClasses()
}

func (p *painter) timingOf(s *source) *timing {
	return &timing{
		painter: p, s: s, file: p.fileOf[s], names: namesOf(s, timeoutClass), handlers: map[pysyntax.Node]*Rule{}, several: map[pysyntax.Node]int{},
	}
}

// relevant gives the function around a place if it is of the component.
func (t *timing) relevant(at int) (callgraph.FuncID, bool) {
	f := t.funcAt(t.file, uint32(at))
	return f, f >= 0 && t.chosen[f]
}

// withs decides about the timeouts themselves.
func (t *timing) withs() {
	s := t.s
	var calls []pysyntax.Node
	for i := range s.records {
		r := &s.records[i]
		if r.Kind != scan.Use || r.Canon != timeoutClass {
			continue
		}
		if _, ok := t.relevant(r.Start); !ok {
			continue
		}
		if call := s.callOf(r); call != 0 {
			if s.tree.Kind(s.tree.Parents()[call]) == pysyntax.WithItem {
				if guard, _ := t.guard(call); guard != 0 {
					t.several[guard]++
				}
			}
			calls = append(calls, call)
		}
	}
	for _, call := range calls {
		parent := s.tree.Parents()[call]
		f, _ := t.relevant(int(s.tree.Start(call)))
		callee := s.tree.Child(call)
		switch s.tree.Kind(parent) {
		case pysyntax.WithItem:
			t.with(call, timeoutClass, f)
		case pysyntax.Assign:
			t.object(call, f)
		case pysyntax.Raise:
			t.decide(s, callee, lives, timeoutClass, "")
		default:
			t.decide(s, callee, timeoutStays, timeoutClass, "it is no with block, and no object that a finally cancels")
		}
	}
}

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

// with decides about `with Timeout(...)`.
func (t *timing) with(call pysyntax.Node, name string, f callgraph.FuncID) (rule *Rule) {
	s := t.s
	callee := s.tree.Child(call)
	item := s.tree.Parents()[call]
	with := s.tree.Parents()[item]
	form, ok := s.formOf(call)
	stays := func(note string) *Rule {
		t.decide(s, callee, timeoutStays, name, note)
		return timeoutStays
	}
	variable := s.tree.Next(call)
	if !ok {
		return stays("its arguments are not understood")
	}
	if reason := t.obstacle(with, item, variable, f); reason != "" {
		return stays(reason)
	}
	keep := func() {
		t.replaceName(s, callee, "aio", "Timeout")
		s.edits.Insert(int(s.tree.Start(with)), "async ")
	}
	switch {
	case form.kind == silentTimeout:
		return t.apply(callee, timeoutsSilent, name, func() {
			t.replaceName(s, callee, "aio", "silent_timeout")
			s.edits.Delete(int(s.tree.End(form.seconds)), int(s.tree.End(s.tree.Last(call))))
			s.edits.Insert(int(s.tree.Start(with)), "async ")
		})
	case form.kind == raisingTimeout && t.anyInside(with):
		return stays("a handler in the block can take what it raises, which would not be raised there")
	case form.kind == raisingTimeout, t.reaches(f, s.tree.Start(with), s.tree.End(with), t.handlesTimeout):
		return t.apply(callee, timeoutsRaise, name, func() {
			keep()
			t.see(call, with, f)
		})
	}
	guard, wide := t.guard(call)
	if guard != 0 {
		if reason := t.compares(guard); reason != "" {
			t.handlers[guard] = timeoutStays
			return stays(reason)
		}
	}
	if guard != 0 && !wide && t.simple(with, guard, f) {
		t.handlers[guard] = timeouts
		return t.apply(callee, timeouts, name, func() {
			s.edits.Insert(int(s.tree.Start(with)), "async ")
			t.asyncioTimeout(call, form)
			deadline := "deadline"
			if variable != 0 {
				deadline = string(s.tree.Ident(variable))
			} else {
				for t.mentioned(f, deadline) > 0 {
					deadline += "_"
				}
				s.edits.Insert(int(s.tree.End(call)), " as "+deadline)
			}
			t.expiredTest(guard, deadline)
		})
	}
	rule = timeoutsKept
	if guard == 0 && t.namedAbove(f) {
		rule = timeoutsEscape
	}
	return t.apply(callee, rule, name, func() {
		keep()
		t.see(call, with, f)
	})
}

// see lets the handlers that a Timeout gets to take aio.Timeout: the guard in the function, or those of the functions above.
func (t *timing) see(call, with pysyntax.Node, f callgraph.FuncID) {
	if guard, _ := t.guard(call); guard != 0 {
		if t.handlers[guard] == nil {
			t.handlers[guard] = timeoutsKept
		}
		t.takeBoth(t.s, guard, t.foreign(guard, with, f))
		return
	}
	for g := range t.above(f) {
		s := t.files[t.graph.Funcs[g].File]
		if s == nil {
			continue
		}
		for _, handler := range t.handlersOf(s, g) {
			t.takeBoth(s, handler, true)
		}
	}
}

// obstacle tells why a with block cannot be an asynchronous one, "" if it can.
func (t *timing) obstacle(with, item, variable pysyntax.Node, f callgraph.FuncID) string {
	s := t.s
	switch {
	case s.tree.Kind(s.tree.Next(item)) == pysyntax.WithItem || s.tree.Child(with) != item:
		return "it shares its with statement with others: give it one of its own"
	case !t.canAwait(s, with, f):
		return "it is outside of what can await"
	case t.handlerInside(with) != 0:
		return fmt.Sprintf("line %d in the block takes a Timeout, which would not be raised there", s.lines.Line(int(s.tree.Start(t.handlerInside(with)))))
	case variable != 0 && s.tree.Kind(variable) != pysyntax.Name:
		return "what it is bound to"
	case variable != 0 && t.mentioned(f, string(s.tree.Ident(variable))) > 1:
		return "its object is used"
	}
	return ""
}

// apply decides, and edits if the rule may be followed.
func (t *timing) apply(callee pysyntax.Node, rule *Rule, name string, edits func()) *Rule {
	t.decide(t.s, callee, rule, name, "")
	if !rule.IsUnsafe() || t.options.Unsafe {
		edits()
	}
	return rule
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

// taken says which errors a handler takes.
type taken struct{ all, timeout, wide bool }

// wideNames are names of errors, by their last part, that take a TimeoutError too.
var wideNames = map[string]bool{
	"Exception": true, "StandardError": true, "OSError": true, "IOError": true, "EnvironmentError": true, "TimeoutError": true, "error": true, "timeout": true,
	"SocketError": true, "WindowsError": true,
}

func (t *timing) takes(handler pysyntax.Node) (out taken) {
	s := t.s
	kind := s.tree.Child(handler)
	if s.tree.Kind(kind) == pysyntax.Block {
		return taken{all: true}
	}
	look := func(n pysyntax.Node) {
		switch last := string(s.tree.Ident(n)); {
		case t.names[s.tree.End(n)]:
			out.timeout = true
		case last == "BaseException":
			out.all = true
		case wideNames[last]:
			out.wide = true
		}
	}
	if s.tree.Kind(kind) == pysyntax.Tuple {
		for n := range s.tree.Children(kind) {
			look(n)
		}
		return out
	}
	look(kind)
	return out
}

// guard finds the handler in the function that sees the error of a timeout first, and whether one before it begins to take a TimeoutError.
func (t *timing) guard(call pysyntax.Node) (handler pysyntax.Node, wide bool) {
	s := t.s
	for n := call; ; {
		try, through := s.around(n, pysyntax.Try)
		if try == 0 {
			return 0, wide
		}
		if s.tree.Kind(through) == pysyntax.Block {
			for h := range s.tree.Children(try) {
				if s.tree.Kind(h) != pysyntax.ExceptHandler {
					continue
				}
				switch takes := t.takes(h); {
				case takes.timeout, takes.all:
					return h, wide
				case takes.wide:
					wide = true
				}
			}
		}
		n = try
	}
}

// handlerInside gives a handler of a Timeout within a block, or 0.
func (t *timing) handlerInside(with pysyntax.Node) (found pysyntax.Node) {
	t.within(with, func(h pysyntax.Node) {
		if t.takes(h).timeout && found == 0 {
			found = h
		}
	})
	return found
}

// anyInside reports whether a block has a handler.
func (t *timing) anyInside(with pysyntax.Node) (found bool) {
	t.within(with, func(pysyntax.Node) { found = true })
	return found
}

// within calls a function for each handler in the block of a statement, not in functions inside.
func (t *timing) within(statement pysyntax.Node, f func(pysyntax.Node)) {
	s := t.s
	s.tree.Walk(s.tree.ChildOf(statement, pysyntax.Block), func(n pysyntax.Node) bool {
		switch s.tree.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
			return false
		case pysyntax.ExceptHandler:
			f(n)
		}
		return true
	}, nil)
}

// compares tells why a handler looks at which timeout it is, "" if it does not.
func (t *timing) compares(handler pysyntax.Node) string {
	s := t.s
	if s.tree.Tok(handler) == 0 {
		return ""
	}
	name := string(s.tree.Ident(handler))
	compared := false
	s.tree.Walk(s.tree.ChildOf(handler, pysyntax.Block), func(n pysyntax.Node) bool {
		if s.tree.Kind(n) == pysyntax.Name && string(s.tree.Ident(n)) == name && s.tree.Kind(s.tree.Parents()[n]) == pysyntax.Compare {
			compared = true
		}
		return true
	}, nil)
	if compared {
		return "its handler compares the error with the timeout"
	}
	return ""
}

// simple reports whether asyncio's own form says the same: the block is all that the handler guards, and no other handler would have taken a
// TimeoutError of the block's own.
func (t *timing) simple(with, guard pysyntax.Node, f callgraph.FuncID) bool {
	s := t.s
	try := s.tree.Parents()[guard]
	body := s.tree.ChildOf(try, pysyntax.Block)
	if s.tree.Child(body) != with || s.tree.Next(with) != 0 || t.several[guard] > 1 || s.tree.Tok(guard) != 0 || s.tree.Kind(s.tree.Child(guard)) == pysyntax.Tuple ||
		s.tree.Has(try, pysyntax.FlagStar) || t.foreign(guard, with, f) {
		return false
	}
	behind := false
	for h := range s.tree.Children(try) {
		if s.tree.Kind(h) != pysyntax.ExceptHandler {
			continue
		}
		if takes := t.takes(h); behind && (takes.all || takes.wide) {
			return false
		}
		behind = behind || h == guard
	}
	first := s.tree.Child(s.tree.ChildOf(guard, pysyntax.Block))
	return s.lines.Line(int(s.tree.Start(first))) > s.lines.Line(int(s.tree.Start(guard)))
}

// foreign reports whether a handler can also get a Timeout of eventlet's: from what the block calls, or from a timeout around.
func (t *timing) foreign(guard, with pysyntax.Node, f callgraph.FuncID) bool {
	s := t.s
	if t.limited(with) {
		return true
	}
	try := s.tree.Parents()[guard]
	return t.reaches(f, s.tree.Start(try), s.tree.Start(guard), t.setsTimeout)
}

// limited reports whether a node is within a block under a Timeout of eventlet's.
func (t *timing) limited(inner pysyntax.Node) bool {
	s := t.s
	for n := inner; n != 0; {
		outer, _ := s.around(n, pysyntax.With)
		if outer == 0 {
			break
		}
		for item := range s.tree.Children(outer) {
			if manager := s.tree.Child(item); s.tree.Kind(item) == pysyntax.WithItem && s.tree.Kind(manager) == pysyntax.Call && t.names[s.tree.End(s.tree.Child(manager))] {
				return true
			}
		}
		n = outer
	}
	return false
}

// reaches reports whether a function calls, between two places, one of some functions, however far.
func (p *painter) reaches(f callgraph.FuncID, from, to uint32, wanted map[callgraph.FuncID]bool) bool {
	seen := map[callgraph.FuncID]bool{}
	var queue []callgraph.FuncID
	for _, e := range p.edgesOf(f) {
		if from <= e.Pos && e.Pos < to && !seen[e.To] {
			seen[e.To] = true
			queue = append(queue, e.To)
		}
	}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if wanted[next] {
			return true
		}
		for _, e := range p.edgesOf(next) {
			if !seen[e.To] {
				seen[e.To] = true
				queue = append(queue, e.To)
			}
		}
	}
	return false
}

// edgesOf gives the calls of a function.
func (a *atlas) edgesOf(f callgraph.FuncID) []callgraph.Edge {
	from, _ := slices.BinarySearchFunc(a.graph.Edges, f, func(e callgraph.Edge, f callgraph.FuncID) int { return int(e.From) - int(f) })
	to := from
	for to < len(a.graph.Edges) && a.graph.Edges[to].From == f {
		to++
	}
	return a.graph.Edges[from:to]
}

// timersOf finds the functions that set a Timeout.
func timersOf(graph *callgraph.Graph) map[callgraph.FuncID]bool {
	found := map[callgraph.FuncID]bool{}
	for i := range graph.Sites {
		switch site := &graph.Sites[i]; knowledge.Canon(site.Name) {
		case timeoutClass, withTimeoutName, timeoutClass + ".__enter__", timeoutClass + ".__init__":
			found[site.From] = true
		}
	}
	return found
}

// expiredTest lets a handler of TimeoutError take what the timeout has raised, and nothing else.
func (t *timing) expiredTest(guard pysyntax.Node, deadline string) {
	s := t.s
	kind := s.tree.Child(guard)
	s.replace(int(s.tree.Start(kind)), int(s.tree.End(kind)), "TimeoutError")
	t.decide(s, kind, timeouts, timeoutClass, "")
	block := s.tree.ChildOf(guard, pysyntax.Block)
	start := int(s.tree.Start(s.tree.Child(block)))
	line := start
	for line > 0 && s.src[line-1] != '\n' && s.src[line-1] != '\r' {
		line--
	}
	indent := string(s.src[line:start])
	deeper := indent + s.unit(guard, indent)
	s.edits.Insert(start, fmt.Sprintf("if not %s.expired():\n%sraise\n%s", deadline, deeper, indent))
}

// unit is one more level of indentation than a statement has, whose block is indented by a text.
func (s *source) unit(statement pysyntax.Node, inner string) string {
	start := int(s.tree.Start(statement))
	line := start
	for line > 0 && s.src[line-1] != '\n' && s.src[line-1] != '\r' {
		line--
	}
	if outer := string(s.src[line:start]); len(inner) > len(outer) {
		return inner[len(outer):]
	}
	return "    "
}

// takeBoth lets a handler take aio.Timeout; both keeps eventlet's Timeout beside it.
func (t *timing) takeBoth(s *source, handler pysyntax.Node, both bool) {
	kind := s.tree.Child(handler)
	if s.tree.Kind(kind) == pysyntax.Block || t.expiring[spotKey{s, handler}] {
		return
	}
	t.expiring[spotKey{s, handler}] = true
	names := namesOf(s, timeoutClass)
	change := func(n pysyntax.Node, parens bool) {
		if !names[s.tree.End(n)] {
			return
		}
		t.need(s, importAio)
		t.decide(s, n, timeoutsKept, timeoutClass, "")
		switch {
		case !both:
			s.replace(int(s.tree.Start(n)), int(s.tree.End(n)), "aio.Timeout")
		case parens:
			s.edits.Insert(int(s.tree.Start(n)), "(")
			s.edits.Insert(int(s.tree.End(n)), ", aio.Timeout)")
		default:
			s.edits.Insert(int(s.tree.End(n)), ", aio.Timeout")
		}
	}
	if s.tree.Kind(kind) != pysyntax.Tuple {
		change(kind, true)
		return
	}
	if strings.Contains(string(s.tree.Text(kind)), "aio.Timeout") {
		return
	}
	for n := range s.tree.Children(kind) {
		change(n, false)
	}
}

// namesOf gives where the names of something of eventlet's end in a file.
func namesOf(s *source, canon string) map[uint32]bool {
	found := map[uint32]bool{}
	for i := range s.records {
		if r := &s.records[i]; r.Kind == scan.Use && r.Canon == canon {
			found[uint32(r.End)] = true
		}
	}
	return found
}

// handlersOf gives the handlers of a Timeout in a function.
func (p *painter) handlersOf(s *source, f callgraph.FuncID) []pysyntax.Node {
	var found []pysyntax.Node
	for i := range s.records {
		r := &s.records[i]
		if r.Kind != scan.Use || r.Canon != timeoutClass || r.Ctx != scan.Except || p.funcAt(p.fileOf[s], uint32(r.Start)) != f {
			continue
		}
		if handler, _ := s.around(s.nodes[span{r.Start, r.End}], pysyntax.ExceptHandler); handler != 0 {
			found = append(found, handler)
		}
	}
	return found
}

// above gives the functions that call a function, or start it, however far.
func (p *painter) above(f callgraph.FuncID) map[callgraph.FuncID]bool {
	if p.callers == nil {
		p.callers = map[callgraph.FuncID][]callgraph.FuncID{}
		for i := range p.graph.Edges {
			e := &p.graph.Edges[i]
			p.callers[e.To] = append(p.callers[e.To], e.From)
		}
		for i := range p.graph.Starts {
			st := &p.graph.Starts[i]
			p.callers[st.To] = append(p.callers[st.To], st.From)
		}
	}
	seen := map[callgraph.FuncID]bool{}
	queue := []callgraph.FuncID{f}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		for _, g := range p.callers[next] {
			if !seen[g] {
				seen[g] = true
				queue = append(queue, g)
			}
		}
	}
	return seen
}

// namedAbove reports whether a function above does anything with the name of Timeout but to handle it or to set one.
func (p *painter) namedAbove(f callgraph.FuncID) bool {
	for g := range p.above(f) {
		s := p.files[p.graph.Funcs[g].File]
		if s == nil {
			continue
		}
		for i := range s.records {
			r := &s.records[i]
			if r.Kind == scan.Use && r.Canon == timeoutClass && r.Ctx != scan.Except && !r.Call && p.funcAt(p.fileOf[s], uint32(r.Start)) == g {
				return true
			}
		}
	}
	return false
}

// mentioned counts how often a function mentions a name.
func (t *timing) mentioned(f callgraph.FuncID, name string) int {
	fn := &t.graph.Funcs[f]
	count := 0
	for _, n := range t.s.index.names[name] {
		if at := t.s.tree.Start(n); fn.Start <= at && at < fn.End {
			count++
		}
	}
	return count
}

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

// handler decides about a handler whose timeouts are set elsewhere.
func (t *timing) handler(n pysyntax.Node, r *scan.Record, f callgraph.FuncID) {
	s := t.s
	handler, _ := s.around(n, pysyntax.ExceptHandler)
	if r.Ctx != scan.Except || handler == 0 {
		switch r.Ctx {
		case scan.Annotation, scan.Raise:
			t.decide(s, n, lives, timeoutClass, "")
		default:
			t.decide(s, n, timeoutStays, timeoutClass, "it is used as a value")
		}
		return
	}
	if rule := t.handlers[handler]; rule != nil {
		t.decide(s, n, rule, timeoutClass, "")
		return
	}
	try := s.tree.Parents()[handler]
	inside := false
	s.tree.Walk(s.tree.ChildOf(try, pysyntax.Block), func(m pysyntax.Node) bool {
		inside = inside || t.names[s.tree.End(m)] && s.tree.Kind(m).IsExpr()
		return true
	}, nil)
	switch {
	case t.limited(handler):
		t.decide(s, n, timeoutStays, timeoutClass, "the block around it stays under eventlet's Timeout")
	case inside:
		t.decide(s, n, t.ruleInside(try), timeoutClass, "")
	case t.reaches(f, s.tree.Start(try), s.tree.Start(handler), t.setsTimeout):
		t.decide(s, n, lives, timeoutClass, "")
	default:
		t.decide(s, n, timeoutStays, timeoutClass, "nothing below it sets a Timeout; one of a caller ends a coroutine with CancelledError")
		if t.could == nil {
			t.refuse(t.file, s.tree.Start(n), timeoutStays, timeoutClass, "nothing below it sets a Timeout; one of a caller ends a coroutine with CancelledError", f)
		}
	}
}

// ruleInside is the rule of the timeouts that are set within a try.
func (t *timing) ruleInside(try pysyntax.Node) *Rule {
	s := t.s
	rule := timeoutStays
	s.tree.Walk(s.tree.ChildOf(try, pysyntax.Block), func(m pysyntax.Node) bool {
		if i, ok := t.decided[decidedKey{s, s.tree.End(m)}]; ok && t.names[s.tree.End(m)] && s.tree.Kind(m).IsExpr() {
			rule = t.places[i].Rule
		}
		return true
	}, nil)
	return rule
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

var importAio = edit.Import{Module: "aiohub", Name: "aio"}
