//go:build linux

package engine

import (
	"math"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Board is what C reads of an engine, and does for it, without a call into Go: enough to arm the waits of green
// threads, and to make a turn in which descriptors have become ready and nothing else has happened, which is nearly
// every turn of a busy loop. engine/capi/board.h is its other description.
//
// It is mapped outside Go's heap, and used again when its engine is gone, never unmapped: whoever has an old address
// reads the number of another engine and knows.
type Board struct {
	Handle   atomic.Int64  // the engine's, given by package capi; 0: none
	Turning  atomic.Int32  // a thread is in a turn: its claim to be the only one
	Busy     atomic.Int32  // a thread has the seats to itself; see acquire
	Pending  atomic.Int32  // the next turn has to ask Go, whatever is ready
	Deadline atomic.Int64  // when Go has to be asked at the latest, by the monotonic clock in nanoseconds
	PollFD   atomic.Int64  // the poll set
	Events   atomic.Uint64 // the address of room for ReadyMax events of the poll set
	Turns    atomic.Int64  // made without Go
	Found    atomic.Int64  // events of them
	Controls atomic.Int64  // epoll_ctl calls without Go
	Seats    [MaxSeats]Seat
}

// Seat says what it means that a descriptor is ready: the event it makes. Where it is one that goes on being reported
// (EvReadable, EvWatch), it speaks of a readable descriptor only, and nothing changes in the engine.
//
// A seat for EvWait is the wait itself: C arms it and ends it, and the table's entry is out of date until Go has taken
// the wait back (Engine.take).
type Seat struct {
	Gen    uint32 // of the registration it speaks of; 0: none, ask Go
	Kind   uint16
	Wanted uint16 // EvWait: what is waited for; 0: nothing, but a wait may be made of it
	Token  uint64
}

// MaxSeats is how many descriptors have a seat; those above always ask Go. A board takes 2 MiB of addresses, and memory
// for the descriptors there are.
const MaxSeats = 1 << 17

const never = math.MaxInt64

var boards struct {
	mu    sync.Mutex
	spare []*Board
}

func newBoard(p *poller) (*Board, error) {
	boards.mu.Lock()
	defer boards.mu.Unlock()
	var board *Board
	if n := len(boards.spare); n > 0 {
		board = boards.spare[n-1]
		boards.spare = boards.spare[:n-1]
	} else {
		mem, err := unix.Mmap(-1, 0, int(unsafe.Sizeof(Board{})), unix.PROT_READ|unix.PROT_WRITE,
			unix.MAP_PRIVATE|unix.MAP_ANON)
		if err != nil {
			return nil, err
		}
		// A loop touches a few pages of it. A kernel that has no huge pages refuses.
		_ = unix.Madvise(mem, unix.MADV_NOHUGEPAGE)
		// SAFETY: the mapping is large enough, page-aligned, zero, and stays for ever.
		board = (*Board)(unsafe.Pointer(&mem[0]))
	}
	board.Deadline.Store(never)
	board.PollFD.Store(int64(p.fd))
	board.Events.Store(p.eventsAddress())
	return board, nil
}

// retire takes the board from its engine, whose table that is, and of which no thread is in a turn. The engine has
// acquired it and has it no more.
func (b *Board) retire(t *table) {
	b.Handle.Store(0)
	for fd := range t.all {
		if fd < MaxSeats && b.Seats[fd].Gen != 0 { // what was never written takes no memory, and is to stay so
			b.Seats[fd] = Seat{}
		}
	}
	b.Pending.Store(0)
	b.Turns.Store(0)
	b.Found.Store(0)
	b.Controls.Store(0)
	b.Turning.Store(0)
	b.release()
	boards.mu.Lock()
	defer boards.mu.Unlock()
	boards.spare = append(boards.spare, b)
}

// acquire has the seats to oneself: beside the engine's mutex, which C does not know. C holds them for an epoll_ctl at
// the longest, and does not wait for Go.
func (b *Board) acquire() {
	moment := unix.Timespec{Nsec: 10_000} // a spin would keep a thread of lower priority from letting go
	for !b.Busy.CompareAndSwap(0, 1) {
		_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&moment)), 0, 0)
	}
}

func (b *Board) release() { b.Busy.Store(0) }

// claim makes the caller the one thread that is in a turn.
func (b *Board) claim() bool { return b.Turning.CompareAndSwap(0, 1) }

// Board is the engine's.
func (e *Engine) Board() *Board { return e.board }

// pending is whether the next turn has to ask Go, whatever is ready.
func (e *Engine) pending() int32 {
	if len(e.lost) > 0 || e.carried < e.ready || e.stale {
		return 1
	}
	return 0
}

// deadline is when Go has to be asked at the latest.
func (e *Engine) deadline() int64 {
	if deadline, ok := e.timers.Next(); ok {
		return deadline
	}
	return never
}

// post writes on the board when Go has to be asked: after everything that changes it.
func (e *Engine) post() {
	if pending := e.pending(); e.board.Pending.Load() != pending {
		e.board.Pending.Store(pending)
	}
	if deadline := e.deadline(); e.board.Deadline.Load() != deadline {
		e.board.Deadline.Store(deadline)
	}
}

// meaning is what there is to say of the number of the entry without Go; zero if there is nothing.
func (e *Engine) meaning(ent *entry) Seat {
	switch {
	case ent.gen == 0:
	case ent.source != 0:
		if src := e.sources.list[ent.source-1]; src.reading && src.failed == 0 {
			return Seat{Gen: ent.gen, Kind: uint16(EvReadable), Token: src.token}
		}
	case ent.watch == 0 && ent.oneshot:
		return Seat{Gen: ent.gen, Kind: uint16(EvWait), Wanted: uint16(ent.wait), Token: ent.waitToken}
	case ent.watch == In && ent.wait == 0 && !ent.oneshot && ent.armed == In:
		return Seat{Gen: ent.gen, Kind: uint16(EvWatch), Token: ent.watchToken}
	}
	return Seat{}
}

// seat writes on the board what a number's being ready means: after everything that changes it.
func (e *Engine) seat(fd int, ent *entry) {
	if fd >= MaxSeats {
		return
	}
	if seat, now := &e.board.Seats[fd], e.meaning(ent); *seat != now {
		*seat = now
	}
}

// take takes a number's wait back from C: before everything that looks at it. What follows ends with seat.
func (e *Engine) take(fd int, ent *entry) *entry {
	if fd < MaxSeats {
		if seat := &e.board.Seats[fd]; seat.Gen != 0 && seat.Kind == uint16(EvWait) {
			ent.wait, ent.waitToken, ent.armed = uint32(seat.Wanted), seat.Token, uint32(seat.Wanted)
		}
	}
	return ent
}
