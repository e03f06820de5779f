//go:build linux

package engine

import (
	"math"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Board is what C reads of an engine without a call into Go: enough to make a turn in which descriptors have become
// readable and nothing else has happened, which is nearly every turn of a busy loop. engine/capi/board.h is its other
// description.
//
// It is mapped outside Go's heap, and used again when its engine is gone, never unmapped: whoever has an old address
// reads the number of another engine and knows.
type Board struct {
	Handle   atomic.Int64  // the engine's, given by package capi; 0: none
	Turning  atomic.Int32  // a thread is in a turn: its claim to be the only one
	Pending  atomic.Int32  // the next turn has to ask Go, whatever is ready
	Deadline atomic.Int64  // when Go has to be asked at the latest, by the monotonic clock in nanoseconds
	PollFD   atomic.Int64  // the poll set
	Events   atomic.Uint64 // the address of room for ReadyMax events of the poll set
	Turns    atomic.Int64  // made without Go
	Found    atomic.Int64  // events of them
	Seats    [MaxSeats]Seat
}

// Seat says what it means that a descriptor is readable, and nothing but readable: the event it makes. Only where that
// event changes nothing in the engine there is one.
type Seat struct {
	Gen   atomic.Uint32 // of the registration it speaks of; 0: none, ask Go
	Kind  atomic.Uint32
	Token atomic.Uint64
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

// retire takes the board from its engine, whose table that is, and of which no thread is in a turn.
func (b *Board) retire(t *table) {
	b.Handle.Store(0)
	for fd := range t.all {
		if fd < MaxSeats && b.Seats[fd].Gen.Load() != 0 { // what was never written takes no memory, and is to stay so
			b.Seats[fd].Gen.Store(0)
		}
	}
	b.Pending.Store(0)
	b.Turns.Store(0)
	b.Found.Store(0)
	boards.mu.Lock()
	defer boards.mu.Unlock()
	boards.spare = append(boards.spare, b)
}

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

// meaning is what a seat says.
type meaning struct {
	gen, kind uint32
	token     uint64
}

// meaning is what it means that the number of the entry is readable, and nothing but readable; zero if only Go can say.
func (e *Engine) meaning(ent *entry) meaning {
	switch {
	case ent.gen == 0:
	case ent.source != 0:
		if src := e.sources.list[ent.source-1]; src.reading && src.failed == 0 {
			return meaning{ent.gen, EvReadable, src.token}
		}
	case ent.watch == In && ent.wait == 0 && !ent.oneshot && ent.armed == In:
		return meaning{ent.gen, EvWatch, ent.watchToken}
	}
	return meaning{}
}

// seat writes on the board what a number's being readable means: after everything that changes it.
func (e *Engine) seat(fd int, ent *entry) {
	if fd >= MaxSeats {
		return
	}
	seat := &e.board.Seats[fd]
	now := e.meaning(ent)
	if seat.Gen.Load() != 0 {
		if seat.Gen.Load() == now.gen && seat.Kind.Load() == now.kind && seat.Token.Load() == now.token {
			return
		}
		seat.Gen.Store(0) // so that nobody takes the new event for the old registration's
	}
	if now.gen != 0 {
		seat.Kind.Store(now.kind)
		seat.Token.Store(now.token)
		seat.Gen.Store(now.gen)
	}
}
