package resolve

import (
	"maps"
	"slices"
)

// What a run has found out about a tree serves the next one, if few files have changed. Each of these is asked again
// what others have asked about it. If all answers are what they were, nothing else in the tree can have changed: whatever
// was worked out for another file would come out the same. If some are not, those who have asked are looked at, too, and
// are asked what was asked about them; and so on. Answers about all other files are taken from what was written down,
// and these files need not even be read.
//
// Names can lead from a file back to itself. So nothing is taken from the file's askers, nor from theirs, until it is
// known that its answers are the same: they could have them from an answer that is no longer true.

// Recall is a Resolver for a tree of which a few files have changed.
type Recall struct {
	*Resolver
	book       *book
	asked      []Asked // of the resolvers before this one
	changed    []int32
	distrusted []bool // by file: what was said about it may not be true any more
}

// Remember writes down, for each file, what was asked about it in a run.
func (p *Program) Remember(asked []Asked) [][]byte {
	b := newBook(p, nil)
	b.add(asked)
	return b.write()
}

// Recall makes a Resolver out of what was written down about the files before some of them changed.
func (p *Program) Recall(written [][]byte, changed []int32) *Recall {
	c := &Recall{book: newBook(p, written), changed: changed, distrusted: make([]bool, len(p.Files))}
	c.begin()
	for _, file := range changed {
		c.renumber(file)
	}
	for work := slices.Clone(changed); len(work) > 0; {
		file := work[len(work)-1]
		work = work[:len(work)-1]
		if !c.distrusted[file] {
			c.distrusted[file] = true
			c.book.files[file].begin()
			work = append(work, c.book.files[file].askers...)
		}
	}
	return c
}

// begin takes a new resolver: where names lead in circles, answers can depend on what was asked before.
func (c *Recall) begin() {
	if c.Resolver != nil {
		c.asked = append(c.asked, c.Asked())
	}
	c.Resolver = c.book.program.NewResolver()
	c.Track()
	c.inquiries.earlier = func(q *Inquiry) (*reply, bool) {
		if c.distrusted[q.file] {
			return nil, false
		}
		s := c.book.all(q.file)[*q]
		if s == nil || s.circle {
			return nil, false
		}
		return &s.reply, true
	}
}

// renumber finds out which numbers the functions and classes of a file have that has changed.
func (c *Recall) renumber(file int32) {
	t := &c.book.files[file]
	t.heading()
	if len(t.defs) == 0 {
		return
	}
	now := map[def]int32{}
	keys := c.book.keysOf(file)
	f := c.Program.Model(file)
	for i := range f.Funcs {
		now[def{key: keys.Func(int32(i))}] = int32(i)
	}
	for i := range f.Classes {
		now[def{key: keys.class(int32(i)), class: true}] = int32(i)
	}
	for i := range t.defs {
		d := &t.defs[i]
		index, ok := now[def{key: d.key, class: d.class}]
		if !ok {
			index = none
		}
		if index != d.index {
			d.index, t.changed = index, true
		}
	}
}

// Touched gives the files that what has changed concerns, itself included; ok is false if they are more than most. It
// has to be called before anything else is asked.
func (c *Recall) Touched(most int) (files []int32, ok bool) {
	touched := make([]bool, len(c.Files))
	touch := func(list []int32) {
		for _, file := range list {
			if !touched[file] {
				touched[file] = true
				files = append(files, file)
			}
		}
	}
	touch(c.changed)
	for i := 0; i < len(files); i++ {
		if len(files) > most {
			return nil, false
		}
		touch(c.misled(files[i]))
	}
	c.distrusted = touched
	c.begin()
	slices.Sort(files)
	return files, len(files) <= most
}

// misled gives the files that have got an answer about a file which is not what it was.
func (c *Recall) misled(file int32) []int32 {
	var askers []int32
	all := c.book.all(file)
	for _, q := range slices.SortedFunc(maps.Keys(all), func(a, b Inquiry) int { return compareInquiries(&a, &b) }) {
		s := all[q]
		c.at = nobody
		now := c.again(q)
		if e := c.inquiries.asked[q]; q.kind != askAll && e.known && !e.circle && !s.circle && now.same(&s.reply) {
			continue
		}
		askers = append(askers, s.askers...)
		s.reply = now
		c.book.files[file].more = true
	}
	return askers
}

// Written is what there is to write down now.
func (c *Recall) Written() [][]byte {
	c.book.add(append(c.asked, c.Asked()))
	return c.book.write()
}
