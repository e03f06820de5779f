package scan

import (
	"slices"
	"strings"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
	"aiohub/internal/output/place"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/resolve"
)

// patchers are functions that take an object and the name of an attribute of it, by their last name: mock, testtools,
// mox, pytest and the builtins.
var patchers = map[string]bool{
	"object": true, "setattr": true, "getattr": true, "hasattr": true, "delattr": true, "mock_object": true,
	"patch_object": true, "stub_out": true, "Set": true, "StubOutWithMock": true, "MonkeyPatch": true,
	"MockPatchObject": true, "useattr": true, "stub_out_with_mock": true, "set": true,
}

// collector makes the records of one file. Line, Col and Code are filled in later, from the source.
type collector struct {
	r       *resolve.Resolver
	file    int32
	f       *pyscope.File
	path    string
	test    bool
	records []Record
	green   []Green       // implicit, if an entry point reaches the file
	skip    []pyscope.Ref // strings that belong to the record of an import
	quals   map[int32]string
	chain   []pyscope.Ref
}

func collect(r *resolve.Resolver, file int32) (records []Record, green []Green) {
	s := r.Files[file]
	c := &collector{r: r, file: file, f: r.Model(file), path: s.Path, test: s.Test, quals: map[int32]string{}}
	c.imports()
	for ref := range c.f.Nodes {
		if n := &c.f.Nodes[ref]; n.Kind == pyscope.CallNode {
			c.call(n)
		}
	}
	for ref := range c.f.Nodes {
		switch n := &c.f.Nodes[ref]; n.Kind {
		case pyscope.NameNode, pyscope.AttrNode:
			if n.Flags&pyscope.FlagBase == 0 {
				c.names(pyscope.Ref(ref))
			}
		case pyscope.StringNode:
			c.string(pyscope.Ref(ref), n)
		case pyscope.JoinNode:
			c.joined(pyscope.Ref(ref), n)
		}
	}
	return c.records, c.green
}

func (c *collector) qualified(scope int32) string {
	q, ok := c.quals[scope]
	if !ok {
		q = c.f.Qualified(scope)
		c.quals[scope] = q
	}
	return q
}

func (c *collector) record(kind Kind, start, end uint32, scope int32, name string, ctx Context) *Record {
	canon := knowledge.Canon(name)
	c.records = append(c.records, Record{
		Place: place.Place{File: c.path, Start: int(start), End: int(end)}, Kind: kind, Name: name, Canon: canon, Ctx: ctx,
		Test: c.test, Func: c.qualified(scope), Switches: knowledge.Switches(canon),
	})
	return &c.records[len(c.records)-1]
}

// at records a node.
func (c *collector) at(kind Kind, n *pyscope.Node, name string, ctx Context) *Record {
	rec := c.record(kind, n.Start, n.End, n.Scope, name, ctx)
	rec.Node = n.Syntax
	return rec
}

func (c *collector) from(rec *Record, v resolve.Value) {
	rec.Maybe = v.Maybe
	if v.Via != pymodule.None {
		rec.Via = c.r.Tree.Name(v.Via)
	}
}

func (c *collector) imports() {
	for i := range c.f.Imports {
		imp := &c.f.Imports[i]
		form := "import"
		var names []resolve.Value
		switch {
		case !imp.From:
			if c.outside(imp.Module) {
				names = []resolve.Value{c.r.ExternalValue(imp.Module)}
			}
		case imp.Name == "*":
			form = "from"
			if from, dotted := c.r.FromModule(c.file, imp); from == pymodule.None && knowledge.RoleOf(dotted) != knowledge.None {
				names = []resolve.Value{c.r.ExternalValue(dotted + ".*")}
			}
		default:
			form = "from"
			names = c.r.ImportedFrom(c.file, imp).Values
		}
		for _, v := range names {
			if !ours(v) || v.Inferred {
				continue
			}
			rec := c.record(Import, imp.Start, imp.End, imp.Scope, v.Name, contextOf(imp.Ctx))
			c.from(rec, v)
			rec.Asname, rec.Form = imp.As, form
		}
	}
}

// call records a call that imports eventlet by name, the patches of its attributes, and variables that are keyword
// arguments.
func (c *collector) call(n *pyscope.Node) {
	name := c.f.Callee(n)
	for _, a := range c.f.Args[n.B : n.B+n.N] {
		if a.Name >= 0 && isVariable(c.f.Names[a.Name]) {
			keyword := c.f.Names[a.Name]
			c.record(Env, a.Start, a.Start+uint32(len(keyword)), n.Scope, keyword, "kwarg")
		}
	}
	if ctx, ok := resolve.Importers[name]; ok {
		argument, names, maybe := c.r.ImportedByName(c.file, n)
		for _, dotted := range names {
			if knowledge.RoleOf(dotted) != knowledge.None && c.outside(dotted) {
				rec := c.at(Import, n, dotted, contextOf(ctx))
				rec.Form, rec.Maybe = "call", maybe
				c.skip = append(c.skip, argument, c.f.Positional(n, 1), c.f.Keyword(n, "package"))
			}
		}
		return
	}
	if name == "dict" {
		c.patchModules(n)
		return
	}
	if name == "multiple" {
		c.patchMultiple(n)
		return
	}
	if !patchers[name] {
		return
	}
	object, attribute := c.f.Positional(n, 0), c.f.Positional(n, 1)
	if object == pyscope.None {
		object = c.f.Keyword(n, "target")
	}
	if attribute == pyscope.None {
		attribute = c.f.Keyword(n, "attribute")
	}
	if attribute == pyscope.None || !isExpression(c.f, object) {
		return
	}
	of := c.r.Eval(c.file, object)
	if len(of.Values) == 0 {
		return
	}
	targets, maybe := c.r.Strings(c.file, attribute)
	for _, target := range targets {
		if strings.Contains(target, ".") {
			continue
		}
		first := len(c.records)
		c.patch(c.r.Attribute(of, target), &c.f.Nodes[attribute], name)
		for i := range c.records[first:] {
			c.records[first+i].Maybe = c.records[first+i].Maybe || maybe
		}
	}
}

func isExpression(f *pyscope.File, ref pyscope.Ref) bool {
	return ref != pyscope.None && (f.Nodes[ref].Kind == pyscope.NameNode || f.Nodes[ref].Kind == pyscope.AttrNode)
}

func (c *collector) patch(target resolve.Result, at *pyscope.Node, ctx string) {
	for _, v := range target.Values {
		if ours(v) && !v.Inferred {
			c.from(c.at(Patch, at, v.Name, Context(ctx)), v)
		}
	}
}

// patchModules records mock.patch.dict("sys.modules", eventlet=...).
func (c *collector) patchModules(n *pyscope.Node) {
	object := c.f.Positional(n, 0)
	text, _ := c.f.Text(object)
	if text != "sys.modules" && !(isExpression(c.f, object) && c.f.Nodes[object].Kind == pyscope.AttrNode &&
		c.f.Names[c.f.Nodes[object].B] == "modules") {
		return
	}
	for _, a := range c.f.Args[n.B : n.B+n.N] {
		if a.Name >= 0 && c.f.Names[a.Name] == knowledge.Root {
			c.record(String, a.Start, a.Start+uint32(len(knowledge.Root)), n.Scope, knowledge.Root, "dict")
		}
	}
}

// patchMultiple records mock.patch.multiple(target, attribute=...).
func (c *collector) patchMultiple(n *pyscope.Node) {
	object := c.f.Positional(n, 0)
	if object == pyscope.None {
		return
	}
	var of resolve.Result
	if path, ok := c.f.Text(object); ok {
		of = c.r.Dotted(c.file, path)
	} else if isExpression(c.f, object) {
		of = c.r.Eval(c.file, object)
	}
	if len(of.Values) == 0 {
		return
	}
	for _, a := range c.f.Args[n.B : n.B+n.N] {
		if a.Name >= 0 {
			attribute := c.f.Names[a.Name]
			named := pyscope.Node{Start: a.Start, End: a.Start + uint32(len(attribute)), Scope: n.Scope}
			c.patch(c.r.Attribute(of, attribute), &named, "multiple")
		}
	}
}

// outside reports whether a dotted name, imported from the file, is eventlet's or aiohub's own and not one of the tree.
func (c *collector) outside(dotted string) bool {
	top, _, _ := strings.Cut(dotted, ".")
	return knowledge.Installed(top) && c.r.Tree.Top(c.r.Files[c.file].Node, top, true) == pymodule.None
}

// ours reports whether a value is a name that a scan is about.
func ours(v resolve.Value) bool { return v.Own && knowledge.RoleOf(v.Name) != knowledge.None }

// names records what a maximal chain of names and attributes denotes, or the methods on the way.
func (c *collector) names(outermost pyscope.Ref) {
	c.chain = c.chain[:0]
	for ref := outermost; ; ref = pyscope.Ref(c.f.Nodes[ref].A) {
		n := &c.f.Nodes[ref]
		if n.Kind != pyscope.AttrNode && n.Kind != pyscope.NameNode {
			break
		}
		c.chain = append(c.chain, ref)
		if n.Kind == pyscope.NameNode {
			break
		}
	}
	innermost := c.chain[len(c.chain)-1]
	n := &c.f.Nodes[innermost]
	var now resolve.Result
	if n.Kind == pyscope.NameNode {
		if n.Flags&(pyscope.FlagStore|pyscope.FlagDel) != 0 {
			return
		}
		now = c.r.Name(c.file, n.Scope, pyscope.Name(n.A), n.Start)
	} else {
		now = c.r.Eval(c.file, pyscope.Ref(n.A))
		if len(now.Values) == 0 {
			return
		}
		c.method(innermost, now)
		now = c.step(innermost, now)
	}
	for i := len(c.chain) - 2; i >= 0 && len(now.Values) > 0; i-- {
		c.method(c.chain[i], now)
		now = c.step(c.chain[i], now)
	}
	for _, v := range now.Values {
		switch {
		case v.Own:
			c.owned(outermost, v)
		case v.Kind == resolve.External && knowledge.Chooses(v.Name):
			c.library(outermost, v)
		case v.Kind == resolve.External:
			c.implicit(outermost, v)
		}
	}
}

// library records a name of another library that chooses eventlet, by an argument if it has to be told.
func (c *collector) library(ref pyscope.Ref, v resolve.Value) {
	c.use(Library, ref, v)
	last := len(c.records) - 1
	if argument := knowledge.ChoosingArgument(v.Name); argument != "" && !slices.Contains(c.records[last].Kws, argument) {
		c.records = c.records[:last]
	}
}

// step gives an attribute on a chain. What a class of the tree or an object of one holds is not used where it is
// replaced.
func (c *collector) step(ref pyscope.Ref, object resolve.Result) resolve.Result {
	n := &c.f.Nodes[ref]
	if n.Flags&(pyscope.FlagStore|pyscope.FlagDel) != 0 {
		kept := resolve.Result{Other: object.Other}
		for _, v := range object.Values {
			if v.Kind == resolve.External || v.Kind == resolve.Module {
				kept.Values = append(kept.Values, v)
			}
		}
		object = kept
	}
	return c.r.Attribute(object, c.f.Names[n.B])
}

// owned records a name of eventlet or aiohub.
func (c *collector) owned(ref pyscope.Ref, v resolve.Value) {
	switch role := knowledge.RoleOf(v.Name); {
	case role == knowledge.None:
	case role == knowledge.Face:
		c.use(Face, ref, v)
	case v.Inferred:
		c.use(Method, ref, v)
	default:
		c.use(Use, ref, v)
	}
}

// method records an attribute of objects of eventlet's classes.
func (c *collector) method(ref pyscope.Ref, object resolve.Result) {
	name := c.f.Names[c.f.Nodes[ref].B]
	if strings.HasPrefix(name, "assert") {
		return // of a mock that stands for the object
	}
	first := len(c.records)
	for _, v := range object.Values {
		switch v.Kind {
		case resolve.ExternalObject:
			c.use(Method, ref, c.member(v, v.Name+"."+name))
		case resolve.Instance:
			bases := c.r.ForeignBases(v.File, v.ID)
			if !slices.ContainsFunc(bases, knowledge.Is) {
				continue
			}
			if _, found := c.r.ClassAttribute(v.File, v.ID, name); found {
				continue
			}
			for _, base := range bases {
				if knowledge.Is(base) {
					c.use(Method, ref, c.member(v, base+"."+name))
				}
			}
		}
	}
	if first < len(c.records) {
		double := c.double(object, name)
		for i := first; i < len(c.records); i++ {
			c.records[i].Unless = double
		}
	}
}

// double is the name of a class of the tree that stands in for eventlet's: objects of it can be here as well, and have
// an attribute of that name.
func (c *collector) double(object resolve.Result, name string) string {
	for _, v := range object.Values {
		if v.Kind != resolve.Instance || slices.ContainsFunc(c.r.ForeignBases(v.File, v.ID), knowledge.Is) {
			continue
		}
		if _, found := c.r.ClassAttribute(v.File, v.ID, name); found {
			return c.r.ClassName(v.File, v.ID)
		}
	}
	return ""
}

// member is an attribute of a class, reached through an object of it.
func (c *collector) member(object resolve.Value, name string) resolve.Value {
	v := c.r.ExternalValue(name)
	v.Maybe = object.Maybe
	return v
}

// use records a chain, with the call whose function it is.
func (c *collector) use(kind Kind, ref pyscope.Ref, v resolve.Value) {
	n := &c.f.Nodes[ref]
	rec := c.at(kind, n, v.Name, contextOf(n.Ctx))
	rec.node = ref
	c.from(rec, v)
	c.callInfo(rec, n)
}

func (c *collector) callInfo(rec *Record, n *pyscope.Node) {
	if n.N == 0 {
		return
	}
	call := &c.f.Nodes[n.N-1]
	rec.Call = true
	rec.Stmt = call.Flags&pyscope.FlagStmt != 0
	for i, a := range c.f.Args[call.B : call.B+call.N] {
		switch {
		case a.Name == pyscope.DoubleStar:
			rec.Kws = append(rec.Kws, "**")
		case a.Name >= 0:
			rec.Kws = append(rec.Kws, c.f.Names[a.Name])
		default:
			rec.NArgs++
		}
		if a.Truth == pyscope.TruthFalse && isBlockArgument(rec.Canon, c.name(a), i) {
			rec.Switches = false
		}
		if i == 0 && a.Name == pyscope.None && a.ConstEnd > a.ConstStart {
			rec.arg0 = [2]uint32{a.ConstStart, a.ConstEnd}
		}
	}
	rec.Patches = len(patchedBy(rec.Canon, c.f, call)) > 0
}

func (c *collector) name(a pyscope.Arg) string {
	if a.Name >= 0 {
		return c.f.Names[a.Name]
	}
	return ""
}

// isBlockArgument tells whether an argument, a keyword's or at a position, says that a call may wait: block of a
// queue's get and put, blocking of a lock's acquire.
func isBlockArgument(canon, keyword string, position int) bool {
	switch keyword {
	case "block", "blocking":
		return true
	case "":
		return position == 0 && (strings.HasSuffix(canon, ".get") || strings.HasSuffix(canon, ".acquire")) ||
			position == 1 && strings.HasSuffix(canon, ".put")
	}
	return false
}

// implicit notes a use of something that monkey_patch makes green.
func (c *collector) implicit(ref pyscope.Ref, v resolve.Value) {
	n := &c.f.Nodes[ref]
	switch n.Ctx {
	case pyscope.Call, pyscope.With, pyscope.Decorator, pyscope.Base:
	default:
		return
	}
	patch := knowledge.Implicit(v.Name)
	if patch == "" {
		return
	}
	c.use(Implicit, ref, v)
	rec := c.records[len(c.records)-1]
	c.records = c.records[:len(c.records)-1]
	rec.Canon, rec.Switches = v.Name, false
	c.green = append(c.green, Green{rec, patch, rec.arg0})
}

// within gives the context of a string: the name of the function in whose call it is, if there is one.
func (c *collector) within(n *pyscope.Node, around int32) Context {
	if around != pyscope.None {
		return Context(c.f.Names[around])
	}
	return contextOf(n.Ctx)
}

// isVariable tells whether a name is that of an environment variable that eventlet reads.
func isVariable(name string) bool {
	rest, ok := strings.CutPrefix(name, "EVENTLET_")
	for i := range len(rest) {
		ok = ok && ('A' <= rest[i] && rest[i] <= 'Z' || rest[i] == '_')
	}
	return ok && rest != ""
}

// suffixes are the ends of names of files and hosts that are written like names of modules.
var suffixes = map[string]bool{
	"txt": true, "in": true, "py": true, "pyc": true, "cfg": true, "ini": true, "conf": true, "toml": true, "yml": true,
	"yaml": true, "json": true, "lock": true, "log": true, "md": true, "rst": true, "html": true, "sh": true, "service": true,
	"sock": true, "pid": true, "zip": true, "whl": true, "gz": true, "com": true, "net": true, "org": true, "io": true,
}

// isFileName tells whether a string is rather the name of a file or a host: requirements/eventlet.txt, eventlet.net.
func isFileName(value string) bool {
	return suffixes[value[strings.LastIndexByte(value, '.')+1:]]
}

func (c *collector) string(ref pyscope.Ref, n *pyscope.Node) {
	if slices.Contains(c.skip, ref) {
		return
	}
	value := c.f.Names[n.A]
	ctx := c.within(n, n.B)
	switch {
	case knowledge.Chooses(value) && knowledge.ChoosingArgument(value) == "":
		c.record(Library, n.Start, n.End, n.Scope, value, ctx)
	case isVariable(value):
		c.at(Env, n, value, ctx)
	case !resolve.IsDotted(value): // a part of a path
	case knowledge.RoleOf(value) != knowledge.None:
		if value == knowledge.Root || c.outside(value) && !isFileName(value) {
			c.at(String, n, value, ctx)
		}
	case strings.Contains(value, "."):
		c.leads(ref, ctx)
	}
}

// joined records a string that is put together.
func (c *collector) joined(ref pyscope.Ref, n *pyscope.Node) {
	if slices.Contains(c.skip, ref) {
		return
	}
	ctx := c.within(n, n.A)
	values, _ := c.r.Strings(c.file, ref)
	for _, value := range values {
		switch {
		case isVariable(value):
			c.at(Env, n, value, ctx)
			return
		case knowledge.RoleOf(value) != knowledge.None && isFileName(value):
			return
		}
	}
	first := len(c.records)
	if c.leads(ref, ctx); first == len(c.records) {
		return
	}
	parts := slices.DeleteFunc(c.records[:first:first], func(r Record) bool {
		return r.Kind == String && int(n.Start) <= r.Start && r.End <= int(n.End)
	})
	c.records = append(parts, c.records[first:]...)
}

// leads records a string that leads to eventlet through a module of the tree.
func (c *collector) leads(ref pyscope.Ref, ctx Context) {
	n := &c.f.Nodes[ref]
	for _, v := range c.r.Path(c.file, ref).Values {
		if ours(v) && !v.Inferred {
			c.from(c.at(String, n, v.Name, ctx), v)
		}
	}
}
