package pyscope

import (
	"crypto/sha256"
	"encoding/binary"
)

// Fingerprint is a hash of all that a File says but where in the source it stands: two Files with the same mean the
// same to whoever looks from outside. room is memory for it, which may be nil and is given back for the next File. It
// depends on the order of bindings and uses, which decides what a name in the body of a class means.
func (f *File) Fingerprint(room []byte) (print [sha256.Size]byte, back []byte) {
	w := words(room[:0])
	for _, name := range f.Names {
		w.text(name)
	}
	bound := 0
	for i := range f.Nodes {
		n := &f.Nodes[i]
		for ; bound < len(f.Binds) && f.Binds[bound].Pos <= n.Start; bound++ {
			w.add(-1)
		}
		w.add(int32(n.Kind)|int32(n.Ctx)<<8|int32(n.Flags)<<16, n.Scope, n.A, n.B, n.N)
	}
	for i := range f.Args {
		a := &f.Args[i]
		constant := int32(0)
		if a.ConstEnd > a.ConstStart {
			constant = 1
		}
		w.add(int32(a.Value), int32(a.Name), int32(a.Truth)|constant<<8)
	}
	for i := range f.Scopes {
		s := &f.Scopes[i]
		w.add(int32(s.Kind), s.Parent, int32(s.Name), s.Class, s.Func)
	}
	for i := range f.Symbols {
		s := &f.Symbols[i]
		w.add(s.Scope, int32(s.Name), s.First, s.Redirect)
	}
	for i := range f.Binds {
		w.bind(&f.Binds[i])
	}
	for i := range f.Imports {
		m := &f.Imports[i]
		from := int32(0)
		if m.From {
			from = 1
		}
		w.add(m.Scope, int32(m.Level), from, int32(m.Ctx))
		w.text(m.Module)
		w.text(m.Name)
		w.text(m.As)
	}
	w.add(f.Stars...)
	w.definitions(f)
	for _, part := range f.All {
		w.add(int32(part.Kind), part.A)
	}
	for _, prefix := range f.Prefixes {
		w.add(int32(prefix))
	}
	if f.HasAll {
		w.add(1)
	}
	// The parts are told apart by how many of each there are.
	w.add(int32(len(f.Names)), int32(len(f.Nodes)), int32(len(f.Args)), int32(len(f.Scopes)), int32(len(f.Symbols)),
		int32(len(f.Binds)),
		int32(len(f.Imports)), int32(len(f.Stars)), int32(len(f.Classes)), int32(len(f.Attrs)), int32(len(f.Elems)),
		int32(len(f.Funcs)),
		int32(len(f.Returns)), int32(len(f.All)), int32(len(f.Prefixes)))
	return sha256.Sum256(w), w
}

// words is what is hashed.
type words []byte

func (w *words) add(values ...int32) {
	for _, v := range values {
		*w = binary.LittleEndian.AppendUint32(*w, uint32(v))
	}
}

func (w *words) text(s string) {
	w.add(int32(len(s)))
	*w = append(*w, s...)
}

func (w *words) bind(b *Binding) { w.add(int32(b.Kind), b.Next, b.A, b.B) }

func (w *words) definitions(f *File) {
	for i := range f.Classes {
		c := &f.Classes[i]
		w.add(int32(c.Name), c.Scope, c.Outer, c.Bases, c.NBase, c.NKeyword, c.Decorators, c.NDecorator, c.First)
	}
	for i := range f.Attrs {
		a := &f.Attrs[i]
		w.add(int32(a.Name), a.Next, int32(a.Elem))
		w.bind(&a.Bind)
	}
	for i := range f.Elems {
		e := &f.Elems[i]
		w.add(e.Scope, int32(e.Name), int32(e.Value), int32(e.Kind))
	}
	for i := range f.Funcs {
		fn := &f.Funcs[i]
		w.add(int32(fn.Name), fn.Scope, fn.Outer, fn.Class, int32(fn.Flags), fn.Decorators, fn.NDecorator, fn.First,
			int32(fn.Result))
	}
	for i := range f.Returns {
		w.add(int32(f.Returns[i].Value), f.Returns[i].Next)
	}
}
