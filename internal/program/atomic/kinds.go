package atomic

import (
	"strings"

	"aiohub/internal/program/callgraph"
)

// kind is what is known of the values that a state has.
type kind struct {
	stores    int
	container bool // dicts, lists, sets
	ordered   bool // one that raises if it changes while it is iterated over: dict, set, deque
	listLike  bool
	safe      bool // an object that locks by itself: queues, events
	lock      bool
	local     bool // each thread has its own
	made      []string
	none      bool // can be None
	constant  bool // flags, numbers, strings
	other     bool // something of which nothing is known
	byClass   bool // assigned in the class's body
	bySelf    bool // assigned through self
	viaClass  bool // assigned through the class
	makers    []spot
}

var containerNames = map[string]bool{
	"dict": true, "list": true, "set": true, "OrderedDict": true, "defaultdict": true, "Counter": true, "deque": true,
	"WeakValueDictionary": true, "WeakKeyDictionary": true, "WeakSet": true, "UserDict": true, "UserList": true,
	"ChainMap": true,
}

var lockNames = map[string]bool{
	"Lock": true, "RLock": true, "Condition": true, "Semaphore": true, "BoundedSemaphore": true, "ReaderWriterLock": true,
	"InterProcessLock": true, "allocate_lock": true, "FileLock": true, "rlock": true,
}

// safeNames are classes whose objects several threads may use at once.
var safeNames = map[string]bool{
	"Queue": true, "SimpleQueue": true, "LifoQueue": true, "PriorityQueue": true, "LightQueue": true, "Event": true,
	"JoinableQueue": true, "Barrier": true, "ThreadPoolExecutor": true, "Future": true, "Thread": true, "Timer": true,
}

// kindOf gathers what is known of a state.
func (p *program) kindOf(s State) *kind {
	if k, ok := p.kinds[s]; ok {
		return k
	}
	k := &kind{}
	p.kinds[s] = k
	for _, at := range p.spots[s] {
		a := p.accessOf(at)
		k.viaClass = k.viaClass || a.Act == Change && a.Ref.Kind == ClassAttr && p.g.Funcs[at.fn].Kind != callgraph.ModuleBody
		if a.Act != Store {
			continue
		}
		k.stores++
		switch {
		case a.Ref.Kind == SelfAttr:
			k.bySelf = true
		case a.Ref.Kind == ClassAttr && p.g.Funcs[at.fn].Class < 0 && p.inBody(at):
			k.byClass = true
		case a.Ref.Kind == ClassAttr:
			k.viaClass = true
		}
		v := p.valueOf(at)
		if v == nil {
			k.other = true
			continue
		}
		switch v.Kind {
		case Nothing:
			k.none = true
		case Constant:
			k.constant = true
		case Dict, Set:
			k.container, k.ordered = true, true
		case List:
			k.container, k.listLike = true, true
		case Made:
			p.madeBy(k, at, v)
		default:
			k.other = true
		}
	}
	return k
}

// inBody reports whether a store of an attribute of a class stands in the body of the class.
func (p *program) inBody(at spot) bool {
	f := p.g.Funcs[at.fn]
	return f.Class < 0
}

func (p *program) madeBy(k *kind, at spot, v *Value) {
	names := p.sitesAt(at.fn, v.Call)
	if len(names) == 0 {
		names = []string{v.Name}
	}
	k.makers = append(k.makers, at)
	for _, name := range names {
		last := name[strings.LastIndexByte(name, '.')+1:]
		k.made = append(k.made, name)
		switch {
		case containerNames[last]:
			k.container = true
			k.ordered = k.ordered || last != "list"
			k.listLike = k.listLike || last == "list"
		case lockNames[last]:
			k.lock, k.safe = true, true
		case safeNames[last]:
			k.safe = true
		case strings.HasSuffix(name, "threading.local") || last == "corolocal" || name == "eventlet.corolocal.local" ||
			last == "ContextVar":
			k.local = true
		}
	}
}

// classLevel reports whether an attribute is one for all objects of its class.
func (p *program) classLevel(s State) bool {
	if s.Kind != SelfAttr {
		return false
	}
	k := p.kindOf(s)
	return !k.bySelf && (k.viaClass || k.byClass && k.container)
}
