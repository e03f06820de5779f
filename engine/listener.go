package engine

import "golang.org/x/sys/unix"

// sockaddrMax holds every address: sockaddr_un has 110 bytes, and the kernel may add a zero byte.
const sockaddrMax = 128

// Listen is aio_listen.
func (e *Engine) Listen(fd int64, backlog int64, token uint64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if backlog < 1 {
		return -int64(unix.EINVAL)
	}
	src, errno := e.openSource(listenerSource, fd, token)
	if errno != 0 {
		return -int64(errno)
	}
	src.backlog = int(min(backlog, 1<<16))
	return e.startSource(src, true)
}

// acceptAll accepts until the backlog is empty, the turn's share is used up or events has no room; the level-triggered set
// reports the rest in the next turn.
func (e *Engine) acceptAll(src *source) {
	for range src.backlog {
		if !e.roomFor(1) || e.slab.room() < minRoom {
			return
		}
		address := e.slab.at()
		fd, length, errno := sysAccept(src.fd, address, sockaddrMax)
		switch errno {
		case 0:
			e.stats.Accepted++
			e.slab.take(sockaddrMax)
			e.emit(Event{Token: src.token, Kind: EvAccepted, Result: int64(fd), Addr: uint64(address), AddrLen: length})
		case unix.EAGAIN:
			return
		case unix.EINTR, unix.ECONNABORTED, unix.EPROTO, unix.ENETDOWN, unix.ENETUNREACH, unix.EHOSTDOWN, unix.EHOSTUNREACH,
			unix.ENOPROTOOPT, unix.EPERM:
			// Errors of the connection, not of the listener (accept(2)); EPERM is a firewall's.
		case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM:
			e.pauseAccepting(src)
			e.emit(Event{Token: src.token, Kind: EvAcceptFailed, Flags: Retry, Result: -int64(errno)})
			return
		default:
			src.ended = true
			e.emit(Event{Token: src.token, Kind: EvAcceptFailed, Result: -int64(errno)})
			return
		}
	}
}

// pauseAccepting leaves connections in the backlog until there may be descriptors again: the set would report the listener
// in every turn, and each accept would fail.
func (e *Engine) pauseAccepting(src *source) {
	src.retry = true
	e.retrying++
	e.retryAt = e.clock() + AcceptRetryNS
}

// retryAccepting lets the paused listeners try again.
func (e *Engine) retryAccepting() {
	for _, src := range e.sources.list {
		if src.retry {
			src.retry = false
			e.updateSource(src)
		}
	}
	e.retrying = 0
}
