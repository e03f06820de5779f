package engine

import (
	"math"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Board is what C reads of an engine without a call into Go: enough to make a turn in which descriptors have become readable
// and nothing else has happened, which is nearly every turn of a busy loop. engine/capi/board.h is its other description.
//
// It is mapped outside Go's heap, and used again when its engine is gone, never unmapped: whoever has an old address reads
// the number of another engine and knows.
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

// Seat says what it means that a descriptor is readable, and nothing but readable: the event it makes. Only where that event changes
// nothing in the engine there is one.
type Seat struct {
	Gen   atomic.Uint32 // of the registration it speaks of; 0: none, ask Go
	Kind  atomic.Uint32
	Token atomic.Uint64
}

// MaxSeats is how many descriptors have a seat; those above always ask Go. A board takes 2 MiB of addresses, and memory for the
// descriptors there are.
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
		mem, err := unix.Mmap(-1, 0, int(unsafe.Sizeof(Board{})), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
		if err != nil {
			return nil, err
		}
		// SAFETY: the mapping is large enough, page-aligned, zero, and stays for ever.
		board = (*Board)(unsafe.Pointer(&mem[0]))
	}
	board.Deadline.Store(never)
	board.PollFD.Store(int64(p.fd))
	board.Events.Store(p.eventsAddress())
	return board, nil
}

// retire takes the board from its engine, of which no thread is in a turn. fds is above every descriptor it has had.
func (b *Board) retire(fds int) {
	b.Handle.Store(0)
	for fd := range b.Seats[:min(fds, MaxSeats)] {
		b.Seats[fd].Gen.Store(0)
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

// post writes on the board when Go has to be asked: after everything that changes it.
func (e *Engine) post() {
	pending := int32(0)
	if len(e.lost) > 0 || e.carried < e.ready || e.stale {
		pending = 1
	}
	if e.board.Pending.Load() != pending {
		e.board.Pending.Store(pending)
	}
	deadline, ok := e.timers.Next()
	if !ok {
		deadline = never
	}
	if e.board.Deadline.Load() != deadline {
		e.board.Deadline.Store(deadline)
	}
}

// seat writes on the board what a number's being readable means: after everything that changes it.
func (e *Engine) seat(fd int, ent *entry) {
	if fd >= MaxSeats {
		return
	}
	seat := &e.board.Seats[fd]
	kind, token := uint32(0), uint64(0)
	switch {
	case ent.gen == 0:
	case ent.source != 0:
		if src := e.sources.list[ent.source-1]; src.reading && src.failed == 0 {
			kind, token = EvReadable, src.token
		}
	case ent.watch == In && ent.wait == 0 && !ent.oneshot && ent.armed == In:
		kind, token = EvWatch, ent.watchToken
	}
	if seat.Gen.Load() != 0 {
		seat.Gen.Store(0) // so that nobody takes the new event for the old registration's
	}
	if kind != 0 {
		seat.Kind.Store(kind)
		seat.Token.Store(token)
		seat.Gen.Store(ent.gen)
	}
}
