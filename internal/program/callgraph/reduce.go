package callgraph

import (
	"slices"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

type node = pysyntax.Node

// maxText bounds the text of a callee that is kept, in bytes.
const maxText = 120

// reducer makes summaries. It keeps its buffers from one file to the next; use one for each worker.
type reducer struct {
	t *pysyntax.Tree
	f *pyscope.File
	s *summary

	scopes   map[uint64]int32 // position and kind -> scope
	names    map[string]int32
	loads    map[loadKey]int32
	builtins map[int32]int32 // name -> variable
	classOf  map[uint32]int32
	stored   map[int64]bool // class and name that methods assign
	strings  *pysyntax.Parser

	scope     int32
	fn        int32
	class     int32 // class whose methods are around, none outside
	directly  int32 // class whose body is being read, none in a function
	self      int32 // variable of the first parameter of the method around
	narrowed  map[int32]int32
	wrapping  []int32 // variables of the parameters of the functions around
	quoted    uint32  // position of the string that is read as an annotation, 0 outside strings
	depth     int
	dead      int // blocks around that never run
	doubt     doubt
	lambdas   int
	functions map[string]int // how often a qualified name was used
	watched   node           // what is made only to be given a callback
	dropped   node           // comprehension whose elements are only dropped, or asked for their truth

	reads   []bool    // by symbol: it is read somewhere
	pending []mention // assignments to names that may never be read
}

type loadKey struct{ fn, object, name int32 }

// maxDepth bounds the nesting that is looked at: deeper code is not looked at.
const maxDepth = 150

func newReducer() *reducer {
	return &reducer{
		scopes: map[uint64]int32{}, names: map[string]int32{}, loads: map[loadKey]int32{}, builtins: map[int32]int32{},
		classOf: map[uint32]int32{}, stored: map[int64]bool{}, functions: map[string]int{}, strings: &pysyntax.Parser{},
	}
}

// reduce makes the summary of a file from its tree and its scopes.
func (r *reducer) reduce(t *pysyntax.Tree, f *pyscope.File) *summary {
	r.t, r.f = t, f
	r.s = &summary{model: f, nvars: int32(len(f.Symbols)), lines: lineStarts(t.Src)}
	clear(r.scopes)
	clear(r.names)
	clear(r.loads)
	clear(r.builtins)
	clear(r.classOf)
	clear(r.stored)
	clear(r.functions)
	for i := range f.Scopes {
		r.scopes[scopeKey(f.Scopes[i].Pos, f.Scopes[i].Kind)] = int32(i)
	}
	for i := range f.Classes {
		r.classOf[f.Classes[i].Pos] = int32(i)
	}
	r.scope, r.class, r.directly, r.self, r.narrowed, r.wrapping = 0, none, none, none, nil, r.wrapping[:0]
	r.quoted, r.depth, r.lambdas, r.dead, r.doubt = 0, 0, 0, 0, doubt{}
	r.reads, r.pending = append(r.reads[:0], make([]bool, len(f.Symbols))...), r.pending[:0]
	r.s.funcs = append(r.s.funcs, funcSummary{
		name: r.name("<module>"), kind: ModuleBody, class: none, outer: none, result: r.temp(), yields: r.temp(),
		end: uint32(len(t.Src)), qual: "<module>",
	})
	r.fn = 0
	r.s.funcs[0].returned, r.s.funcs[0].yielded = r.s.funcs[0].result, r.s.funcs[0].yields
	r.statements(t.Root())
	r.mentionUnread()
	s := r.s
	r.s, r.t, r.f = nil, nil, nil
	s.ops, s.args, s.texts, s.ends, s.mentions = slices.Clip(s.ops), slices.Clip(s.args), slices.Clip(s.texts),
		slices.Clip(s.ends), slices.Clip(s.mentions)
	return s
}

func lineStarts(src []byte) []uint32 {
	starts := make([]uint32, 1, len(src)/32+1)
	for i, c := range src {
		if c == '\n' || c == '\r' && (i+1 == len(src) || src[i+1] != '\n') {
			starts = append(starts, uint32(i+1))
		}
	}
	return starts
}

func scopeKey(pos uint32, kind pyscope.ScopeKind) uint64 { return uint64(pos)<<8 | uint64(kind) }

// open gives the scope of a kind that starts at a node, and the present one if pyscope has made none.
func (r *reducer) open(n node, kind pyscope.ScopeKind) int32 {
	if scope, ok := r.scopes[scopeKey(r.t.Start(n), kind)]; ok && r.quoted == 0 {
		return scope
	}
	return r.scope
}

func (r *reducer) name(s string) int32 {
	if id, ok := r.names[s]; ok {
		return id
	}
	id := int32(len(r.s.names))
	r.s.names = append(r.s.names, s)
	r.names[s] = id
	return id
}

func (r *reducer) ident(n node) int32 {
	text := r.t.Ident(n)
	if id, ok := r.names[string(text)]; ok {
		return id
	}
	return r.name(string(text))
}

func (r *reducer) temp() int32 {
	r.s.nvars++
	return r.s.nvars - 1
}

func (r *reducer) alloc(kind containerKind) int32 {
	r.s.allocs = append(r.s.allocs, kind)
	return int32(len(r.s.allocs) - 1)
}

func (r *reducer) pos(n node) uint32 {
	if r.quoted != 0 {
		return r.quoted
	}
	return r.t.Start(n)
}

func (r *reducer) op(n node, o op) {
	o.fn, o.pos, o.doubtful = r.fn, r.pos(n), r.doubt.any()
	r.s.ops = append(r.s.ops, o)
}

// copy makes a variable take what another has.
func (r *reducer) copy(n node, dst, src int32) {
	if dst != none && src != none && dst != src {
		r.op(n, op{kind: opCopy, dst: dst, a: src})
	}
}

// symbol gives the variable that a name means where it is read, none for a builtin or what only a star import can bind.
func (r *reducer) symbol(name []byte, pos uint32) int32 {
	id := r.f.Find(string(name))
	if id == pyscope.None {
		return none
	}
	return r.f.Lookup(r.scope, id, pos)
}

// target gives the variable that a name means where it is bound.
func (r *reducer) target(name []byte, scope int32) int32 {
	id := r.f.Find(string(name))
	if id == pyscope.None {
		return none
	}
	symbol := r.f.SymbolIn(scope, id)
	if symbol != none && r.f.Symbols[symbol].Redirect != none {
		return r.f.Symbols[symbol].Redirect
	}
	return symbol
}

// lastName is the last identifier of a name or attribute, "" for other expressions.
func (r *reducer) lastName(n node) string {
	if n == 0 {
		return ""
	}
	if k := r.t.Kind(n); k == pysyntax.Name || k == pysyntax.Attribute {
		return string(r.t.Ident(n))
	}
	return ""
}
