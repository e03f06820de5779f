package pyscope

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"aiohub/internal/language/pysyntax"
)

// maxString bounds the strings that are kept, in bytes: no dotted path of a name is longer.
const maxString = 200

// Builder makes Files. It keeps its buffers from one file to the next; use one for each worker.
type Builder struct {
	// Keep says which strings are kept although they are a single identifier and no argument. A dotted path always is.
	Keep func(value []byte) bool
	// KeepAssigned says the same of those that a variable is set to, and of elements of a container.
	KeepAssigned func(value []byte) bool

	f    File
	t    *pysyntax.Tree
	text []byte   // the names of the file, one after the other
	ends []uint32 // where each ends in text
	ids  []int32  // as File.ids, while building
	syms []int32  // as File.symbols, while building

	scope      int32
	fn         int32 // function whose body is being read, None in others
	class      int32 // class for whose methods self.x = y counts
	self       Name
	directly   int32 // class whose body is being read, None in a function
	calls      []callAround
	depth      int  // of expressions
	async      bool // the with statement whose targets are being read is one of async with
	guarded    int  // how many of these statements are around
	checking   int
	condition  int
	unresolved []int32 // symbols that global and nonlocal statements declare
}

// callAround is a call whose arguments are being read.
type callAround struct {
	name  []byte // in the source
	depth int
}

const (
	declaredGlobal   = 1
	declaredNonlocal = 2
)

// Build reduces a tree. The File does not refer to the tree.
func (b *Builder) Build(t *pysyntax.Tree) *File {
	b.reset(t)
	b.openScope(ModuleScope, None, None, 0)
	b.statements(t.Root())
	b.redirect()
	return b.finish()
}

func (b *Builder) reset(t *pysyntax.Tree) {
	f := &b.f
	*f = File{
		Nodes: f.Nodes[:0], Args: f.Args[:0], Scopes: f.Scopes[:0], Symbols: f.Symbols[:0], Binds: f.Binds[:0],
		Imports: f.Imports[:0], Stars: f.Stars[:0], Classes: f.Classes[:0], Attrs: f.Attrs[:0], Elems: f.Elems[:0],
		Funcs: f.Funcs[:0], Returns: f.Returns[:0], All: f.All[:0], Prefixes: f.Prefixes[:0],
	}
	if cap(f.Nodes) == 0 {
		// The first file is the largest as a rule: growing to its size would take five times as much memory.
		f.Nodes, f.Args = make([]Node, 0, len(t.Src)/16+16), make([]Arg, 0, len(t.Src)/32+16)
	}
	// A table that fits a large file would cost more to clear and copy than a small file costs otherwise.
	size := 64
	for size < len(t.Src)/64 {
		size *= 2
	}
	b.ids, b.syms = cleared(b.ids, size), cleared(b.syms, size)
	b.t, b.text, b.ends, b.calls, b.unresolved = t, b.text[:0], b.ends[:0], b.calls[:0], b.unresolved[:0]
	b.scope, b.fn, b.class, b.self, b.directly = None, None, None, None, None
	b.depth, b.async, b.guarded, b.checking, b.condition = 0, false, 0, 0, 0
}

// cleared gives an empty table, in the memory of another if that is large enough.
func cleared(table []int32, size int) []int32 {
	if cap(table) < size {
		return make([]int32, size)
	}
	table = table[:size]
	clear(table)
	return table
}

// finish copies the buffers at their exact size.
func (b *Builder) finish() *File {
	f := &b.f
	text := string(b.text)
	names := make([]string, len(b.ends))
	start := uint32(0)
	for i, end := range b.ends {
		names[i] = text[start:end]
		start = end
	}
	return &File{
		Names: names,
		Nodes: slices.Clone(f.Nodes), Args: slices.Clone(f.Args), Scopes: slices.Clone(f.Scopes),
		Symbols: slices.Clone(f.Symbols),
		Binds:   slices.Clone(f.Binds), Imports: slices.Clone(f.Imports), Stars: slices.Clone(f.Stars),
		Classes: slices.Clone(f.Classes),
		Attrs:   slices.Clone(f.Attrs), Elems: slices.Clone(f.Elems), Funcs: slices.Clone(f.Funcs),
		Returns: slices.Clone(f.Returns),
		All:     slices.Clone(f.All), Prefixes: slices.Clone(f.Prefixes), HasAll: f.HasAll, Respelled: f.Respelled,
		symbols: shrink(b.syms, len(f.Symbols),
			func(i int32) uint32 { return hashSymbol(f.Symbols[i].Scope, f.Symbols[i].Name) }),
		ids: shrink(b.ids, len(names), func(i int32) uint32 { return hashName(names[i]) }),
	}
}

// shrink copies a hash table with n entries into the smallest size that keeps it at most half full.
func shrink(table []int32, n int, hash func(int32) uint32) []int32 {
	size := 4
	for size < 2*n {
		size *= 2
	}
	if size == len(table) {
		return slices.Clone(table)
	}
	out := make([]int32, size)
	mask := uint32(size - 1)
	for _, e := range table {
		if e == 0 {
			continue
		}
		i := hash(e-1) & mask
		for out[i] != 0 {
			i = (i + 1) & mask
		}
		out[i] = e
	}
	return out
}

// name gives the number of a name. Python takes all spellings for one that NFKC makes the same (ｅventlet is eventlet);
// strings are taken for what they name.
func (b *Builder) name(s []byte) Name {
	for {
		mask := uint32(len(b.ids) - 1)
		i := hashName(s) & mask
		for b.ids[i] != 0 {
			id := b.ids[i] - 1
			if string(b.nameText(id)) == string(s) {
				return Name(id)
			}
			i = (i + 1) & mask
		}
		if normal := normalised(s); !bytes.Equal(normal, s) {
			s, b.f.Respelled = normal, true
			continue
		}
		if 2*len(b.ends) < len(b.ids) {
			b.text = append(b.text, s...)
			b.ends = append(b.ends, uint32(len(b.text)))
			b.ids[i] = int32(len(b.ends))
			return Name(len(b.ends) - 1)
		}
		b.ids = shrink(b.ids, len(b.ids), func(id int32) uint32 { return hashName(b.nameText(id)) })
	}
}

// normalised is NFKC of a name.
func normalised(s []byte) []byte {
	i := 0
	for i < len(s) && s[i] < utf8.RuneSelf {
		i++
	}
	if i == len(s) || !utf8.Valid(s) || norm.NFKC.IsNormal(s) {
		return s
	}
	return norm.NFKC.Bytes(s)
}

func (b *Builder) nameText(id int32) []byte {
	start := uint32(0)
	if id > 0 {
		start = b.ends[id-1]
	}
	return b.text[start:b.ends[id]]
}

// symbol finds or makes the symbol of a name in a scope itself.
func (b *Builder) symbol(scope int32, name Name) int32 {
	f := &b.f
	for {
		mask := uint32(len(b.syms) - 1)
		i := hashSymbol(scope, name) & mask
		for b.syms[i] != 0 {
			s := b.syms[i] - 1
			if f.Symbols[s].Scope == scope && f.Symbols[s].Name == name {
				return s
			}
			i = (i + 1) & mask
		}
		if 2*len(f.Symbols) < len(b.syms) {
			f.Symbols = append(f.Symbols, Symbol{Scope: scope, Name: name, First: None, last: None, Redirect: None})
			b.syms[i] = int32(len(f.Symbols))
			return int32(len(f.Symbols) - 1)
		}
		b.syms = shrink(b.syms, len(b.syms),
			func(s int32) uint32 { return hashSymbol(f.Symbols[s].Scope, f.Symbols[s].Name) })
	}
}

func (b *Builder) openScope(kind ScopeKind, name Name, class int32, pos uint32) int32 {
	b.f.Scopes = append(b.f.Scopes, Scope{Kind: kind, Parent: b.scope, Name: name, Class: class, Func: None, Pos: pos})
	b.scope = int32(len(b.f.Scopes) - 1)
	return b.scope
}

func (b *Builder) bind(name Name, kind BindKind, a, c int32, pos uint32) {
	scope := b.scope
	b.bindIn(scope, name, kind, a, c, pos)
}

func (b *Builder) bindIn(scope int32, name Name, kind BindKind, a, c int32, pos uint32) {
	if kind == BindExpr && a == None {
		kind = BindOther
	}
	b.link(b.symbol(scope, name), Binding{Kind: kind, Next: None, A: a, B: c, Pos: pos})
}

func (b *Builder) link(sym int32, binding Binding) {
	f := &b.f
	f.Binds = append(f.Binds, binding)
	i := int32(len(f.Binds) - 1)
	if s := &f.Symbols[sym]; s.last == None {
		s.First, s.last = i, i
	} else {
		f.Binds[s.last].Next = i
		s.last = i
	}
}

// redirect gives the bindings of names declared global or nonlocal to the symbols they mean. It runs at the end,
// because the function around may bind the name only after the inner function.
func (b *Builder) redirect() {
	f := &b.f
	for _, sym := range b.unresolved {
		s := f.Symbols[sym]
		target := int32(0)
		if s.declared == declaredNonlocal {
			target = None
			for scope := f.Scopes[s.Scope].Parent; scope > 0; scope = f.Scopes[scope].Parent {
				if f.Scopes[scope].Kind == ClassScope {
					continue
				}
				if outer := b.symbolIn(scope, s.Name); outer != None && f.Symbols[outer].declared == 0 {
					target = outer
					break
				}
			}
			if target == None {
				continue // not valid Python; the name stays local
			}
		} else {
			target = b.symbol(0, s.Name)
		}
		for i := s.First; i != None; {
			binding := f.Binds[i]
			next := binding.Next
			binding.Next = None
			b.link(target, binding)
			i = next
		}
		f.Symbols[sym].First, f.Symbols[sym].last, f.Symbols[sym].Redirect = None, None, target
	}
}

func (b *Builder) symbolIn(scope int32, name Name) int32 {
	mask := uint32(len(b.syms) - 1)
	for i := hashSymbol(scope, name) & mask; b.syms[i] != 0; i = (i + 1) & mask {
		if s := b.syms[i] - 1; b.f.Symbols[s].Scope == scope && b.f.Symbols[s].Name == name {
			return s
		}
	}
	return None
}

// bytes of an import's dotted name without the space and line continuations that may stand between its parts.
func dotted(text []byte) string {
	text = normalised(text)
	if !strings.ContainsAny(string(text), " \t\r\n\\\f") {
		return string(text)
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\\\f", r) {
			return -1
		}
		return r
	}, string(text))
}
