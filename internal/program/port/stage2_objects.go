package port

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// group is objects that change together: one place can get any of them.
type group struct {
	kind *twin
	made []*callgraph.Made
}

// groupsOfMade joins the objects that share a use, and those of a pool with what it starts.
func groupsOfMade(graph *callgraph.Graph) []group {
	type place struct {
		file int32
		pos  uint32
		name string
	}
	parent := make([]int, len(graph.Made))
	for i := range parent {
		parent[i] = i
	}
	var root func(int) int
	root = func(i int) int {
		if parent[i] != i {
			parent[i] = root(parent[i])
		}
		return parent[i]
	}
	users := map[place]int{}
	join := func(at place, i int) {
		if other, ok := users[at]; ok {
			a, b := root(i), root(other)
			parent[max(a, b)] = min(a, b)
			return
		}
		users[at] = i
	}
	for i := range graph.Made {
		m := &graph.Made[i]
		if last := m.Name[strings.LastIndexByte(m.Name, '.')+1:]; threadMakers[knowledge.Canon(m.Name)] == "" {
			join(place{graph.Funcs[m.From].File, m.Pos, last}, i) // a method of a pool makes it
		}
		for _, u := range m.Uses {
			if u.Kind == callgraph.Member || u.Kind == callgraph.Unknown || u.Kind == callgraph.Replaced {
				continue
			}
			name := u.Name
			if u.Kind == callgraph.Handed {
				name = lastOf(name)
			}
			join(place{graph.Funcs[u.From].File, u.Pos, name}, i)
		}
	}
	index := map[int]int{}
	var groups []group
	for i := range graph.Made {
		r := root(i)
		k, ok := index[r]
		if !ok {
			k = len(groups)
			index[r] = k
			groups = append(groups, group{})
		}
		groups[k].made = append(groups[k].made, &graph.Made[i])
	}
	for i := range groups {
		groups[i].kind = kindOf(groups[i].made)
	}
	return groups
}

func lastOf(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// kindOf gives the primitive that all objects of a group are: a pool counts for what it starts. It is nil if they are several.
func kindOf(made []*callgraph.Made) *twin {
	var kind *twin
	for _, m := range made {
		k := primitiveOf(m.Name)
		switch {
		case kind == nil || kind == greenThread && k != nil && k.starts:
			kind = k
		case k == greenThread && kind.starts || kind == k || k != nil && kind.rule == k.rule:
		default:
			return nil
		}
	}
	return kind
}

// change is one use of an object, and what becomes of it.
type change struct {
	source *source
	node   pysyntax.Node // of the name or attribute that is decided about
	name   string
	rule   *Rule
	note   string
	apply  func()
}

// objects changes the primitives that functions of the component wait for, each with all of its uses.
func (p *painter) objects() {
	for _, g := range p.made {
		if !p.concerns(&g) {
			continue
		}
		p.changeGroup(&g)
	}
}

// concerns reports whether a function of the component makes or uses one of the objects.
func (p *painter) concerns(g *group) bool {
	if p.could != nil {
		return true
	}
	for _, m := range g.made {
		if p.chosen[m.From] || slices.ContainsFunc(m.Uses, func(u callgraph.ObjectUse) bool { return p.chosen[u.From] }) {
			return true
		}
	}
	return false
}

func (p *painter) changeGroup(g *group) {
	x := &exchange{painter: p, group: g, kind: g.kind}
	x.look()
	worst := x.rule()
	if worst.Safety != finding.Safe {
		for i := range x.changes {
			c := &x.changes[i]
			if c.rule.Safety == worst.Safety {
				p.decide(c.source, c.node, c.rule, c.name, c.note)
				continue
			}
			note := x.because
			if c.rule.IsManual() || worst == objectStays {
				p.decide(c.source, c.node, objectStays, c.name, note)
			} else {
				p.decide(c.source, c.node, worst, c.name, note)
			}
		}
	}
	if worst.IsManual() || worst.IsUnsafe() && !p.options.Unsafe {
		return
	}
	for _, start := range x.starting {
		start()
	}
	for i := range x.changes {
		c := &x.changes[i]
		p.decide(c.source, c.node, c.rule, c.name, c.note)
		if c.apply != nil {
			c.apply()
		}
	}
}

// exchange decides about one group.
type exchange struct {
	*painter
	group    *group
	kind     *twin
	changes  []change
	own      bool // the class of aiohub.aio is needed
	bounded  bool // a queue can be full
	channel  bool // a queue without a place
	because  string
	starting []func() // for each call that is given a function to run
}

// startsAt gives which argument of a method is a function that it runs, -1 for none.
func startsAt(kind *twin, name string) int {
	if kind.starts && (strings.HasPrefix(name, "spawn") || name == "imap" || name == "starmap") || kind == greenThread && name == "link" {
		return 0
	}
	return -1
}

// passNative notes that a call takes a coroutine function as it is.
func (p *painter) passNative(s *source, call pysyntax.Node, argument int) {
	p.native[spotKey{s, call}] = true
	args := argsOf(s.tree, call)
	if len(args.positional) <= argument {
		return
	}
	values := p.values[p.fileOf[s]]
	value := args.positional[argument]
	values[value] = true
	if s.tree.Kind(value) == pysyntax.Call && string(s.tree.Ident(s.tree.Child(value))) == "partial" {
		for n := s.tree.Next(s.tree.Child(value)); n != 0; n = s.tree.Next(n) {
			values[n] = true
		}
	}
}

// rule is the least safe one of the changes.
func (x *exchange) rule() *Rule {
	worst := lives
	for i := range x.changes {
		c := &x.changes[i]
		switch {
		case c.rule.IsManual():
			if !worst.IsManual() {
				worst, x.because = objectStays, c.because()
			}
		case c.rule.IsUnsafe() && !worst.IsUnsafe() && !worst.IsManual():
			worst, x.because = c.rule, c.because()
		}
	}
	return worst
}

func (c *change) because() string {
	line := c.source.lines.Line(int(c.source.tree.Start(c.node)))
	note := c.note
	if note == "" {
		note = c.rule.Name
	}
	return fmt.Sprintf("%s:%d: %s", c.source.path, line, note)
}

// look collects what becomes of each use. The classes that are made come last: which one is needed depends on the uses.
func (x *exchange) look() {
	if x.kind == nil {
		for _, m := range x.group.made {
			x.maker(m, func(s *source, call pysyntax.Node) {
				x.stays(s, s.tree.Child(call), m.Name, "can be one of several primitives")
			})
		}
		return
	}
	for _, m := range x.group.made {
		x.size(m)
	}
	type key struct {
		from callgraph.FuncID
		pos  uint32
		kind callgraph.ObjectUseKind
		name string
	}
	seen := map[key]bool{}
	for _, m := range x.group.made {
		kind := primitiveOf(m.Name)
		for i := range m.Uses {
			u := &m.Uses[i]
			k := key{u.From, u.Pos, u.Kind, u.Name}
			if seen[k] {
				continue
			}
			seen[k] = true
			x.use(m, kind, u)
		}
	}
	for _, m := range x.group.made {
		x.maker(m, func(s *source, call pysyntax.Node) { x.make(s, call, m) })
	}
	if len(x.changes) == 0 {
		return
	}
	slices.SortStableFunc(x.changes, func(a, b change) int {
		return cmp.Or(strings.Compare(a.source.path, b.source.path), cmp.Compare(a.source.tree.Start(a.node), b.source.tree.Start(b.node)))
	})
}

// maker finds the call that makes an object.
func (x *exchange) maker(m *callgraph.Made, then func(s *source, call pysyntax.Node)) {
	s := x.files[x.graph.Funcs[m.From].File]
	if s == nil {
		return
	}
	if call := x.callNamed(s, m.Pos, m.Name); call != 0 {
		then(s, call)
	}
}

// callNamed finds the call of a dotted name that begins at a place: under the name's last part, or under the one that an import gave it.
func (p *painter) callNamed(s *source, pos uint32, name string) pysyntax.Node {
	if call := p.callAt(s, pos, lastOf(name)); call != 0 {
		return call
	}
	calls := s.index.calls[pos]
	if len(calls) == 0 {
		return 0
	}
	return calls[len(calls)-1]
}

func (x *exchange) stays(s *source, n pysyntax.Node, name, note string) {
	x.changes = append(x.changes, change{source: s, node: n, name: name, rule: objectStays, note: note})
}

func (x *exchange) becomes(s *source, n pysyntax.Node, name string, rule *Rule, apply func()) {
	x.changes = append(x.changes, change{source: s, node: n, name: name, rule: rule, apply: apply})
}

// use decides about one use of an object.
func (x *exchange) use(m *callgraph.Made, kind *twin, u *callgraph.ObjectUse) {
	file := x.graph.Funcs[u.From].File
	s := x.files[file]
	if s == nil {
		return
	}
	class := knowledge.Canon(m.Name)
	if kind == greenThread {
		class = "eventlet.greenthread.GreenThread"
	}
	at := s.exprAt(u.Pos)
	switch u.Kind {
	case callgraph.Method:
		call := x.callAt(s, u.Pos, u.Name)
		if call == 0 {
			x.stays(s, at, class+"."+u.Name, "several calls of this name begin here")
			return
		}
		x.method(s, call, class, kind, u)
	case callgraph.Member:
		x.members(s, kind, u, class)
	case callgraph.WithBlock:
		x.enter(s, kind, u, class)
	case callgraph.Handed:
		switch canon := knowledge.Canon(u.Name); {
		case canon == "eventlet.greenpool.GreenPile" && kind.starts:
		case strings.HasPrefix(lastOf(u.Name), "assert"):
		case s.test && (strings.HasSuffix(u.Name, "patch.object") || lastOf(u.Name) == "MockPatchObject"):
			x.changes = append(x.changes, change{source: s, node: at, name: class, rule: testsFollow, note: "a test replaces a method of it"})
		case canon == "eventlet.greenthread.kill" || canon == "eventlet.greenthread.cancel":
			x.stays(s, at, class, "is handed to "+u.Name)
		case kind.iterate && strings.HasPrefix(u.Name, "builtins."):
			if call := x.callAt(s, u.Pos, lastOf(u.Name)); call != 0 {
				args := argsOf(s.tree, call)
				if n := args.at(0, ""); n != 0 {
					x.iterated(s, n, class, u)
					return
				}
			}
			x.stays(s, at, class, "is handed to "+u.Name)
		case u.Name == "":
			x.stays(s, at, class, "is handed to something of which nothing is known")
		default:
			x.stays(s, at, class, "is handed to "+u.Name)
		}
	case callgraph.Other:
		if kind.iterate && u.Name == "iterated over" {
			x.iterated(s, s.widestAt(u.Pos), class, u)
			return
		}
		x.stays(s, at, class, u.Name)
	case callgraph.Unknown:
		for _, n := range s.attributesAt(u.Pos, u.Name) {
			parent := s.tree.Parents()[n]
			if s.tree.Kind(parent) != pysyntax.Attribute {
				continue
			}
			if _, ok := kind.methodOf(string(s.tree.Ident(parent))); ok {
				x.stays(s, parent, class, "`."+u.Name+"` of something of which nothing is known may be it")
			}
		}
	case callgraph.Replaced:
		x.changes = append(x.changes, change{source: s, node: at, name: class, rule: testsFollow, note: "a test puts something else in its place"})
	}
}

// method decides about the call of a method.
func (x *exchange) method(s *source, call pysyntax.Node, class string, kind *twin, u *callgraph.ObjectUse) {
	callee := s.tree.Child(call)
	name := class + "." + u.Name
	m, ok := kind.methodOf(u.Name)
	if x.channel {
		m, ok = methodsOfChannel[u.Name]
	}
	if !ok {
		x.stays(s, callee, name, fmt.Sprintf("nothing of asyncio has `.%s`", u.Name))
		return
	}
	args := argsOf(s.tree, call)
	switch {
	case u.Mixed:
		x.stays(s, callee, name, "what is used here can be something else too")
		return
	case m.value != "" && s.tree.Kind(s.tree.Parents()[call]) != pysyntax.ExprStmt:
		x.stays(s, callee, name, m.value+", which is used here")
		return
	case (args.starred || args.unpacked) && !m.takes("*"), len(args.positional) > m.args, slices.ContainsFunc(args.keywords, func(k string) bool { return !m.takes(k) }):
		x.stays(s, callee, name, fmt.Sprintf("`.%s` with these arguments", u.Name))
		return
	}
	wasOwn := x.own
	if m.own || len(args.positional) > m.plain && !kind.starts || len(args.keywords) > 0 && !slices.Equal(args.keywords, []string{"item"}) {
		x.own = true
	}
	rule := kind.rule
	if m.rule != nil {
		rule = m.rule
	}
	if i := startsAt(kind, u.Name); i >= 0 {
		x.starting = append(x.starting, func() { x.passNative(s, call, i) })
	}
	switch {
	case kind == greenThread:
		x.becomes(s, callee, name, rule, func() { x.threadMethod(s, call, u) })
	case u.Name == "imap" || u.Name == "starmap":
		x.iterated(s, call, name, u)
	case !m.waits:
		x.becomes(s, callee, name, rule, nil)
	case x.atOnce(s, call, u.Name, args) && kind.rule == semaphores && kind.asyncio != "":
		x.own = wasOwn
		x.becomes(s, callee, name, rule, func() {
			x.need(s, importAio)
			s.edits.Insert(int(s.tree.Start(call)), "aio.acquire_nowait(")
			s.edits.Replace(s.objectEnd(callee), int(s.tree.End(call)), ")")
		})
	case x.atOnce(s, call, u.Name, args) && kind.rule == queues && !x.channel:
		x.becomes(s, callee, name, rule, func() {
			at := s.tree.IdentRange(callee)
			s.edits.Replace(int(at.Start), int(at.End), u.Name+"_nowait")
			from, to := int(s.tree.Start(s.tree.Next(callee))), int(s.tree.End(s.tree.Last(call)))
			if u.Name == "put" {
				comma := s.tree.TokenAt(s.tree.End(s.tree.Next(callee)) - 1)
				for s.src[s.tree.Tokens[comma].Start] != ',' {
					comma++
				}
				from = int(s.tree.Tokens[comma].Start)
			}
			s.edits.Delete(from, to)
		})
	case x.canAwait(s, call, u.From):
		x.becomes(s, callee, name, rule, func() {
			x.rename(s, callee, u.Name)
			x.putAwait(s, call)
		})
	case kind.rule == queues && u.Name == "put" && !x.bounded && !x.channel && len(args.keywords) == 0 && len(args.positional) == 1:
		x.becomes(s, callee, name, rule, func() {
			at := s.tree.IdentRange(callee)
			s.edits.Replace(int(at.Start), int(at.End), "put_nowait") // a queue without bounds never waits here
		})
	default:
		if u.Name != "wait" && u.Name != "waitall" && u.Name != "join" && !s.test && rule.Safety == finding.Safe {
			rule = bridgesSwitch // what only may wait
		}
		x.becomes(s, callee, name, rule, func() {
			x.rename(s, callee, u.Name)
			x.putWait(s, call)
		})
	}
}

// atOnce reports whether a call says that it does not wait: get(False), put(item, block=False), acquire(blocking=False).
func (x *exchange) atOnce(s *source, call pysyntax.Node, name string, args arguments) bool {
	place, keyword := 0, "block"
	switch name {
	case "put":
		place = 1
		if len(args.positional) == 0 {
			return false
		}
	case "acquire":
		keyword = "blocking"
	}
	flag := args.at(place, keyword)
	if flag == 0 || string(s.tree.Text(flag)) != "False" || len(args.positional)+len(args.keywords) != place+1 {
		return false
	}
	return true
}

// objectEnd is where the object of a method ends, parentheses included.
func (s *source) objectEnd(callee pysyntax.Node) int {
	object := s.tree.Child(callee)
	if !s.tree.Has(object, pysyntax.FlagParens) {
		return int(s.tree.End(object))
	}
	return int(s.tree.Tokens[s.tree.TokenAt(s.tree.IdentRange(callee).Start)-1].Start)
}

// rename gives a method its new name, if it has another one.
func (x *exchange) rename(s *source, callee pysyntax.Node, name string) {
	if name != "spawn_n" {
		return
	}
	at := s.tree.IdentRange(callee)
	s.edits.Replace(int(at.Start), int(at.End), "spawn")
}

// threadMethod changes a call of a method of a green thread into one of a task.
func (x *exchange) threadMethod(s *source, call pysyntax.Node, u *callgraph.ObjectUse) {
	callee := s.tree.Child(call)
	start, end := int(s.tree.Start(call)), int(s.tree.End(call))
	objectEnd := s.objectEnd(callee)
	switch u.Name {
	case "wait":
		x.need(s, edit.Import{Module: "asyncio"})
		if x.canAwait(s, call, u.From) {
			s.edits.Insert(start, x.opening(s, call)+"await asyncio.shield(")
			s.edits.Replace(objectEnd, end, ")"+x.closing(s, call))
			return
		}
		x.need(s, importAiohub)
		s.edits.Insert(start, "aiohub.wait(asyncio.shield(")
		s.edits.Replace(objectEnd, end, "))")
	case "kill":
		at := s.tree.IdentRange(callee)
		s.edits.Replace(int(at.Start), int(at.End), "cancel")
	case "link":
		x.need(s, importAio)
		s.edits.Insert(start, "aio.link(")
		open := s.tree.TokenAt(uint32(s.tree.IdentRange(callee).End))
		s.edits.Replace(objectEnd, int(s.tree.Tokens[open].End), ", ")
	}
}

// members decides about attributes that are read and not called. The graph lists one of several in a function.
func (x *exchange) members(s *source, kind *twin, u *callgraph.ObjectUse, class string) {
	first := s.attributesAt(u.Pos, u.Name)
	if len(first) == 0 {
		return
	}
	object := string(s.tree.Text(s.tree.Child(first[0])))
	f := &x.graph.Funcs[u.From]
	for _, n := range s.index.attributes[u.Name] {
		if at := s.tree.Start(n); at < f.Start || at >= f.End || string(s.tree.Text(s.tree.Child(n))) != object {
			continue
		}
		parent := s.tree.Parents()[n]
		if s.tree.Kind(parent) == pysyntax.Call && s.tree.Child(parent) == n {
			continue
		}
		switch {
		case kind == greenThread && u.Name == "dead" && !u.Mixed:
			x.becomes(s, n, class+".dead", kind.rule, func() {
				at := s.tree.IdentRange(n)
				s.edits.Replace(int(at.Start), int(at.End), "done()")
			})
		case kind.rule == queues && membersOfQueue[u.Name] && !u.Mixed && !x.channel && !s.tree.Has(n, pysyntax.FlagStore):
			x.own = true
			x.becomes(s, n, class+"."+u.Name, kind.rule, nil)
		case kind.any && !u.Mixed && !s.tree.Has(n, pysyntax.FlagStore):
			x.becomes(s, n, class+"."+u.Name, kind.rule, nil)
		case kind.starts && u.Name == "size" && !s.tree.Has(n, pysyntax.FlagStore):
			x.becomes(s, n, class+".size", kind.rule, nil)
		default:
			x.stays(s, n, class+"."+u.Name, fmt.Sprintf("`.%s` is used as a value", u.Name))
		}
	}
}

// enter decides about a with block.
func (x *exchange) enter(s *source, kind *twin, u *callgraph.ObjectUse, class string) {
	manager := s.widestAt(u.Pos)
	item := s.tree.Parents()[manager]
	with := s.tree.Parents()[item]
	switch {
	case !kind.entered || s.tree.Kind(item) != pysyntax.WithItem:
		x.stays(s, manager, class, "is entered")
	case u.Mixed:
		x.stays(s, manager, class, "what is entered here can be something else too")
	case s.tree.Has(with, pysyntax.FlagAsync):
		x.stays(s, manager, class, "is entered by `async with`")
	case s.tree.Kind(s.tree.Next(s.tree.Child(with))) == pysyntax.WithItem:
		x.stays(s, manager, class, "shares its with statement with others: give it one of its own")
	case s.tree.Next(manager) != 0:
		x.stays(s, manager, class, "the value of `with ... as` is used")
	case !x.canAwait(s, with, u.From):
		x.stays(s, manager, class, fmt.Sprintf("%s holds it in a with block, and is no coroutine", x.graph.Funcs[u.From].Name()))
	default:
		x.becomes(s, manager, class, kind.rule, func() { s.edits.Insert(int(s.tree.Start(with)), "async ") })
	}
}

// size looks at the arguments with which an object is made.
func (x *exchange) size(m *callgraph.Made) {
	if kind := primitiveOf(m.Name); kind.rule != queues {
		return
	}
	x.maker(m, func(s *source, call pysyntax.Node) {
		args := argsOf(s.tree, call)
		switch size := args.first("maxsize"); {
		case size == 0 || string(s.tree.Text(size)) == "None":
		case string(s.tree.Text(size)) == "0":
			x.channel, x.bounded = true, true
		default:
			x.bounded = true
		}
	})
}

// make decides about the call that makes an object.
func (x *exchange) make(s *source, call pysyntax.Node, m *callgraph.Made) {
	callee := s.tree.Child(call)
	canon := knowledge.Canon(m.Name)
	kind := primitiveOf(m.Name)
	args := argsOf(s.tree, call)
	if _, byMethod := threadMakers[canon]; !(byMethod && threadMakers[canon] == "") && !s.names(callee, canon) {
		x.stays(s, callee, canon, "what makes it can be something else")
		return
	}
	if x.isReplaced(s, callee, m.Name) {
		x.changes = append(x.changes, change{source: s, node: callee, name: canon, rule: testsFollow, note: "tests replace it by this name"})
	}
	if kind == greenThread {
		x.makeThread(s, call, canon, args, m)
		return
	}
	if args.starred || args.unpacked {
		x.stays(s, callee, canon, "is made with `*`")
		return
	}
	if kind.any && (len(args.positional) != 1 || len(args.keywords) > 0) {
		x.stays(s, callee, canon, "it also wraps what methods return")
		return
	}
	class, module, rule := kind.asyncio, "asyncio", kind.rule
	if x.own || class == "" {
		class, module = kind.own, "aio"
	}
	drop := false
	if kind.rule == queues {
		size := args.first("maxsize")
		switch {
		case x.channel && (size == 0 || string(s.tree.Text(size)) != "0"):
			x.stays(s, callee, canon, "shares its uses with a queue of size 0, which is a meeting of both sides")
			return
		case x.channel && canon != "eventlet.queue.Queue" && canon != "eventlet.queue.LightQueue":
			x.stays(s, callee, canon, "has size 0 and an order")
			return
		case x.channel:
			class, module, drop = "Channel", "aio", true
		case size != 0 && string(s.tree.Text(size)) == "None":
			drop = true
		case size != 0 && (s.tree.Kind(size) != pysyntax.Constant || s.tree.Op(size) != pysyntax.ConstInt):
			rule, class, module = queueSizes, kind.own, "aio"
		}
	}
	x.becomes(s, callee, canon, rule, func() {
		x.replaceName(s, callee, module, class)
		if first := s.tree.Next(callee); drop && first != 0 {
			s.edits.Delete(int(s.tree.Start(first)), int(s.tree.End(s.tree.Last(call))))
		}
	})
}

// makeThread decides about what starts a green thread.
func (x *exchange) makeThread(s *source, call pysyntax.Node, canon string, args arguments, m *callgraph.Made) {
	callee := s.tree.Child(call)
	to := threadMakers[canon]
	if to == "" {
		return // a method of a pool, which is decided about there
	}
	rule := greenThreads
	if !x.inside(m.From) {
		rule = spawnsPlain
	}
	if canon == "eventlet.greenthread.spawn_n" && s.tree.Kind(s.tree.Parents()[call]) != pysyntax.ExprStmt {
		x.stays(s, callee, canon, "the greenlet of spawn_n is used")
		return
	}
	function := 0
	if to == "spawn_after" {
		function = 1
	}
	x.starting = append(x.starting, func() { x.passNative(s, call, function) })
	x.becomes(s, callee, canon, rule, func() {
		x.replaceName(s, callee, "aio", to)
		if to == "spawn" {
			x.callInside(s, call, m)
		}
	})
}

// callInside turns the function and the arguments of a spawn into a call: of the function, if it is a coroutine function for certain, or of aio.call.
func (x *exchange) callInside(s *source, call pysyntax.Node, m *callgraph.Made) {
	t := s.tree
	function := t.Next(t.Child(call))
	end := int(t.End(call)) - 1
	if kind := t.Kind(function); kind != pysyntax.Name && kind != pysyntax.Attribute || !x.startsCoroutine(m) {
		open := t.Tokens[t.TokenAt(t.End(t.Child(call)))]
		s.edits.Insert(int(open.End), "aio.call(")
		s.edits.Insert(end, ")")
		return
	}
	comma := t.TokenAt(t.End(function) - 1)
	for comma++; s.src[t.Tokens[comma].Start] == ')' && int(t.Tokens[comma].Start) < end; comma++ { // parentheses around the function
	}
	switch at := t.Tokens[comma]; {
	case t.Next(function) != 0:
		s.edits.Replace(int(at.Start), int(at.End), "(")
		after := int(at.End)
		if next := int(t.Start(t.Next(function))); len(bytes.Trim(s.src[after:next], " ")) == 0 {
			s.edits.Delete(after, next)
		}
		s.edits.Insert(end, ")")
	case s.src[at.Start] == ',':
		s.edits.Replace(int(at.Start), int(at.End), "()")
	default:
		s.edits.Insert(int(t.End(function)), "()")
	}
}

// startsCoroutine reports whether all that a call can start are coroutine functions.
func (x *exchange) startsCoroutine(m *callgraph.Made) bool {
	found := false
	for i := range x.graph.Starts {
		if st := &x.graph.Starts[i]; st.From == m.From && st.Pos == m.Pos {
			if !x.inside(st.To) {
				return false
			}
			found = true
		}
	}
	return found
}

// replaceName puts a name of asyncio or of aiohub.aio in the place of another.
func (p *painter) replaceName(s *source, callee pysyntax.Node, module, name string) {
	if module == "asyncio" {
		p.need(s, edit.Import{Module: "asyncio"})
	} else {
		p.need(s, importAio)
	}
	s.replace(int(s.tree.Start(callee)), int(s.tree.End(callee)), module+"."+name)
}
