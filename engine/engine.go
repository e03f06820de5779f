//go:build linux

package engine

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Engine is one event loop's core. Its methods may be called from any goroutine or thread; see engine.h for the rest
// of the contract.
type Engine struct {
	mu     sync.Mutex
	closed bool

	poller  *poller
	board   *Board
	waker   waker
	table   table
	sources sources
	timers  Timers
	clock   func() int64
	now     int64 // the time of the present turn

	// Of the turn under way.
	out   []Event
	used  int // events filled
	limit int // events that descriptors may fill

	// Kept from one turn to the next.
	carried int // first of the poller's ready[:ready] that has not been handled
	ready   int
	lost    []int64 // handles of sources whose descriptor was closed behind our back, to be reported
	stale   bool    // a level-triggered registration is nobody's: rebuild the poll set
	queued  int64   // bytes in write queues

	gaveWay int64 // when GiveWay last did, by the monotonic clock

	scratch scratch
	stats   Stats
}

// scratch is space too large for the stack of a call from C.
type scratch struct {
	gathered [maxGather]Buf
	message  unix.Msghdr
	batch    batch
}

// New makes an engine, or fails with a unix.Errno.
func New() (*Engine, error) {
	poller, err := newPoller()
	if err != nil {
		return nil, err
	}
	waker, err := newWaker()
	if err != nil {
		poller.close()
		return nil, err
	}
	board, err := newBoard(poller)
	if err != nil {
		poller.close()
		waker.close()
		return nil, err
	}
	e := &Engine{poller: poller, board: board, waker: waker, clock: monotonic}
	if errno := e.armWaker(); errno != 0 {
		e.free()
		return nil, errno
	}
	return e, nil
}

// Free is aio_free: EBUSY while a thread is in Turn.
func (e *Engine) Free() unix.Errno {
	e.lock()
	defer e.unlock()
	if e.closed {
		return 0
	}
	if !e.board.claim() {
		return unix.EBUSY
	}
	e.free()
	return 0
}

func (e *Engine) free() {
	e.closed = true
	for _, src := range e.sources.list {
		if src.kind != freeSource {
			e.closeSource(src)
		}
	}
	e.poller.close()
	e.waker.close()
	e.board.retire(&e.table)
}

// wakerGen marks the waker's registration. It is no entry's: the waker's number has none.
const wakerGen = 0

func (e *Engine) armWaker() unix.Errno {
	_, errno := e.poller.set(e.waker.readFD(), 0, wakerGen, In, false)
	return errno
}

// WakeFD is aio_wake_fd.
func (e *Engine) WakeFD() int { return e.waker.writeFD() }

// PollFD is aio_poll_fd.
func (e *Engine) PollFD() int { return e.poller.fd }

// BeginTurn and EndTurn are a turn in two calls with the wait between them, which is the caller's: C (capi/turn.c)
// waits without the Go scheduler, which watches goroutines in system calls. BeginTurn does the operations and claims
// the turn: 0 or -errno. Only after 0 may, and must, EndTurn be called. Between the two the caller waits for the
// board's poll set, at most until its deadline, and not at all if it says that something is pending.
func (e *Engine) BeginTurn(ops []Op, nevents int) int64 {
	e.lock()
	defer e.unlock()
	e.submit(ops)
	e.post()
	switch {
	case e.closed:
		return -int64(unix.EBADF)
	case nevents < MinEvents:
		return -int64(unix.EINVAL)
	case !e.board.claim():
		return -int64(unix.EBUSY)
	}
	e.stats.Turns++
	return 0
}

// EndTurn makes events of what the wait has found, a number of events on the board or -errno, and ends the turn: the
// number of events, or -errno. Timers are due by the caller's clock: now is what it said after the wait.
func (e *Engine) EndTurn(events []Event, waited, now int64) int64 {
	e.lock()
	defer e.unlock()
	if e.board.Turning.Load() == 0 {
		return -int64(unix.EINVAL)
	}
	defer e.board.Turning.Store(0)
	var errno unix.Errno
	if e.carried >= e.ready {
		if waited < 0 {
			errno, waited = unix.Errno(-waited), 0
		}
		e.carried, e.ready = 0, e.poller.collect(int(waited))
	}
	e.now = now
	return e.end(events, errno)
}

// end turns what the poller has found into events; errno is the wait's.
func (e *Engine) end(events []Event, errno unix.Errno) int64 {
	e.out, e.used = events, 0
	e.limit = len(events)
	if e.timers.Pending() > 0 {
		e.limit -= len(events) / 4 // so that busy descriptors do not keep timers from coming
	}
	if len(e.lost) > 0 {
		e.reportLost()
	}
	e.handleReady()
	if e.stale {
		e.rebuild()
	}
	e.expire()
	n := int64(e.used)
	e.out = nil
	e.stats.Events += n
	e.post()
	if n == 0 && errno != 0 {
		return -int64(errno)
	}
	return n
}

// handleReady handles what the poller found, as far as there is room; the rest is carried over to the next turn.
func (e *Engine) handleReady() {
	carrying := e.carried > 0
	for e.carried < e.ready {
		r := e.poller.ready[e.carried]
		ent := e.table.find(int64(r.fd))
		if !e.roomFor(2) {
			return
		}
		e.carried++
		if r.gen == wakerGen {
			e.waker.clear()
			e.stats.Wakes++
			e.emit(Event{Kind: EvWake})
			continue
		}
		switch {
		case ent == nil || ent.gen != r.gen:
			e.noteStale(carrying)
		case ent.source != 0:
			e.sourceReady(e.sources.list[ent.source-1], ent, r.mask)
		default:
			e.interestReady(int(r.fd), e.take(int(r.fd), ent), r.mask)
		}
	}
}

// noteStale drops an event of a file that its number no longer means. If the kernel reported it just now, it will do so
// again; if it was carried over, the number may have been given up since.
func (e *Engine) noteStale(carrying bool) {
	e.stats.Stale++
	if !carrying {
		e.stale = true
	}
}

// reportLost tells the owners of lost sources.
func (e *Engine) reportLost() {
	done := 0
	for _, handle := range e.lost {
		src := e.sources.find(handle)
		if src == nil {
			done++
			continue // closed in the meantime
		}
		if !e.roomFor(1) {
			break
		}
		done++
		e.emit(Event{Token: src.token, Kind: EvError, Flags: In | Out, Result: -int64(unix.EBADF)})
	}
	e.lost = e.lost[:copy(e.lost, e.lost[done:])]
}

// expire reports the timers that are due.
func (e *Engine) expire() {
	if e.timers.Pending() == 0 {
		return
	}
	for e.used < len(e.out) {
		token, ok := e.timers.Expire(e.now)
		if !ok {
			return
		}
		e.stats.TimersFired++
		e.emit(Event{Token: token, Kind: EvTimer})
	}
}

func (e *Engine) emit(event Event) {
	e.out[e.used] = event
	e.used++
}

// room is how many events descriptors may still fill.
func (e *Engine) room() int          { return e.limit - e.used }
func (e *Engine) roomFor(n int) bool { return e.room() >= n }
