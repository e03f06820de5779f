package port

import (
	"bytes"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// objects is what is known of the queues and semaphores that the tree makes: those that one place can get are decided
// about together.
type objects struct {
	sets  []objectSet
	index map[objectKey]int
	any   map[*Rule]objectSet // for a place that can get any of a kind
}

// objectKey is a place where an object is made, or a method of it is called. Name is the last one of what is called.
type objectKey struct {
	siteKey
	name string
}

// objectSet is what some queues, or semaphores, are.
type objectSet struct {
	endless, rendezvous, bounded bool // the room of a queue
	// own says that the class of aiohub.aio is needed: for a timeout, or a name that asyncio has not.
	own bool
}

func (a objectSet) with(b objectSet) objectSet {
	return objectSet{a.endless || b.endless, a.rendezvous || b.rendezvous, a.bounded || b.bounded, a.own || b.own}
}

// mixed reports whether some of the queues hand over from hand to hand, and others keep what is put in.
func (a objectSet) mixed() bool { return a.rendezvous && (a.bounded || a.endless) }

// className is what the class of the objects becomes, "" if they need more than one.
func (a objectSet) className(kind *twin) string {
	switch {
	case a.mixed():
		return ""
	case a.rendezvous:
		return "aio.Channel"
	case a.own:
		return "aio." + kind.own
	}
	return "asyncio." + kind.asyncio
}

func (p *pure) objectsOf() *objects {
	if p.objects != nil {
		return p.objects
	}
	o := &objects{index: map[objectKey]int{}, any: map[*Rule]objectSet{}}
	p.objects = o
	for _, g := range groupsOfMade(p.graph) {
		if g.kind == nil || g.kind.rule != queues && g.kind.rule != semaphores {
			continue
		}
		var set objectSet
		for _, m := range g.made {
			o.index[objectKey{siteKey{p.graph.Funcs[m.From].File, m.Pos}, lastOf(knowledge.Canon(m.Name))}] = len(o.sets)
			set = set.with(p.made(m, g.kind))
			for i := range m.Uses {
				u := &m.Uses[i]
				o.index[objectKey{siteKey{p.graph.Funcs[u.From].File, u.Pos}, u.Name}] = len(o.sets)
				set.own = set.own || p.needsOwn(u, g.kind)
			}
		}
		o.sets = append(o.sets, set)
		o.any[g.kind.rule] = o.any[g.kind.rule].with(set)
	}
	return o
}

// made is what the call that makes an object says of it.
func (p *pure) made(m *callgraph.Made, kind *twin) objectSet {
	if kind.rule != queues {
		return objectSet{}
	}
	s := p.files[p.graph.Funcs[m.From].File]
	call := p.callAt(m.From, m.Pos, lastOf(m.Name))
	if call == 0 {
		return objectSet{bounded: true}
	}
	args := argsOf(s.tree, call)
	size := args.first("maxsize")
	switch text := string(s.tree.Text(size)); {
	case args.starred || args.unpacked:
		return objectSet{bounded: true}
	case size == 0 || text == "None" || strings.HasPrefix(text, "-"):
		return objectSet{endless: true}
	case text == "0":
		return objectSet{rendezvous: true}
	default:
		return objectSet{bounded: true, own: !isNumber(s.tree, size)}
	}
}

func isNumber(t *pysyntax.Tree, n pysyntax.Node) bool {
	return t.Kind(n) == pysyntax.Constant && t.Op(n) == pysyntax.ConstInt
}

// needsOwn reports whether a use of an object asks for what only aiohub.aio's class has.
func (p *pure) needsOwn(u *callgraph.ObjectUse, kind *twin) bool {
	switch u.Kind {
	case callgraph.Member:
		return kind.rule == queues && membersOfQueue[u.Name]
	case callgraph.Method:
	default:
		return false
	}
	m, ok := kind.methodOf(u.Name)
	call := p.callAt(u.From, u.Pos, u.Name)
	if !ok || call == 0 {
		return false
	}
	if strings.HasSuffix(u.Name, "_nowait") {
		return p.catchesPlain()
	}
	s := p.files[p.graph.Funcs[u.From].File]
	args := argsOf(s.tree, call)
	if saysNow(s.tree, u.Name, &args) {
		return p.catchesPlain() && kind.rule == queues
	}
	return m.own || len(args.positional) > m.plain ||
		len(args.keywords) > 0 && !slices.Equal(args.keywords, []string{"item"})
}

// saysNow reports whether the arguments of a call say that it does not wait: get(False), put(item, block=False),
// acquire(blocking=False).
func saysNow(t *pysyntax.Tree, name string, args *arguments) bool {
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
	return flag != 0 && string(t.Text(flag)) == "False" && len(args.positional)+len(args.keywords) == place+1
}

// catchesPlain reports whether the tree knows the standard library's queue.Empty or Full, which eventlet raises, and
// asyncio does not.
func (p *pure) catchesPlain() bool {
	if p.plainly == nil {
		found := slices.ContainsFunc(p.files, func(s *source) bool {
			return (bytes.Contains(s.src, []byte("Empty")) || bytes.Contains(s.src, []byte("Full"))) && s.importsQueue()
		})
		p.plainly = &found
	}
	return *p.plainly
}

// importsQueue reports whether a file imports the standard library's queue, or something of it.
func (s *source) importsQueue() bool {
	for _, a := range s.aliases {
		imp := alias3(s, a)
		if imp.Module == "queue" || imp.Module == "Queue" || imp.Module == "six.moves" && imp.Name == "queue" ||
			strings.HasPrefix(imp.Module, "six.moves.queue") {
			return true
		}
	}
	return false
}

// at is what is known of the objects at a place; if nothing is known there, of all of the kind.
func (o *objects) at(key siteKey, name string, kind *twin) objectSet {
	if i, ok := o.index[objectKey{key, name}]; ok {
		return o.sets[i]
	}
	return o.any[kind.rule]
}

// set is what is known of the objects whose method a call is, or which it makes.
func (c *spot) set() objectSet {
	kind := primitives[c.name] // a class that is called, perhaps by another name or as a possible value
	if kind == nil {
		kind = primitives[c.name[:strings.LastIndexByte(c.name, '.')]]
	}
	return c.p.objectsOf().at(siteKey{c.file, c.site.Pos}, lastOf(c.name), kind)
}
