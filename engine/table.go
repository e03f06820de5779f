//go:build linux

package engine

import "golang.org/x/sys/unix"

// entry is what the engine knows of a descriptor number: what is wanted of it, and what the kernel was told.
//
// A number has a source (a stream or a datagram socket), or it is watched (reported as long as it is ready) and waited
// for (reported once), or nothing. It may be closed and reused without our hearing of it.
type entry struct {
	gen     uint32 // the registration in the poll set; 0: none
	armed   uint32 // the mask the kernel has; 0 once a one-shot registration has fired
	oneshot bool
	source  int32 // index of the source + 1

	watch      uint32
	wait       uint32 // this, waitToken and armed: see Engine.take
	watchToken uint64
	waitToken  uint64
}

// pageSize is the entries of a page: one high number costs a page, not a table up to it. Each of many engines has
// numbers higher than the last one's.
const pageSize = 64

type page [pageSize]entry

// table is the entries by number, in pages that never move.
type table struct {
	pages   []*page // by number / pageSize; nil where no number had an entry
	lastGen uint32
}

// maxFD bounds the table. Linux's own bound (fs.nr_open) is 2^20 unless raised.
const maxFD = 1 << 26

// at is the entry of a number, made if need be.
func (t *table) at(fd int) *entry {
	i := fd / pageSize
	if i >= len(t.pages) {
		t.pages = append(t.pages, make([]*page, i+1-len(t.pages))...)
	}
	if t.pages[i] == nil {
		t.pages[i] = new(page)
	}
	return &t.pages[i][fd%pageSize]
}

// find is the entry of a number, nil if it never had one.
func (t *table) find(fd int64) *entry {
	i := uint64(fd) / pageSize // of a negative number: above all there are
	if i >= uint64(len(t.pages)) || t.pages[i] == nil {
		return nil
	}
	return &t.pages[i][fd%pageSize]
}

// all is every number that has an entry, in order.
func (t *table) all(yield func(int, *entry) bool) {
	for i, p := range t.pages {
		if p == nil {
			continue
		}
		for j := range p {
			if !yield(i*pageSize+j, &p[j]) {
				return
			}
		}
	}
}

// nextGen is a name for a registration that none of the recent ones has.
func (t *table) nextGen() uint32 {
	t.lastGen++
	if t.lastGen == 0 {
		t.lastGen = 1
	}
	return t.lastGen
}

// interested is whether the number is watched or waited for.
func (e *entry) interested() bool { return e.watch|e.wait != 0 }

// arm tells the kernel to report mask. It always asks the kernel, whatever is armed: the number may mean another file
// than it did.
func (e *Engine) arm(fd int, ent *entry, mask uint32, oneshot bool) unix.Errno {
	next := e.table.nextGen()
	fresh, errno := e.poller.set(fd, ent.gen, next, mask, oneshot)
	if errno != 0 {
		ent.gen, ent.armed = 0, 0
		e.seat(fd, ent)
		return errno
	}
	if fresh {
		ent.gen = next
	}
	ent.armed, ent.oneshot = mask, oneshot
	e.seat(fd, ent)
	return 0
}

// disarm takes the number out of the poll set.
func (e *Engine) disarm(fd int, ent *entry) {
	if ent.gen != 0 {
		// A number that is closed already has left the set by itself, unless a duplicate keeps its file
		// alive: then its events come with a gen that is nobody's (see Engine.noteStale).
		e.poller.drop(fd)
	}
	ent.gen, ent.armed = 0, 0
	e.seat(fd, ent)
}

// armInterest arms a number that is watched or waited for; it must be one of them.
func (e *Engine) armInterest(fd int, ent *entry) unix.Errno {
	return e.arm(fd, ent, ent.watch|ent.wait, ent.watch == 0)
}

// rebuild makes a new poll set of what is wanted. It is the only way to be rid of a level-triggered registration whose
// number has been closed while its file lives on: epoll_ctl finds a registration by number and file, and the number
// leads elsewhere now.
func (e *Engine) rebuild() {
	if e.poller.renew() != nil {
		return // no descriptor to be had: a later turn tries again
	}
	e.stale = false
	e.stats.Rebuilds++
	e.armWaker()
	for fd, ent := range e.table.all {
		if ent.gen == 0 {
			continue
		}
		e.take(fd, ent).gen = 0
		var errno unix.Errno
		switch {
		case ent.source != 0:
			errno = e.armSource(e.sources.list[ent.source-1])
		case ent.interested():
			errno = e.armInterest(fd, ent)
		}
		if errno != 0 {
			e.interestLost(fd, ent)
		}
		e.seat(fd, ent)
	}
}
