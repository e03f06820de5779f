//go:build linux

package engine

import "golang.org/x/sys/unix"

// kind of a source.
type kind uint8

const (
	freeSource kind = iota
	streamSource
	dgramSource
)

// source is a socket that the engine writes to for its owner, and reports as readable while the owner wants it. It has
// a handle, and the table's entry of its number points to it. Sources are never freed, only used again.
type source struct {
	kind  kind
	fd    int
	index int32  // in sources.list
	use   uint32 // how often the index was used; the high half of the handle
	token uint64

	reading bool       // data, connections or datagrams are wanted
	failed  unix.Errno // of a stream: broken, with this error; nothing works any more
	dropped bool       // taken out of the poll set because of a hang-up nobody wants to hear of

	// Streams.
	queue         writeQueue
	datagramQueue dgramQueue
}

// sources is the table of sources by index.
type sources struct {
	list  []*source
	free  []int32
	count [dgramSource + 1]int64
}

func (s *sources) open(k kind, fd int, token uint64) *source {
	var src *source
	if n := len(s.free); n > 0 {
		src = s.list[s.free[n-1]]
		s.free = s.free[:n-1]
	} else {
		src = &source{index: int32(len(s.list))}
		s.list = append(s.list, src)
	}
	src.use++
	src.kind, src.fd, src.token = k, fd, token
	s.count[k]++
	return src
}

// release makes the source's handle stale and the source free.
func (s *sources) release(src *source) {
	s.count[src.kind]--
	queue, datagrams := src.queue, src.datagramQueue
	queue.reset()
	datagrams.reset()
	*src = source{index: src.index, use: src.use, queue: queue, datagramQueue: datagrams}
	if src.use < 1<<31-1 {
		s.free = append(s.free, src.index)
	}
}

func (src *source) handle() int64 { return int64(src.use)<<32 | int64(src.index) }

// find is the source of a handle, nil if there is none.
func (s *sources) find(handle int64) *source {
	index, use := handle&(1<<32-1), handle>>32
	if handle < 0 || index >= int64(len(s.list)) {
		return nil
	}
	if src := s.list[index]; src.kind != freeSource && int64(src.use) == use {
		return src
	}
	return nil
}

func (s *sources) stream(handle int64) *source {
	if src := s.find(handle); src != nil && src.kind == streamSource {
		return src
	}
	return nil
}

// wanted is what the poll set has to report for the source.
func (src *source) wanted() (mask uint32) {
	if src.failed != 0 {
		return 0
	}
	if src.reading {
		mask |= In
	}
	if !src.queue.empty() || !src.datagramQueue.empty() {
		mask |= Out
	}
	return mask
}

// openSource makes a source of a descriptor and arms it.
func (e *Engine) openSource(k kind, fd int64, token uint64) (*source, unix.Errno) {
	if errno := e.refuse(fd); errno != 0 {
		return nil, errno
	}
	if e.table.find(fd) == nil {
		if _, errno := fcntlGetFD(int(fd)); errno != 0 {
			return nil, errno
		}
	}
	ent := e.table.at(int(fd))
	if ent.source != 0 && e.sourceHolds(int(fd), ent) {
		return nil, unix.EBUSY
	}
	ent.watch, ent.wait = 0, 0
	src := e.sources.open(k, int(fd), token)
	ent.source = src.index + 1
	return src, 0
}

// refuse is what is wrong with a number before the kernel is asked.
func (e *Engine) refuse(fd int64) unix.Errno {
	switch {
	case e.closed, fd < 0, fd >= maxFD:
		return unix.EBADF
	case fd == int64(e.waker.readFD()):
		return unix.EBUSY
	}
	return 0
}

// startSource arms a source that has just been opened; its handle, or -errno.
func (e *Engine) startSource(src *source, reading bool) int64 {
	src.reading = reading
	// Armed for reading even if it is not wanted yet: what the kernel will not poll is refused now, what the number
	// stood for before is replaced, and a reader that starts before there is anything to read costs no other call.
	if errno := e.arm(src.fd, e.table.at(src.fd), In, false); errno != 0 {
		e.closeSource(src)
		return -int64(errno)
	}
	return src.handle()
}

// armSource tells the kernel what the source wants.
func (e *Engine) armSource(src *source) unix.Errno {
	src.dropped = false
	return e.arm(src.fd, e.table.at(src.fd), src.wanted(), false)
}

// updateSource makes sure that the kernel reports what the source wants. Reporting more is put right when it does so: a
// reader that is paused and resumed within a turn costs nothing.
func (e *Engine) updateSource(src *source) {
	ent := e.table.at(src.fd)
	if ent.source != src.index+1 {
		return // the number is somebody else's by now
	}
	if wanted := src.wanted(); wanted&^ent.armed != 0 || src.dropped && wanted != 0 {
		if errno := e.armSource(src); errno != 0 {
			e.loseSource(src)
		}
	}
}

// sourceHolds is whether the source of an entry still has the number's file. If not it is told, and the number is free.
func (e *Engine) sourceHolds(fd int, ent *entry) bool {
	src := e.sources.list[ent.source-1]
	if src.dropped {
		// Not in the poll set, so the set cannot say. Put it there.
		if e.armSource(src) == 0 {
			return true
		}
	} else {
		next := e.table.nextGen()
		fresh, errno := e.poller.set(fd, ent.gen, next, src.wanted(), false)
		if errno == 0 && !fresh {
			ent.armed = src.wanted()
			return true
		}
		if errno == 0 {
			ent.gen = next // the new file is in the set now; its owner will arm it as it likes
		} else {
			ent.gen = 0
		}
	}
	ent.source, ent.armed = 0, 0
	e.seat(fd, ent)
	e.loseSource(src)
	return false
}

// loseSource marks a source whose descriptor is gone; its owner gets an error in the next turn.
func (e *Engine) loseSource(src *source) {
	if src.failed != 0 {
		return
	}
	src.failed = unix.EBADF
	e.queued -= src.queue.bytes
	src.queue.reset()
	src.datagramQueue.reset()
	if ent := e.table.find(int64(src.fd)); ent != nil && ent.source == src.index+1 {
		ent.source = 0
		e.disarm(src.fd, ent)
	}
	e.lost = append(e.lost, src.handle())
	e.post()
}

// closeSource forgets a source. Its descriptor stays open.
func (e *Engine) closeSource(src *source) {
	if ent := e.table.find(int64(src.fd)); ent != nil && ent.source == src.index+1 {
		ent.source = 0
		e.disarm(src.fd, ent)
	}
	e.queued -= src.queue.bytes
	e.sources.release(src)
}

// Close is aio_close.
func (e *Engine) Close(handle int64) int64 {
	e.lock()
	defer e.unlock()
	src := e.sources.find(handle)
	if src == nil {
		return -int64(unix.EBADF)
	}
	e.closeSource(src)
	return 0
}

// Reading is aio_reading.
func (e *Engine) Reading(handle int64, on bool) int64 {
	e.lock()
	defer e.unlock()
	src := e.sources.find(handle)
	if src == nil {
		return -int64(unix.EBADF)
	}
	src.reading = on
	e.updateSource(src)
	if ent := e.table.at(src.fd); ent.source == src.index+1 {
		e.seat(src.fd, ent)
	}
	return 0
}

// sourceReady handles the readiness of a source. There is room for two events.
func (e *Engine) sourceReady(src *source, ent *entry, mask uint32) {
	failing := mask & (Err | Hup)
	if (mask&Out != 0 || failing != 0) && src.failed == 0 {
		e.flush(src)
	}
	if (mask&In != 0 || failing != 0) && src.reading && src.failed == 0 {
		// The caller reads: at once into the place where it wants the bytes.
		e.emit(Event{Token: src.token, Kind: EvReadable})
	}
	e.settle(src, ent, mask)
}

// settle takes back what the kernel reports and nobody wants.
func (e *Engine) settle(src *source, ent *entry, mask uint32) {
	if src.failed == unix.EBADF {
		return // no longer in the table
	}
	wanted := src.wanted()
	switch {
	case wanted == 0 && mask&(Err|Hup) != 0 || src.failed != 0:
		// A hang-up is reported whatever the mask; only leaving the set silences it.
		e.disarm(src.fd, ent)
		src.dropped = true
	case mask&^wanted&(In|Out) != 0, wanted&^ent.armed != 0:
		if e.armSource(src) != 0 {
			e.loseSource(src)
		}
	}
}

// flush writes what is queued.
func (e *Engine) flush(src *source) {
	switch src.kind {
	case streamSource:
		e.flushStream(src)
	case dgramSource:
		e.flushDatagrams(src)
	}
}
