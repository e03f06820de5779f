package resolve

import (
	"encoding/binary"
	"slices"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

// What was asked about a file, written down: who has asked, the functions and classes of the file that answers name,
// the inquiries and their answers. Answers name functions and classes of any file by their places in its list, so that they
// stay as they are when these get other numbers. It is read from a cache that only this tool writes.

// told is what was asked about a file.
type told struct {
	askers  []int32 // the files that have asked, sorted
	defs    []def
	places  map[number]int32 // of the defs in the list; made when it is needed
	said    map[Inquiry]*saidOf
	written []byte // as it was found
	rest    []byte // what of it has not been read
	begun   bool   // the askers are there
	read    bool   // the defs, too
	changed bool   // they have to be written anew
	more    bool   // and so have the inquiries
}

// def is a function or a class.
type def struct {
	class bool
	key   string
	index int32 // in the file now, none if it is not there any more
}

// number is what a function or a class is called in a file now.
type number struct {
	class bool
	index int32
}

// saidOf is an inquiry's answer, and the files that have asked, sorted.
type saidOf struct {
	reply  reply
	askers []int32
	circle bool // names led in circles on the way to the reply, which may then depend on what was asked before
}

type writer struct{ b []byte }

func (w *writer) number(n int)    { w.b = binary.AppendUvarint(w.b, uint64(n)) }
func (w *writer) flag(flags byte) { w.b = append(w.b, flags) }

func (w *writer) text(s string) {
	w.number(len(s))
	w.b = append(w.b, s...)
}

// files writes a sorted list.
func (w *writer) files(list []int32) {
	w.number(len(list))
	before := int32(0)
	for _, file := range list {
		w.number(int(file - before))
		before = file
	}
}

type readFrom struct{ b []byte }

func (r *readFrom) number() int {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.b = nil
		return 0
	}
	r.b = r.b[size:]
	return int(n)
}

func (r *readFrom) flag() byte {
	if len(r.b) == 0 {
		return 0
	}
	flags := r.b[0]
	r.b = r.b[1:]
	return flags
}

func (r *readFrom) text() string {
	n := min(r.number(), len(r.b))
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *readFrom) files() []int32 {
	list := make([]int32, min(r.number(), len(r.b)))
	before := int32(0)
	for i := range list {
		before += int32(r.number())
		list[i] = before
	}
	return list
}

// begin reads who has asked.
func (t *told) begin() {
	if !t.begun {
		t.begun = true
		r := readFrom{t.written}
		t.askers = r.files()
		t.rest = r.b
	}
}

// heading reads the functions and classes, too.
func (t *told) heading() {
	if t.read {
		return
	}
	t.begin()
	t.read = true
	r := readFrom{t.rest}
	t.defs = make([]def, min(r.number(), len(r.b)))
	for i := range t.defs {
		t.defs[i] = def{class: r.flag() != 0, key: r.text(), index: int32(r.number())}
	}
	t.rest = r.b
}

// place gives the place of a function or class in the list.
func (t *told) place(n number, key func(number) string) int32 {
	if t.places == nil {
		t.places = make(map[number]int32, len(t.defs))
		for i, d := range t.defs {
			t.places[number{d.class, d.index}] = int32(i)
		}
	}
	at, ok := t.places[n]
	if !ok {
		at = int32(len(t.defs))
		t.defs = append(t.defs, def{class: n.class, key: key(n), index: n.index})
		t.places[n] = at
		t.changed = true
	}
	return at
}

// Bits of values and replies.
const (
	bitMaybe = 8 << iota
	bitOwn
	bitInferred

	bitOther = 1
	bitYes   = 2
)

// inFile tells whether a value is a function or a class of a file, or an object of one.
func (v *Value) inFile() bool { return v.Kind == Class || v.Kind == Function || v.Kind == Instance }

// answer writes a reply. place gives the place of a function or class of a file.
func (w *writer) answer(a *reply, place func(file int32, class bool, index int32) int32) {
	flags := byte(0)
	if a.Other {
		flags |= bitOther
	}
	if a.yes {
		flags |= bitYes
	}
	w.flag(flags)
	w.number(len(a.Values))
	for i := range a.Values {
		v := &a.Values[i]
		flags := byte(v.Kind)
		if v.Maybe {
			flags |= bitMaybe
		}
		if v.Own {
			flags |= bitOwn
		}
		if v.Inferred {
			flags |= bitInferred
		}
		w.flag(flags)
		switch {
		case v.inFile():
			w.number(int(v.File))
			w.number(int(place(v.File, v.Kind != Function, v.ID)))
		case v.Kind == Module:
			w.number(int(v.ID))
		default:
			w.text(v.Name)
		}
		w.number(int(v.Via) + 1)
	}
	w.number(len(a.names))
	for _, name := range a.names {
		w.text(name)
	}
}

// answer reads a reply. index gives the number of the function or class at a place of a file.
func (r *readFrom) answer(index func(file, place int32) int32) reply {
	var a reply
	flags := r.flag()
	a.Other, a.yes = flags&bitOther != 0, flags&bitYes != 0
	if n := min(r.number(), len(r.b)); n > 0 {
		a.Values = make([]Value, n)
	}
	for i := range a.Values {
		v := &a.Values[i]
		flags := r.flag()
		v.Kind = Kind(flags & (bitMaybe - 1))
		v.Maybe, v.Own, v.Inferred = flags&bitMaybe != 0, flags&bitOwn != 0, flags&bitInferred != 0
		switch {
		case v.inFile():
			v.File = int32(r.number())
			v.ID = index(v.File, int32(r.number()))
		case v.Kind == Module:
			v.ID = int32(r.number())
		default:
			v.Name = r.text()
		}
		v.Via = pymodule.ID(r.number() - 1)
	}
	if n := min(r.number(), len(r.b)); n > 0 {
		a.names = make([]string, n)
		for i := range a.names {
			a.names[i] = r.text()
		}
	}
	return a
}

// inquiry writes a question about a file. place is that of the function or class in its list.
func (w *writer) inquiry(q *Inquiry, place func(class bool, index int32) int32) {
	w.flag(byte(q.kind))
	switch {
	case q.kind == askElements || q.kind == askClassElements:
		w.flag(byte(q.elem))
	case q.kind == askMember:
		w.number(int(q.id))
	}
	if q.kind.ofClass() || q.kind.ofFunction() {
		w.number(int(place(q.kind.ofClass(), q.id)))
	}
	w.text(q.name)
}

func (r *readFrom) inquiry(file int32, index func(place int32) int32) Inquiry {
	q := Inquiry{kind: inquiryKind(r.flag()), file: file}
	switch {
	case q.kind == askElements || q.kind == askClassElements:
		q.elem = pyscope.ElemKind(r.flag())
	case q.kind == askMember:
		q.id = int32(r.number())
	}
	if q.kind.ofClass() || q.kind.ofFunction() {
		q.id = index(int32(r.number()))
	}
	q.name = r.text()
	return q
}

// book is what was asked about all files.
type book struct {
	program *Program
	files   []told
	keys    map[int32]*Keys
}

func newBook(p *Program, written [][]byte) *book {
	b := &book{program: p, files: make([]told, len(p.Files)), keys: map[int32]*Keys{}}
	for i := range b.files {
		t := &b.files[i]
		if t.begun, t.read = written == nil, written == nil; written != nil {
			t.written = written[i]
		}
	}
	return b
}

// keysOf gives the keys of a file's functions and classes.
func (b *book) keysOf(file int32) *Keys {
	k := b.keys[file]
	if k == nil {
		k = NewKeys(b.program.Model(file))
		b.keys[file] = k
	}
	return k
}

// place gives the place of a function or class in the list of its file.
func (b *book) place(file int32, class bool, index int32) int32 {
	t := &b.files[file]
	t.heading()
	return t.place(number{class, index}, func(number) string {
		if class {
			return b.keysOf(file).class(index)
		}
		return b.keysOf(file).Func(index)
	})
}

func (b *book) index(file, place int32) int32 {
	t := &b.files[file]
	t.heading()
	if int(place) >= len(t.defs) {
		return none
	}
	return t.defs[place].index
}

// all gives the inquiries about a file, with the numbers that functions and classes have now.
func (b *book) all(file int32) map[Inquiry]*saidOf {
	t := &b.files[file]
	if t.said != nil {
		return t.said
	}
	t.heading()
	r := readFrom{t.rest}
	n := min(r.number(), len(r.b))
	t.said = make(map[Inquiry]*saidOf, n)
	for range n {
		q := r.inquiry(file, func(place int32) int32 { return b.index(file, place) })
		s := &saidOf{circle: r.flag() != 0, reply: r.answer(b.index), askers: r.files()}
		if q.id != none {
			t.said[q] = s
		}
	}
	return t.said
}

// write writes all down.
func (b *book) write() [][]byte {
	for i := range b.files {
		if t := &b.files[i]; t.more {
			t.rest, t.changed = b.inquiries(int32(i)), true
		}
	}
	written := make([][]byte, len(b.files)) // the lists of functions and classes are complete now
	for i := range b.files {
		t := &b.files[i]
		if written[i] = t.written; t.changed {
			written[i] = slices.Concat(t.headed(), t.rest)
		}
	}
	return written
}

// inquiries writes down those about a file. It can lengthen the lists of other files.
func (b *book) inquiries(file int32) []byte {
	t, said := &b.files[file], b.all(file)
	for _, s := range said {
		t.askers = append(t.askers, s.askers...)
	}
	slices.Sort(t.askers)
	t.askers = slices.Compact(t.askers)
	var w writer
	w.number(len(said))
	for q, s := range said {
		w.inquiry(&q, func(class bool, index int32) int32 { return b.place(file, class, index) })
		circle := byte(0)
		if s.circle {
			circle = 1
		}
		w.flag(circle)
		w.answer(&s.reply, b.place)
		w.files(s.askers)
	}
	return w.b
}

func (t *told) headed() []byte {
	var w writer
	w.files(t.askers)
	w.number(len(t.defs))
	for _, d := range t.defs {
		flag := byte(0)
		if d.class {
			flag = 1
		}
		w.flag(flag)
		w.text(d.key)
		w.number(int(d.index))
	}
	return w.b
}

// Asked is what a resolver was asked across files, by file.
type Asked [][]found

// found is an inquiry of a resolver.
type found struct {
	*asked
	askers []int32
}

// Asked gives what files have asked each other, and forgets all else.
func (r *Resolver) Asked() Asked {
	r.settle()
	n := r.inquiries
	*r = Resolver{Program: r.Program}
	askers, count := n.byAskers(), make([]int, len(r.Files))
	for _, e := range n.asked {
		if !e.known {
			e.q, e.reply = Inquiry{kind: askAll, file: e.q.file}, reply{}
		}
		count[e.q.file]++
	}
	list, byFile := make([]found, len(n.asked)), make(Asked, len(r.Files))
	for i, n := range count {
		byFile[i], list = list[:0:n], list[n:]
	}
	for _, e := range n.asked {
		byFile[e.q.file] = append(byFile[e.q.file], found{e, askers[e.index]})
	}
	return byFile
}

// add enters what resolvers were asked.
func (b *book) add(all []Asked) {
	for i := range b.files {
		for _, asked := range all {
			if len(asked[i]) > 0 {
				b.enter(int32(i), asked[i])
			}
		}
	}
}

// enter enters what was found out about a file.
func (b *book) enter(file int32, list []found) {
	t, said := &b.files[file], b.all(file)
	for _, e := range list {
		s := said[e.q]
		if s == nil {
			s = &saidOf{reply: e.reply}
			said[e.q] = s
			t.more = true
		}
		if e.circle && !s.circle {
			s.circle, t.more = true, true
		}
		if askers := merge(s.askers, e.askers); len(askers) > len(s.askers) {
			s.askers, t.more = askers, true
		}
	}
}

// merge adds files to a sorted list.
func merge(list, more []int32) []int32 {
	if len(more) == 0 {
		return list
	}
	if len(list) == 0 {
		return more
	}
	list = slices.Concat(list, more)
	slices.Sort(list)
	return slices.Compact(list)
}
