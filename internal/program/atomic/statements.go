package atomic

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
)

// statements reads the statements of a block. What a test at the front guards by leaving the block goes on to its end.
func (r *Reader) statements(block node) {
	if r.depth++; r.depth > maxDepth {
		r.depth--
		return
	}
	end := r.block
	r.block = r.t.End(block)
	var guards [][]int32
	var from []int
	var direct []int32 // accesses of the statements of this very block
	for c := r.t.Child(block); c != 0; c = r.t.Next(c) {
		before := len(r.fun().Accesses)
		if tests := r.statement(c); len(tests) > 0 {
			guards, from = append(guards, tests), append(from, len(r.fun().Accesses))
		}
		after := len(r.fun().Accesses)
		switch k := r.t.Kind(c); {
		case k == pysyntax.ExprStmt || k == pysyntax.Assign || k == pysyntax.AnnAssign || k == pysyntax.Delete:
			for i := before; i < after; i++ {
				direct = append(direct, int32(i))
			}
		case k == pysyntax.If:
			r.addedBefore(direct, before, after, c)
		}
	}
	r.refilled(direct)
	for i := len(guards) - 1; i >= 0; i-- {
		r.pair(guards[i], from[i], len(r.fun().Accesses), true)
	}
	r.block = end
	r.depth--
}

// addedBefore notes that a flag is tested after something was added to a container of the same object.
func (r *Reader) addedBefore(direct []int32, from, to int, n node) {
	f := r.fun()
	for _, i := range direct {
		added := &f.Accesses[i]
		if added.Act != Add || added.Ref.Kind != SelfAttr {
			continue
		}
		for k := from; k < to; k++ {
			if a := &f.Accesses[k]; a.Act == Test && a.Ref.Kind == SelfAttr && a.Ref != added.Ref &&
				a.End <= r.t.End(r.t.Child(n)) {
				f.Checks = append(f.Checks, Check{Test: i, Act: int32(k), Form: AddThenTest})
			}
		}
	}
}

// refilled notes that a container is emptied, and filled again later in the block.
func (r *Reader) refilled(direct []int32) {
	f := r.fun()
	for _, i := range direct {
		a := &f.Accesses[i]
		emptied := a.Act == Clear
		if a.Act == Store && a.Value >= 0 {
			emptied = r.out.Values[a.Value].nothingIn()
		}
		if !emptied {
			continue
		}
		for k := int(i) + 1; k < len(f.Accesses); k++ {
			if b := &f.Accesses[k]; b.Ref == a.Ref && (b.Act == Add || b.Act == SetItem || b.Act == Change) {
				f.Checks = append(f.Checks, Check{Test: i, Act: int32(k), Form: ClearThenFill})
				break
			}
		}
	}
}

// statement reads a statement and gives the tests on whose result the rest of the block depends.
func (r *Reader) statement(n node) []int32 {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.FunctionDef:
		r.function(n)
	case pysyntax.ClassDef:
		r.classDef(n)
	case pysyntax.Assign:
		r.assign(n, t.Last(n))
	case pysyntax.AnnAssign:
		target := t.Child(n)
		if annotation := t.Next(target); annotation != 0 {
			if value := t.Next(annotation); value != 0 {
				r.assign(n, value)
			}
		}
	case pysyntax.AugAssign:
		target := t.Child(n)
		r.expr(t.Next(target), Load)
		r.augmented(target, t.End(n))
	case pysyntax.If:
		return r.ifStatement(n)
	case pysyntax.While:
		r.while(n)
	case pysyntax.For:
		r.forStatement(n)
	case pysyntax.With:
		r.with(n)
	case pysyntax.Try:
		r.try(n)
	case pysyntax.Delete:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.remove(c)
		}
	case pysyntax.Match:
		r.match(n)
	case pysyntax.Assert:
		r.expr(t.Child(n), Test)
	case pysyntax.Import, pysyntax.ImportFrom, pysyntax.Global, pysyntax.Nonlocal, pysyntax.Pass, pysyntax.Break,
		pysyntax.Continue, pysyntax.TypeAlias:
	default:
		if t.Kind(n).IsExpr() {
			r.expr(n, Load)
			return nil
		}
		for c := t.Child(n); c != 0; c = t.Next(c) {
			if t.Kind(c).IsExpr() {
				r.expr(c, Load)
			} else {
				r.statement(c)
			}
		}
	}
	return nil
}

// pair notes for each test the first act on the same state among the accesses [from, to).
func (r *Reader) pair(tests []int32, from, to int, guard bool) {
	f := r.fun()
	for _, test := range tests {
		strong, weak := -1, -1
		for i := from; i < to; i++ {
			a := &f.Accesses[i]
			if a.Ref != f.Accesses[test].Ref || !follows(f.Accesses[test].Act, a.Act) {
				continue
			}
			if a.Act.writes() {
				strong = i
				break
			}
			if weak < 0 {
				weak = i
			}
		}
		if strong >= 0 {
			f.Checks = append(f.Checks, Check{Test: test, Act: int32(strong), Guard: guard})
		}
		if weak >= 0 {
			f.Checks = append(f.Checks, Check{Test: test, Act: int32(weak), Guard: guard})
		}
	}
}

// follows reports whether an act can depend on what a test has found.
func follows(test, act Act) bool {
	switch act {
	case Load, Test, Has, View, Iterate, Raise:
		return false
	case Use:
		return test == Test
	case Item:
		return test == Has || test == Test
	}
	return true
}

func (r *Reader) ifStatement(n node) []int32 {
	t := r.t
	test := t.Child(n)
	body := t.Next(test)
	tests := r.test(test)
	from := len(r.fun().Accesses)
	for c := body; c != 0; c = t.Next(c) {
		before := len(r.fun().Awaits)
		if t.Kind(c) == pysyntax.If {
			r.ifStatement(c)
		} else {
			r.side(c)
		}
		if other := t.Next(c); other != 0 {
			for i := range r.fun().Awaits[before:] {
				w := &r.fun().Awaits[before+i]
				w.Apart = append(w.Apart, Span{t.Start(other), t.End(other)})
			}
		}
	}
	r.pair(tests, from, len(r.fun().Accesses), false)
	if body != 0 && t.Next(body) == 0 && r.t.Leaves(body) {
		return tests
	}
	return nil
}

// match reads a match statement: what its cases do depends on what the subject was.
func (r *Reader) match(n node) {
	t := r.t
	subject := t.Child(n)
	tests := r.test(subject)
	from := len(r.fun().Accesses)
	for c := t.Next(subject); c != 0; c = t.Next(c) {
		var guard []int32
		for part := t.Child(c); part != 0; part = t.Next(part) {
			switch {
			case t.Kind(part) == pysyntax.Block:
				before := len(r.fun().Accesses)
				r.side(part)
				r.pair(guard, before, len(r.fun().Accesses), false)
			case t.Kind(part).IsExpr():
				guard = r.test(part)
			}
		}
	}
	r.pair(tests, from, len(r.fun().Accesses), false)
}

// side reads a block that runs on a condition. After one that returns or raises nothing comes.
func (r *Reader) side(block node) {
	until := r.until
	switch last := r.t.Last(block); {
	case last == 0:
	case r.t.Kind(last) == pysyntax.Return, r.t.Kind(last) == pysyntax.Raise, r.t.Kind(last) == pysyntax.Continue:
		r.until = r.t.End(block)
	}
	r.sides++
	r.statements(block)
	r.until, r.sides = until, r.sides-1
}

// test reads a condition and gives the accesses that it depends on.
func (r *Reader) test(n node) []int32 {
	from := len(r.fun().Accesses)
	r.expr(n, Test)
	var tests []int32
	f := r.fun()
	for i := from; i < len(f.Accesses); i++ {
		switch f.Accesses[i].Act {
		case Test, Has, Item:
			if f.Accesses[i].Act == Item && !r.within(f.Accesses[i], n) {
				continue
			}
			tests = append(tests, int32(i))
		}
	}
	return tests
}

func (r *Reader) within(a Access, n node) bool { return a.Start >= r.t.Start(n) && a.End <= r.t.End(n) }

func (r *Reader) while(n node) {
	t := r.t
	test := t.Child(n)
	r.loop++
	tests := r.test(test)
	from := len(r.fun().Accesses)
	for c := t.Next(test); c != 0; c = t.Next(c) {
		r.statements(c)
	}
	r.loop--
	checks := len(r.fun().Checks)
	r.pair(tests, from, len(r.fun().Accesses), false)
	for i := range r.fun().Checks[checks:] {
		r.fun().Checks[checks+i].Loop = true
	}
}

func (r *Reader) forStatement(n node) {
	t := r.t
	target := t.Child(n)
	iterable := t.Next(target)
	if t.Has(n, pysyntax.FlagAsync) {
		r.suspends(iterable)
	}
	from := len(r.fun().Accesses)
	r.expr(iterable, Iterate)
	r.stretch(from, len(r.fun().Accesses), t.End(n))
	r.goneThrough(iterable)
	r.target(target, -1)
	to := len(r.fun().Accesses)
	r.loop++
	for c := t.Next(iterable); c != 0; c = t.Next(c) {
		r.statements(c)
	}
	r.loop--
	if r.awaitsEach(target, t.Next(iterable)) {
		for i := range r.fun().Accesses[from:to] {
			r.fun().Accesses[from+i].Awaits = r.fun().Accesses[from+i].Act == Iterate
		}
	}
}

// awaitsEach reports whether the body of a loop awaits what the loop is at: the task, or something that waits for it.
func (r *Reader) awaitsEach(target, body node) bool {
	t := r.t
	if t.Kind(target) != pysyntax.Name || body == 0 {
		return false
	}
	name, found := string(t.Ident(target)), false
	t.Walk(body, func(n node) bool {
		if t.Kind(n) == pysyntax.Await {
			inner := t.Child(n)
			if t.Kind(inner) == pysyntax.Call { // asyncio.wait_for(task, 1)
				inner = t.Next(t.Child(inner))
			}
			found = found || inner != 0 && t.Kind(inner) == pysyntax.Name && string(t.Ident(inner)) == name
		}
		return !found
	}, nil)
	return found
}

// stretch lets accesses that iterate end where the loop does. A comprehension in what a loop goes through has come to
// its own end by then.
func (r *Reader) stretch(from, to int, end uint32) {
	f := r.fun()
	for i := from; i < to; i++ {
		if f.Accesses[i].Act == Iterate && !f.Accesses[i].ended {
			f.Accesses[i].End = end
		}
	}
}

// goneThrough notes that a loop goes through the result of a call.
func (r *Reader) goneThrough(iterable node) {
	calls := r.fun().Calls
	for i := len(calls) - 1; i >= 0 && calls[i].Start >= r.t.Start(iterable); i-- {
		if calls[i].Start == r.t.Start(iterable) && calls[i].End == r.t.End(iterable) {
			calls[i].Iterated = true
		}
	}
}

// suspends notes that others may run when an expression has its value, before what comes after it.
func (r *Reader) suspends(n node) {
	t := r.t
	w := Await{At: t.End(n) - 1, Until: r.until}
	if inner := t.Child(n); t.Kind(n) == pysyntax.Await && t.Kind(inner) == pysyntax.Call {
		w.Call, w.Plain = t.Start(inner), true
	}
	r.fun().Awaits = append(r.fun().Awaits, w)
}

func (r *Reader) with(n node) {
	t := r.t
	async := t.Has(n, pysyntax.FlagAsync)
	end := t.End(n)
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.WithItem {
			r.statements(c)
			continue
		}
		manager := t.Child(c)
		r.expr(manager, Load)
		if async {
			r.suspends(manager)
		}
		lock := r.lockOf(manager)
		lock.Start, lock.End = t.End(manager), end
		lock.Flags |= lockWith
		if r.sides > 0 {
			lock.Flags |= lockBranch
		}
		if async {
			lock.Flags |= lockAsync
		}
		r.fun().Locks = append(r.fun().Locks, lock)
		if target := t.Next(manager); target != 0 {
			r.target(target, -1)
		}
	}
}

// lockOf describes what a with statement enters.
func (r *Reader) lockOf(manager node) Lock {
	t := r.t
	lock := Lock{Pos: t.Start(manager), Text: short(t.Text(manager))}
	at := manager
	if t.Kind(manager) == pysyntax.Call {
		at = t.Child(manager)
		lock.Name = r.dotted(at)
		lock.Arg, _ = t.StringValue(t.Next(at))
		if r.keywordIs(manager, "fair", pysyntax.ConstTrue) {
			lock.Flags |= lockFair
		}
	}
	lock.Ref = r.refOf(at)
	return lock
}

// keywordIs reports whether a call has a keyword argument that is a certain constant.
func (r *Reader) keywordIs(call node, name string, value pysyntax.Op) bool {
	k := r.keyword(call, name)
	return k != 0 && r.t.Kind(k) == pysyntax.Constant && r.t.Op(k) == value
}

func (r *Reader) keyword(call node, name string) node {
	for c := range r.t.Children(call) {
		if r.t.Kind(c) == pysyntax.Keyword && string(r.t.Ident(c)) == name {
			return r.t.Child(c)
		}
	}
	return 0
}

// lookupErrors are what a test that is written as an attempt catches.
var lookupErrors = []string{"KeyError", "IndexError", "LookupError", "AttributeError", "NameError"}

func (r *Reader) try(n node) {
	t := r.t
	from, tried := len(r.fun().Accesses), -1
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.ExceptHandler {
			r.statements(c)
			if tried < 0 {
				tried = len(r.fun().Accesses)
				r.caughtIn(n, from, tried)
			}
			continue
		}
		caught := false
		for part := t.Child(c); part != 0; part = t.Next(part) {
			if t.Kind(part) != pysyntax.Block {
				text := string(t.Text(part))
				caught = slices.ContainsFunc(lookupErrors, func(name string) bool { return strings.Contains(text, name) })
				continue
			}
			before, until := len(r.fun().Accesses), r.until
			if t.Leaves(part) {
				r.until = t.End(part)
			}
			r.statements(part)
			r.until = until
			if caught {
				r.attempted(from, tried, before)
			}
		}
	}
}

// caughtIn notes which of the accesses [from, to) of a try block fail without harm: a handler is for an element that is
// not there.
func (r *Reader) caughtIn(try node, from, to int) {
	t := r.t
	for c := t.Child(try); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.ExceptHandler {
			continue
		}
		text := ""
		if first := t.Child(c); t.Kind(first) != pysyntax.Block {
			text = string(t.Text(first))
		}
		body := t.Child(try)
		all := (text == "" || strings.Contains(text, "Exception")) && t.Child(body) == t.Last(body)
		if all || slices.ContainsFunc(absences, func(name string) bool { return strings.Contains(text, name) }) {
			for i := range r.fun().Accesses[from:to] {
				r.fun().Accesses[from+i].Caught = true
			}
			return
		}
	}
}

// absences are the errors that say that an element is not there, by name. A handler for all errors means them if there is
// nothing else in the block.
var absences = []string{"KeyError", "IndexError", "LookupError", "ValueError"}

// attempted notes that a handler makes what the accesses [from, tried) did not find.
func (r *Reader) attempted(from, tried, handler int) {
	f := r.fun()
	for i := from; i < tried; i++ {
		if a := &f.Accesses[i]; a.Act != Item && a.Act != Load && a.Act != Use && !a.Deep {
			continue
		}
		for k := handler; k < len(f.Accesses); k++ {
			if a := &f.Accesses[k]; a.Ref == f.Accesses[i].Ref &&
				(a.Act == SetItem || a.Act == Store && f.Accesses[i].Act != Item && !f.Accesses[i].Deep) {
				f.Checks = append(f.Checks, Check{Test: int32(i), Act: int32(k), Form: TryThenAct})
				return
			}
		}
	}
}
