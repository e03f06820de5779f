package resolve

import (
	"cmp"
	"math"
	"slices"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

// What files ask each other. Whatever is worked out for a file comes from what it says itself and from answers to
// questions that it asks about others; nothing else crosses from one file to another. So a file that has changed
// concerns no other as long as all that was asked about it has the answers it had: see recall.go.

// Inquiry is a question about a file that another one asks.
type Inquiry struct {
	kind inquiryKind
	elem pyscope.ElemKind
	file int32
	id   int32 // a class or a function of the file; of askMember the pymodule.ID of the file
	name string
}

type inquiryKind uint8

const (
	askMember        inquiryKind = iota // what an attribute of the module is
	askElements                         // what the container holds that an attribute of the module is
	askHasAll                           // whether it has an __all__
	askListed                           // whether that lists a name
	askBases                            // what a class derives from
	askForeign                          // which classes outside the tree it derives from
	askClassName                        // what it is called
	askAttribute                        // what an attribute of it is
	askClassElements                    // what the container holds that an attribute of it is
	askProperty                         // whether a function is a property
	askReturned                         // what a call of it returns
	askResult                           // the same, after an await if it is a coroutine
	askAll                              // anything: the answer is never the same
)

func compareInquiries(a, b *Inquiry) int {
	return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id),
		cmp.Compare(a.name, b.name), cmp.Compare(a.elem, b.elem))
}

// ofFunction and ofClass tell what the id of an inquiry is.
func (k inquiryKind) ofFunction() bool { return k >= askProperty && k <= askResult }
func (k inquiryKind) ofClass() bool    { return k >= askBases && k <= askClassElements }

// reply is the answer to an inquiry.
type reply struct {
	Result
	names []string
	yes   bool
}

func (a *reply) same(b *reply) bool {
	return a.Other == b.Other && a.yes == b.yes && slices.Equal(a.Values, b.Values) && slices.Equal(a.names, b.names)
}

// asked is what a resolver knows of an inquiry.
type asked struct {
	q      Inquiry
	reply  reply
	known  bool  // the reply is good for whoever asks
	circle bool  // names led in circles on the way to the reply
	last   int32 // who asked last
	index  int32
}

// nobody asks: what is asked is not noted as asked by any file.
const nobody = -2

// inquiries are those of a resolver. There are so many that each takes little memory.
type inquiries struct {
	asked   map[Inquiry]*asked
	spare   []asked
	askers  []asking                      // of all of them, some more than once
	earlier func(*Inquiry) (*reply, bool) // gives replies that are known from an earlier run; may be nil
}

// asking says that a file has made an inquiry, which has that index.
type asking struct{ index, by int32 }

// spareInquiries is how many are made at once.
const spareInquiries = 256

// Track makes the resolver remember what files ask each other; it has to come before the first question.
func (r *Resolver) Track() { r.inquiries = &inquiries{asked: map[Inquiry]*asked{}} }

// For says for which file the questions are that come next.
func (r *Resolver) For(file int32) { r.at = file }

// crosses tells whether a question about a file is one that another file asks, and is noted.
func (r *Resolver) crosses(file int32) bool { return r.inquiries != nil && file != r.at }

// across answers a question that another file asks.
func (r *Resolver) across(q Inquiry, work func() reply) reply {
	e := r.note(q)
	if e.known {
		r.circle = r.circle || e.circle
		return e.reply
	}
	if r.inquiries.earlier != nil {
		if before, ok := r.inquiries.earlier(&q); ok {
			e.reply, e.known = *before, true
			return e.reply
		}
	}
	from, low, circle := r.at, r.low, r.circle
	r.at, r.low, r.circle = q.file, math.MaxInt, false
	out := work()
	e.circle = e.circle || r.circle
	r.circle = circle || r.circle
	if r.low == math.MaxInt {
		e.reply, e.known = out, true
	}
	r.at, r.low = from, min(low, r.low)
	return out
}

func (r *Resolver) note(q Inquiry) *asked {
	n := r.inquiries
	e := n.asked[q]
	if e == nil {
		if len(n.spare) == 0 {
			n.spare = make([]asked, spareInquiries)
		}
		e, n.spare = &n.spare[0], n.spare[1:]
		e.q, e.last, e.index = q, nobody, int32(len(n.asked))
		n.asked[q] = e
	}
	if r.at != e.last && r.at >= 0 {
		e.last = r.at
		n.askers = append(n.askers, asking{e.index, r.at})
	}
	return e
}

// byAskers gives, by the index of each inquiry, the files that have made it, sorted.
func (n *inquiries) byAskers() [][]int32 {
	slices.SortFunc(n.askers,
		func(a, b asking) int { return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.by, b.by)) })
	n.askers = slices.Compact(n.askers)
	files := make([]int32, len(n.askers))
	lists := make([][]int32, len(n.asked))
	for i := 0; i < len(n.askers); {
		from, index := i, n.askers[i].index
		for ; i < len(n.askers) && n.askers[i].index == index; i++ {
			files[i] = n.askers[i].by
		}
		lists[index] = files[from:i:i]
	}
	return lists
}

// Model gives what a file says. Who looks at another one in a way that is no inquiry depends on all of it.
func (r *Resolver) Model(file int32) *pyscope.File {
	if r.crosses(file) {
		r.note(Inquiry{kind: askAll, file: file})
	}
	return r.Program.Model(file)
}

// ClassName gives the name of a class of the tree.
func (r *Resolver) ClassName(file, class int32) string {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askClassName, file: file, id: class}, func() reply {
			return reply{names: []string{r.ClassName(file, class)}}
		}).names[0]
	}
	f := r.Model(file)
	return f.Names[f.Classes[class].Name]
}

// isProperty tells whether a function of the tree is a property.
func (r *Resolver) isProperty(file, fn int32) bool {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askProperty, file: file, id: fn}, func() reply {
			return reply{yes: r.isProperty(file, fn)}
		}).yes
	}
	return r.Model(file).Funcs[fn].Flags&pyscope.FuncProperty != 0
}

// settle answers what was asked and is not known because names led in circles at the time. What is not known after that
// leads too deep.
func (r *Resolver) settle() {
	var open []Inquiry
	for q, e := range r.inquiries.asked {
		if !e.known && q.kind != askAll {
			open = append(open, q)
		}
	}
	slices.SortFunc(open, func(a, b Inquiry) int { return compareInquiries(&a, &b) })
	r.at = nobody
	for _, q := range open {
		r.again(q)
	}
}

// again answers an inquiry that somebody has made before.
func (r *Resolver) again(q Inquiry) reply {
	switch q.kind {
	case askMember:
		r.Member(pymodule.ID(q.id), q.name)
	case askElements:
		r.moduleElements(q.file, q.name, q.elem)
	case askHasAll:
		r.hasAll(q.file)
	case askListed:
		r.listed(q.file, q.name)
	case askBases:
		r.Bases(q.file, q.id)
	case askForeign:
		r.ForeignBases(q.file, q.id)
	case askClassName:
		r.ClassName(q.file, q.id)
	case askAttribute:
		r.ClassAttribute(q.file, q.id, q.name)
	case askClassElements:
		r.classElements(q.file, q.id, q.name, q.elem)
	case askProperty:
		r.isProperty(q.file, q.id)
	case askReturned:
		r.returned(q.file, q.id)
	case askResult:
		r.result(q.file, q.id)
	case askAll:
		return reply{}
	}
	return r.inquiries.asked[q].reply
}
