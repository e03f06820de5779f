package port

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
)

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
	p.threadsHandedOn()
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
	module   string
	class    string // of module: what the objects become
	because  string
	near     map[string]bool // modules that have to do with the objects: see isNear
	starting []func()        // for each call that is given a function to run
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
		return cmp.Or(strings.Compare(a.source.path, b.source.path),
			cmp.Compare(a.source.tree.Start(a.node), b.source.tree.Start(b.node)))
	})
}

// stays says why the objects stay. What a test does with one is no reason: the test is what has to follow then.
func (x *exchange) stays(s *source, n pysyntax.Node, name, note string) {
	rule := objectStays
	if s.test {
		rule = testsFollow
	}
	x.changes = append(x.changes, change{source: s, node: n, name: name, rule: rule, note: note})
}

func (x *exchange) becomes(s *source, n pysyntax.Node, name string, rule *Rule, apply func()) {
	if why := s.whyLeft(); why != "" {
		x.stays(s, n, name, why)
		return
	}
	x.changes = append(x.changes, change{source: s, node: n, name: name, rule: rule, apply: apply})
}
