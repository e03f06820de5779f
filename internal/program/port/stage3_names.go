package port

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// twins are the names that take the place of eventlet's where the name itself is all that changes.
var twins = map[string]string{
	"eventlet.timeout.Timeout":         "aio.Timeout",
	"eventlet.event.Event":             "aio.OneShot",
	"eventlet.queue.Empty":             "asyncio.QueueEmpty",
	"eventlet.queue.Full":              "asyncio.QueueFull",
	"eventlet.greenpool.GreenPool":     "aio.Pool",
	"eventlet.greenthread.GreenThread": "asyncio.Task",
	"eventlet.greenthread.sleep":       "asyncio.sleep",
	"eventlet.convenience.listen":      "aio.listen",
	"eventlet.corolocal.local":         "aio.Local",
	"eventlet.pools.Pool":              "aio.ItemPool",
	"eventlet.tpool.execute":           "aio.to_thread",
	"greenlet.GreenletExit":            "asyncio.CancelledError",
	"aiohub.timeout":                   "asyncio.timeout",
	"aiohub.Event":                     "asyncio.Event",
	"aiohub.Lock":                      "asyncio.Lock",
	"aiohub.Condition":                 "asyncio.Condition",
	"aiohub.Semaphore":                 "asyncio.Semaphore",
	"aiohub.BoundedSemaphore":          "asyncio.BoundedSemaphore",
	"aiohub.Queue":                     "asyncio.Queue",
	"aiohub.LifoQueue":                 "asyncio.LifoQueue",
	"aiohub.PriorityQueue":             "asyncio.PriorityQueue",
}

const greenModules = "eventlet.green."

// twin is what the name of a canonical one is, "" if there is none.
func (p *pure) twin(canon string) string {
	if strings.HasPrefix(canon, greenModules) {
		return strings.TrimPrefix(canon, greenModules)
	}
	if kind := grouped(canon); kind != nil {
		return p.objectsOf().any[kind.rule].className(kind)
	}
	return twins[canon]
}

// grouped is the kind of the queues and semaphores of a class, whose twin depends on what is done with them; nil for
// other classes.
func grouped(class string) *twin {
	kind := primitives[class]
	if kind == nil || kind.asyncio == "" {
		return nil
	}
	return kind
}

// names replaces what is left of eventlet's names, and takes the imports out that nobody needs any more. What cannot be
// replaced is reported.
func (p *pure) names() {
	p.localClasses()
	for i, s := range p.files {
		for k := range s.records {
			p.record(int32(i), s, &s.records[k])
		}
	}
	for _, s := range p.files {
		p.dropImports(s)
	}
}

func (p *pure) record(file int32, s *source, r *scan.Record) {
	switch r.Kind {
	case scan.Import:
		p.greenImport(s, r)
	case scan.Use, scan.Face:
		p.use(int32(file), s, r)
	case scan.Method:
		p.method(file, s, r)
	case scan.Env, scan.Option, scan.Library:
		p.note(s, uint32(r.Start), outsideCode, r.Name, "")
	}
}

func (p *pure) use(file int32, s *source, r *scan.Record) {
	if s.isTaken(r.Start) || r.Ctx == scan.Stored && s.inImport(r.Start) {
		return
	}
	if p.isPatched(s, r) {
		return // the object of mock.patch.object; see mocks
	}
	if isLocalClass(r) {
		p.putLocal(s, r.Start, r.End, r.Canon)
		return
	}
	if strings.HasPrefix(r.Canon, greenModules) && p.importsGreen(s, r) {
		return // the import changes, and the text stays
	}
	name := p.twin(r.Canon)
	if r.Canon == "aiohub.timeout" && !p.newest {
		name = p.olderTimeout(s, r)
	}
	if kind := grouped(r.Canon); kind != nil {
		name = p.objectsOf().at(siteKey{file, uint32(r.Start)}, lastOf(r.Canon), kind).className(kind)
	}
	because := remedy(r.Canon)
	if r.Canon == proxyName {
		name, because = p.proxyTwin(file, s, r)
	}
	switch {
	case name == "" || r.Maybe:
		note := because
		if r.Maybe {
			note = otherValues
		}
		p.note(s, uint32(r.Start), byHand, r.Canon, note)
		return
	case r.Ctx == scan.Except && r.Canon == "greenlet.GreenletExit":
		p.note(s, uint32(r.Start), exitsByCancel, r.Canon, "")
	case r.Canon == "eventlet.tpool.execute":
		p.note(s, uint32(r.Start), threadPool, r.Canon, "")
	default:
		p.note(s, uint32(r.Start), renames, r.Canon, name)
	}
	s.replace(r.Start, r.End, name)
	p.useName(s, name)
}

// olderTimeout is what takes the place of aiohub.timeout where asyncio has none yet, before Python 3.11; "" if it is
// not called there.
func (p *pure) olderTimeout(s *source, r *scan.Record) string {
	call := s.callOf(r)
	if call == 0 {
		return ""
	}
	s.edits.Insert(int(s.tree.End(s.tree.Last(call))), ", TimeoutError")
	return "aio.Timeout"
}

// importsGreen reports whether the name that a record begins with is imported from below eventlet.green.
func (p *pure) importsGreen(s *source, r *scan.Record) bool {
	head, _, _ := strings.Cut(string(s.src[r.Start:r.End]), ".")
	for _, a := range s.aliases {
		if imp := alias3(s, a); imp.Binds() == strings.TrimSpace(head) &&
			strings.HasPrefix(knowledge.Canon(imp.Module+"."+imp.Name), greenModules) {
			return true
		}
	}
	return false
}

// greenImport lets an import of a module below eventlet.green be one of the module itself.
func (p *pure) greenImport(s *source, r *scan.Record) {
	a, ok := s.aliases[r.Start]
	if !ok {
		p.note(s, uint32(r.Start), byHand, r.Name, "it is imported by a string")
		return
	}
	now := alias3(s, a)
	full := now.Module
	if now.Name != "" {
		full += "." + now.Name
	}
	canon := knowledge.Canon(full)
	if !strings.HasPrefix(canon, greenModules) || s.imports == nil {
		return
	}
	if exports := s.exports(now.Binds()); p.isHandedOn(s, now.Binds()) {
		if _, left := s.mentions(now.Binds()); left == len(exports) {
			s.dropExports(exports)
			s.imports.Remove(a.statement, a.node)
			p.leaves(s, a.statement)
			p.note(s, uint32(r.Start), greenGoes, r.Name, "")
			return
		}
	}
	module := strings.TrimPrefix(canon, greenModules)
	with := edit.Import{Module: module}
	if parent := knowledge.Canon(now.Module); now.Name != "" && strings.HasPrefix(parent, greenModules) {
		with = edit.Import{Module: strings.TrimPrefix(parent, greenModules), Name: now.Name}
	}
	if with.Binds() != now.Binds() {
		with.As = now.Binds()
	}
	s.imports.Replace(a.statement, a.node, with)
	p.note(s, uint32(r.Start), greenGoes, r.Name, "")
}

// isHandedOn reports whether files of the tree import a name of eventlet's from a module: they get it elsewhere by now.
func (p *pure) isHandedOn(module *source, name string) bool {
	for _, s := range p.files {
		for i := range s.records {
			r := &s.records[i]
			a, ok := s.aliases[r.Start]
			if r.Kind != scan.Import || r.Via == "" || !ok {
				continue
			}
			if imp := s.absolute(alias3(s, a)); imp.Module == module.module && imp.Name == name {
				return true
			}
		}
	}
	return false
}

// method looks at a method of eventlet's that no call of the graph has dealt with.
func (p *pure) method(file int32, s *source, r *scan.Record) {
	if slices.Contains(greenLocals, r.Canon[:strings.LastIndexByte(r.Canon, '.')]) {
		return // an attribute of a task's own
	}
	n := s.nodes[span{r.Start, r.End}]
	if n == 0 || r.Call || s.isTaken(r.Start) || p.said[nodeKey{file, n}] || s.tree.Kind(n) != pysyntax.Attribute {
		return
	}
	if use, found := p.proxiesOf()[objectKey{siteKey{file, uint32(r.Start)}, lastOf(r.Canon)}]; found &&
		strings.HasPrefix(r.Canon, proxyName+".") {
		if use.because == "" {
			p.note(s, uint32(r.Start), use.rule(), r.Canon, "")
		} else {
			p.note(s, uint32(r.Start), byHand, r.Canon, use.because)
		}
		return
	}
	switch r.Canon {
	case "eventlet.greenthread.GreenThread.kill":
		p.note(s, uint32(r.Start), kills, r.Canon, "")
		at := s.tree.IdentRange(n)
		s.edits.Replace(int(at.Start), int(at.End), "cancel")
	case "eventlet.green.subprocess.Popen.returncode", "eventlet.green.subprocess.Popen.pid",
		"eventlet.greenio.GreenSocket.close",
		"eventlet.greenio.GreenSocket.getsockname", "eventlet.greenthread.GreenThread.cancel", "eventlet.event.Event.send",
		"eventlet.event.Event.send_exception", "eventlet.event.Event.ready":
	default:
		if s.keepsItemMember(r.Canon, n) || p.keepsSize(file, r) {
			return
		}
		p.note(s, uint32(r.Start), byHand, r.Canon, "a method that stands for a value")
	}
}

// dropImports takes the imports of eventlet and of the border out whose names are gone. The first makes room for aio.
func (p *pure) dropImports(s *source) {
	left := map[pysyntax.Node]int{}
	var order []alias
	for _, a := range s.aliases {
		order = append(order, a)
		left[a.statement]++
	}
	slices.SortFunc(order, func(a, b alias) int { return cmp.Compare(a.node, b.node) })
	for _, a := range order {
		imp := alias3(s, a)
		if !p.mayGo(s, a, imp) {
			switch {
			case !p.isUsedUp(s, imp):
			case p.imports[s][importAio] && len(s.aliases) == 1 && s.tree.Parents()[a.statement] == s.tree.Root():
				delete(p.imports[s], importAio)
				s.imports.Replace(a.statement, a.node, importAio)
			default:
				s.imports.Remove(a.statement, a.node)
				if left[a.statement]--; left[a.statement] == 0 {
					p.leaves(s, a.statement)
				}
			}
			continue
		}
		exports := s.exports(imp.Binds())
		if before, after := s.mentions(imp.Binds()); after > len(exports) {
			if imp.Module != "contextlib" && !p.isReported(s) {
				p.note(s, s.tree.Start(a.node), byHand, knowledge.Canon(imp.Module), "its name is still used")
			}
			continue
		} else if before == 0 && imp.Module == "contextlib" {
			continue
		}
		s.dropExports(exports)
		top := s.tree.Parents()[a.statement] == s.tree.Root()
		if p.imports[s][importAio] && top && left[a.statement] == 1 && imp.Module != "contextlib" &&
			!strings.HasPrefix(imp.Module, ".") && !p.viaTree(s, a) {
			delete(p.imports[s], importAio)
			p.aio[s] = true
			s.imports.Replace(a.statement, a.node, importAio)
			continue
		}
		s.imports.Remove(a.statement, a.node)
		if left[a.statement]--; left[a.statement] == 0 {
			p.leaves(s, a.statement)
		}
	}
}

// isUsedUp reports whether an import of the standard library had uses, and has none left: `time`, where `time.sleep`
// was all.
func (p *pure) isUsedUp(s *source, imp edit.Import) bool {
	top, _, _ := strings.Cut(imp.Module, ".")
	if !pymodule.IsStdlib(top) || top == "asyncio" || top == "__future__" || p.imports[s][imp] ||
		strings.HasPrefix(knowledge.Canon(imp.Module+"."+imp.Name), greenModules) {
		return false
	}
	before, after := s.mentions(imp.Binds())
	return before > 0 && after == 0 && !p.isReached(s, imp.Binds())
}

// isReached reports whether another file names what a module imports: mock.patch("app.work.time.sleep"), work.time.
func (p *pure) isReached(module *source, name string) bool {
	path := []byte(lastOf("."+module.module) + "." + name)
	return slices.ContainsFunc(p.files, func(s *source) bool { return s != module && bytes.Contains(s.src, path) })
}

// mayGo reports whether an import is of a name that stage 3 replaces.
func (p *pure) mayGo(s *source, a alias, imp edit.Import) bool {
	full := imp.Module
	if imp.Name != "" {
		full += "." + imp.Name
	}
	switch {
	case strings.HasPrefix(knowledge.Canon(full), greenModules):
		return false // it became another
	case knowledge.Is(full), full == knowledge.Aiohub, full == "contextlib.contextmanager", p.viaTree(s, a):
		return true
	}
	return knowledge.RoleOf(full) == knowledge.Face || knowledge.RoleOf(full) == knowledge.Start
}

// viaTree reports whether an import gets a name of eventlet's from a module of the tree.
func (p *pure) viaTree(s *source, a alias) bool {
	for i := range s.records {
		if r := &s.records[i]; r.Kind == scan.Import && r.Via != "" && r.Start == int(s.tree.Start(a.node)) {
			return true
		}
	}
	return false
}

// isReported reports whether something in a file waits for a person already.
func (p *pure) isReported(s *source) bool {
	for i := range p.places {
		if p.places[i].File == s.path && p.places[i].Rule == byHand {
			return true
		}
	}
	return false
}

func alias3(s *source, a alias) edit.Import { return edit.Alias(s.tree, a.statement, a.node) }

// timeoutOrder is about a Timeout that is made: for a with statement, or kept in a name until a finally cancels it.
func timeoutOrder(c *spot) order {
	t := c.s.tree
	parent := t.Parents()[c.node]
	if t.Kind(parent) == pysyntax.WithItem || c.site.Kind == callgraph.Construct && t.Kind(parent) == pysyntax.WithItem {
		return order{}
	}
	if t.Kind(parent) != pysyntax.Assign || t.Kind(t.Child(parent)) != pysyntax.Name || t.Next(t.Child(parent)) != c.node {
		return order{rule: byHand, note: remedy(timeoutName), waits: t.Kind(parent) != pysyntax.Raise && false}
	}
	name := string(t.Ident(t.Child(parent)))
	try := t.Next(parent)
	block := pysyntax.Node(0)
	if try != 0 && t.Kind(try) == pysyntax.Try {
		block = t.ChildOf(try, pysyntax.FinallyBlock)
	}
	stop := pysyntax.Node(0)
	for n := range t.Children(block) {
		if block != 0 && t.Kind(n) == pysyntax.ExprStmt && string(t.Text(n)) == name+".cancel()" {
			stop = n
		}
	}
	if stop == 0 {
		return order{rule: byHand, note: remedy(timeoutName), waits: false}
	}
	body := t.ChildOf(try, pysyntax.Block)
	if rule, note := c.p.handlersIn(c.s, body); rule != nil {
		return order{rule: rule, note: note, waits: true}
	}
	if name := c.p.caughtBelow(c.file, c.site.From, body); name != "" {
		return order{rule: handlerInside, note: "in " + name, waits: true}
	}
	first := t.Child(body)
	if lineOf(c.s.src, int(t.Start(first))) == lineOf(c.s.src, int(t.Start(try))) {
		return order{rule: byHand, note: remedy(timeoutName), waits: true}
	}
	return order{rule: timeoutObject, waits: true, write: func() {
		finally := strings.LastIndex(string(c.s.src[:t.Start(t.Child(block))]), "finally")
		start := finally - len(c.s.indentOf(finally))
		alone := t.Child(block) == stop && t.Next(stop) == 0
		if alone && t.ChildOf(try, pysyntax.ExceptHandler) == 0 && t.ChildOf(try, pysyntax.ElseBlock) == 0 {
			c.s.edits.Replace(int(t.Start(try)), int(t.Start(try))+len("try"), "async with "+name)
		} else {
			at := int(t.Start(first))
			indent := c.s.indentOf(at)
			c.s.edits.Insert(at-len(indent), indent+"async with "+name+":\n")
			c.s.indent(body, 1)
		}
		if alone {
			end := int(t.End(stop))
			for end < len(c.s.src) && c.s.src[end] != '\n' {
				end++
			}
			c.s.edits.Delete(start, min(end+1, len(c.s.src)))
			return
		}
		edit.DeleteStatement(&c.s.edits, t, stop)
	}}
}
