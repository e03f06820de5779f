//go:build linux

package engine

import "fmt"

// lock and unlock are around every call. A build with the tag invariants looks at the engine before it lets go of it.
func (e *Engine) lock() {
	e.mu.Lock()
	if !e.closed {
		e.board.acquire()
	}
}

func (e *Engine) unlock() {
	if invariants && !e.closed {
		defer e.letGo() // also when the check panics
		e.check()
		return
	}
	e.letGo()
}

func (e *Engine) letGo() {
	if !e.closed { // else its board may be another engine's
		e.board.release()
	}
	e.mu.Unlock()
}

// check panics if the board is not what it would be if it were written now, or a counter not what counting gives.
func (e *Engine) check() {
	if e.closed || e.out != nil { // its board is another engine's, or a panic has ended a turn in its midst
		return
	}
	e.checkBoard()
	e.checkCounters()
}

func (e *Engine) checkBoard() {
	if got, want := e.board.Pending.Load(), e.pending(); got != want {
		panic(fmt.Sprintf("engine: the board says pending %d, it is %d", got, want))
	}
	if got, want := e.board.Deadline.Load(), e.deadline(); got != want {
		panic(fmt.Sprintf("engine: the board says deadline %d, it is %d", got, want))
	}
	for fd, ent := range e.table.all {
		if fd >= MaxSeats {
			return
		}
		seat, now := e.board.Seats[fd], *ent
		if want := e.meaning(e.take(fd, &now)); seat != want {
			panic(fmt.Sprintf("engine: the board says %+v of descriptor %d, it is %+v", seat, fd, want))
		}
	}
}

func (e *Engine) checkCounters() {
	for fd, ent := range e.table.all {
		if ent.source != 0 && e.sources.list[ent.source-1].fd != fd {
			panic(fmt.Sprintf("engine: descriptor %d belongs to a source of another one", fd))
		}
	}
	var queued int64
	for _, src := range e.sources.list {
		queued += src.queue.bytes
	}
	if queued != e.queued {
		panic(fmt.Sprintf("engine: %d bytes are queued, counted were %d", queued, e.queued))
	}
}
