package engine

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Engine is one event loop's core. Its methods may be called from any goroutine or thread; see engine.h for the rest
// of the contract.
type Engine struct {
	mu      sync.Mutex
	closed  bool
	turning bool // a thread is in Turn

	poller  *poller
	waker   waker
	table   table
	sources sources
	timers  Timers
	slab    slab
	clock   func() int64

	// Of the turn under way.
	out   []Event
	used  int // events filled
	limit int // events that descriptors may fill

	// Kept from one turn to the next.
	carried  int // first of the poller's ready[:ready] that has not been handled
	ready    int
	lost     []int64 // handles of sources whose descriptor was closed behind our back, to be reported
	stale    bool    // a level-triggered registration is nobody's: rebuild the poll set
	retrying int     // listeners that wait for descriptors
	retryAt  int64
	queued   int64 // bytes in write queues

	gaveWay int64 // when GiveWay last did, by the monotonic clock

	scratch scratch
	stats   Stats
}

// scratch is space too large for the stack of a call from C.
type scratch struct {
	one      [1]Buf
	send     [1]Op
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
	slab, err := newSlab()
	if err != nil {
		poller.close()
		waker.close()
		return nil, err
	}
	e := &Engine{poller: poller, waker: waker, slab: slab, clock: monotonic}
	if errno := e.armWaker(); errno != 0 {
		e.free()
		return nil, errno
	}
	return e, nil
}

// Free is aio_free: EBUSY while a thread is in Turn.
func (e *Engine) Free() unix.Errno {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.turning {
		return unix.EBUSY
	}
	if !e.closed {
		e.free()
	}
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
	e.slab.free()
}

// wakerGen marks the waker's registration. It is no entry's: the waker's number has none.
const wakerGen = 0

func (e *Engine) armWaker() unix.Errno {
	_, errno := e.poller.set(e.waker.readFD(), 0, wakerGen, In, false)
	return errno
}

// Wake is aio_wake.
func (e *Engine) Wake() { e.waker.wake() }

// WakeFD is aio_wake_fd.
func (e *Engine) WakeFD() int { return e.waker.writeFD() }

// PollFD is aio_poll_fd.
func (e *Engine) PollFD() int { return e.poller.fd }

// Submit is aio_submit.
func (e *Engine) Submit(ops []Op) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.submit(ops)
}

// Turn is aio_turn: the number of events, or -errno.
func (e *Engine) Turn(ops []Op, events []Event, timeoutNS int64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	timeoutNS, failure := e.begin(ops, len(events), timeoutNS)
	if failure != 0 {
		return -int64(failure)
	}
	if e.carried < e.ready {
		return e.end(events, 0)
	}
	var n int
	var errno unix.Errno
	if timeoutNS == 0 {
		n, errno = e.poller.wait(0)
	} else {
		n, errno = e.waitUnlocked(timeoutNS)
	}
	e.carried, e.ready = 0, n
	return e.end(events, errno)
}

// A Pause is what the caller of BeginTurn does between it and EndTurn: epoll_pwait2(FD, Events, Max, TimeoutNS), or nothing if FD is
// negative.
type Pause struct {
	FD        int64
	Events    uint64 // an address
	Max       int64
	TimeoutNS int64
}

// BeginTurn and EndTurn are Turn in two calls, for a caller that waits itself: C can do so without the Go scheduler, which
// watches goroutines in system calls. BeginTurn returns 0 or -errno; only after 0 may, and must, EndTurn be called, with the result
// of the wait (a number of events or -errno).
func (e *Engine) BeginTurn(ops []Op, nevents int, timeoutNS int64, pause *Pause) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	timeoutNS, failure := e.begin(ops, nevents, timeoutNS)
	if failure != 0 {
		return -int64(failure)
	}
	e.turning = true
	*pause = Pause{FD: -1}
	if e.carried >= e.ready {
		*pause = Pause{FD: int64(e.poller.fd), Events: e.poller.eventsAddress(), Max: readyMax, TimeoutNS: timeoutNS}
	}
	return 0
}

// EndTurn: see BeginTurn.
func (e *Engine) EndTurn(events []Event, waited int64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.turning {
		return -int64(unix.EINVAL)
	}
	e.turning = false
	var errno unix.Errno
	if e.carried >= e.ready {
		if waited < 0 {
			errno, waited = unix.Errno(-waited), 0
		}
		e.carried, e.ready = 0, e.poller.collect(int(waited))
	}
	return e.end(events, errno)
}

// begin does a turn's operations and says how long it may wait.
func (e *Engine) begin(ops []Op, nevents int, timeoutNS int64) (int64, unix.Errno) {
	e.submit(ops)
	switch {
	case e.turning:
		return 0, unix.EBUSY
	case e.closed:
		return 0, unix.EBADF
	case nevents < MinEvents:
		return 0, unix.EINVAL
	}
	e.stats.Turns++
	if len(e.lost) > 0 {
		return 0, 0
	}
	return e.shorten(timeoutNS), 0
}

// end turns what the poller has found into events; errno is the wait's.
func (e *Engine) end(events []Event, errno unix.Errno) int64 {
	e.stats.Polls++
	e.slab.used = 0
	e.out, e.used = events, 0
	e.limit = len(events)
	if e.timers.Pending() > 0 {
		e.limit -= len(events) / 4 // so that busy descriptors do not keep timers from coming
	}
	if len(e.lost) > 0 {
		e.reportLost()
	}
	if e.retrying > 0 && e.clock() >= e.retryAt {
		e.retryAccepting()
	}
	e.handleReady()
	if e.stale {
		e.rebuild()
	}
	e.expire()
	n := int64(e.used)
	e.out = nil
	e.stats.Events += n
	if n == 0 && errno != 0 {
		return -int64(errno)
	}
	return n
}

// waitUnlocked waits with the lock released, so that other threads can go on using the engine. The poll set
// stays: only a turn replaces it, and there is one at a time.
func (e *Engine) waitUnlocked(timeoutNS int64) (int, unix.Errno) {
	e.turning = true
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		e.turning = false
	}()
	return e.poller.wait(timeoutNS)
}

// shorten makes the wait end with the next timer or the next try to accept.
func (e *Engine) shorten(timeoutNS int64) int64 {
	if timeoutNS == 0 {
		return 0
	}
	deadline, ok := e.timers.Next()
	if e.retrying > 0 && (!ok || e.retryAt < deadline) {
		deadline, ok = e.retryAt, true
	}
	if !ok {
		return timeoutNS
	}
	left := max(deadline-e.clock(), 0)
	if timeoutNS < 0 || left < timeoutNS {
		return left
	}
	return timeoutNS
}

// handleReady handles what the poller found, as far as there is room; the rest is carried over to the next turn.
func (e *Engine) handleReady() {
	carrying := e.carried > 0
	for e.carried < e.ready {
		r := e.poller.ready[e.carried]
		ent := e.table.find(int64(r.fd))
		if !e.roomFor(2) || e.slab.room() < e.roomNeeded(ent) {
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
			e.interestReady(int(r.fd), ent, r.mask)
		}
	}
}

// roomNeeded is the room in the slab that a ready descriptor may need.
func (e *Engine) roomNeeded(ent *entry) int {
	if ent != nil && ent.source != 0 && e.sources.list[ent.source-1].wide {
		return wideDgramMax + sockaddrMax
	}
	return minRoom
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
		event := Event{Token: src.token, Flags: In | Out, Result: -int64(unix.EBADF)}
		switch src.kind {
		case streamSource:
			event.Kind = EvError
		case listenerSource:
			event.Kind, event.Flags = EvAcceptFailed, 0
		case dgramSource:
			event.Kind, event.Flags = EvDgramFailed, 0
		case childSource:
			event.Kind, event.Flags = EvChild, Lost
			event.Result = 0
			e.sources.release(src) // not closeSource: its descriptor is somebody else's
		}
		e.emit(event)
	}
	e.lost = e.lost[:copy(e.lost, e.lost[done:])]
}

// expire reports the timers that are due.
func (e *Engine) expire() {
	if e.timers.Pending() == 0 {
		return
	}
	now := e.clock()
	for e.used < len(e.out) {
		token, ok := e.timers.Expire(now)
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
