//go:build linux

package engine

import "golang.org/x/sys/unix"

const asked = In | Out | Pri

// Watch is aio_watch.
func (e *Engine) Watch(fd int64, mask uint32, token uint64) int64 {
	e.lock()
	defer e.unlock()
	return e.watchFD(fd, mask, token)
}

func (e *Engine) watchFD(fd int64, mask uint32, token uint64) int64 {
	if mask&^asked != 0 {
		return -int64(unix.EINVAL)
	}
	if mask == 0 {
		return e.unwatch(fd)
	}
	ent, errno := e.claim(fd)
	if errno != 0 {
		return -int64(errno)
	}
	ent.watchToken = token
	return e.armClaimed(int(fd), ent, mask, 0)
}

// armClaimed arms a number that is newly watched (for all of watch, if not 0) or waited for (for wait, beside what it
// is waited for already).
func (e *Engine) armClaimed(fd int, ent *entry, watch, wait uint32) int64 {
	gen := ent.gen
	all := ent.watch
	if watch != 0 {
		all = watch
	}
	ent.watch, ent.wait = all, ent.wait|wait
	errno := e.armInterest(fd, ent)
	if errno == 0 && gen != 0 && ent.gen != gen && (ent.watch != watch || ent.wait != wait) {
		// The number was closed and reused: what was wanted of it before was wanted of another file.
		ent.watch, ent.wait = watch, wait
		errno = e.armInterest(fd, ent)
	}
	if errno != 0 {
		ent.watch, ent.wait = 0, 0
	}
	return -int64(errno)
}

func (e *Engine) unwatch(fd int64) int64 {
	ent := e.table.find(fd)
	if ent == nil || ent.watch == 0 {
		return 0
	}
	gen := ent.gen
	ent.watch = 0
	if ent.wait == 0 || e.armInterest(int(fd), ent) != 0 || ent.gen != gen {
		// Nothing is left, or what is left was wanted of a file that the number no longer means.
		ent.watch, ent.wait = 0, 0
		e.disarm(int(fd), ent)
	}
	return 1
}

// Wait is aio_wait.
func (e *Engine) Wait(fd int64, mask uint32, token uint64) int64 {
	e.lock()
	defer e.unlock()
	return e.waitFD(fd, mask, token)
}

func (e *Engine) waitFD(fd int64, mask uint32, token uint64) int64 {
	if mask == 0 || mask&^asked != 0 {
		return -int64(unix.EINVAL)
	}
	ent, errno := e.claim(fd)
	if errno != 0 {
		return -int64(errno)
	}
	ent.waitToken = token
	return e.armClaimed(int(fd), ent, 0, mask)
}

// Unwait is aio_unwait.
func (e *Engine) Unwait(fd int64, mask uint32) int64 {
	e.lock()
	defer e.unlock()
	if ent := e.table.find(fd); ent != nil {
		e.take(int(fd), ent)
		// The kernel is not told. At worst it reports once what nobody wants, and is told then.
		ent.wait &^= mask
		e.seat(int(fd), ent)
	}
	return 0
}

// Forget is aio_forget.
func (e *Engine) Forget(fd int64) int64 {
	e.lock()
	defer e.unlock()
	if ent := e.table.find(fd); ent != nil && ent.source == 0 {
		ent.watch, ent.wait = 0, 0
		e.disarm(int(fd), ent)
	}
	return 0
}

// claim is the entry of a number for a watch or a wait: EBUSY if a source has the file. A source that had the number's
// former file is told that it has lost it.
func (e *Engine) claim(fd int64) (*entry, unix.Errno) {
	if errno := e.refuse(fd); errno != 0 {
		return nil, errno
	}
	if ent := e.table.find(fd); ent != nil {
		if ent.source != 0 && e.sourceHolds(int(fd), ent) {
			return nil, unix.EBUSY
		}
		return e.take(int(fd), ent), 0
	}
	// Ask before the table grows to a number that may be nonsense.
	if _, errno := fcntlGetFD(int(fd)); errno != 0 {
		return nil, errno
	}
	return e.table.at(int(fd)), 0
}

// interestReady reports a number that is watched or waited for, and re-arms what is left. There is room for two events.
func (e *Engine) interestReady(fd int, ent *entry, mask uint32) {
	if ent.oneshot {
		ent.armed = 0
	}
	failed := mask & (Err | Hup)
	if got := mask & ent.watch; got|failed != 0 && ent.watch != 0 {
		e.emit(Event{Token: ent.watchToken, Kind: EvWatch, Flags: got | failed, Result: int64(fd)})
	}
	if got := mask & ent.wait; got|failed != 0 && ent.wait != 0 {
		left := ent.wait &^ got
		if got&(In|Pri) != 0 {
			left &^= In | Pri
		}
		if failed != 0 {
			left = 0
		}
		ent.wait = left
		e.emit(Event{Token: ent.waitToken, Kind: EvWait, Flags: got | failed, Result: int64(fd)})
	}
	switch wanted := ent.watch | ent.wait; {
	case wanted == 0 && !ent.oneshot:
		e.disarm(fd, ent)
	case wanted != 0 && (ent.armed != wanted || ent.oneshot != (ent.watch == 0)):
		if e.armInterest(fd, ent) != 0 {
			e.interestLost(fd, ent)
		}
	default:
		e.seat(fd, ent) // a wait that is over leaves a watch that C can speak of
	}
}

// interestLost ends the watch and the wait of a number the kernel will not poll any more: it was closed. Whoever closed
// it has not told us and does not expect an event.
func (e *Engine) interestLost(fd int, ent *entry) {
	if ent.source == 0 {
		ent.watch, ent.wait = 0, 0
		e.disarm(fd, ent)
	}
}
