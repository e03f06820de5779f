//go:build linux

package engine

import "golang.org/x/sys/unix"

// OpenStream is aio_stream_open.
func (e *Engine) OpenStream(fd int64, flags uint32, token uint64) int64 {
	e.lock()
	defer e.unlock()
	if flags&^Paused != 0 {
		return -int64(unix.EINVAL)
	}
	src, errno := e.openSource(streamSource, fd, token)
	if errno != 0 {
		return -int64(errno)
	}
	return e.startSource(src, flags&Paused == 0)
}

// breakStream ends a stream that can neither be read nor written any more.
func (e *Engine) breakStream(src *source, errno unix.Errno) {
	src.failed = errno
	e.queued -= src.queue.bytes
	src.queue.reset()
	if ent := e.table.at(src.fd); ent.source == src.index+1 {
		e.disarm(src.fd, ent)
		src.dropped = true
	}
}

// QueueBytes is aio_stream_queue: the n bytes at address.
func (e *Engine) QueueBytes(handle int64, address uintptr, n int64) int64 {
	e.lock()
	defer e.unlock()
	src := e.sources.stream(handle)
	switch {
	case src == nil:
		return -int64(unix.EBADF)
	case n < 0:
		return -int64(unix.EINVAL)
	case src.failed != 0:
		return -int64(src.failed)
	}
	src.queue.add(Buf{Data: uint64(address), Len: uint64(n)})
	e.queued += n
	e.updateSource(src)
	return 0
}

// maxGather is the most pieces one system call takes (IOV_MAX).
const maxGather = 1024

func (e *Engine) sysWrite(src *source, bufs []Buf) (int64, unix.Errno) {
	e.stats.Writes++
	var n int
	var errno unix.Errno
	if len(bufs) == 1 {
		n, errno = sysSend(src.fd, uintptr(bufs[0].Data), int(bufs[0].Len))
	} else {
		n, errno = e.sysSendv(src.fd, bufs)
	}
	if errno != 0 {
		return 0, errno
	}
	e.stats.WrittenBytes += int64(n)
	return int64(n), 0
}

// flushStream writes what is queued, and reports it.
func (e *Engine) flushStream(src *source) {
	if src.queue.empty() {
		return
	}
	pieces := e.scratch.gathered[:src.queue.gather(e.scratch.gathered[:])]
	n, errno := e.sysWrite(src, pieces)
	if errno == unix.EAGAIN {
		return
	}
	if errno != 0 {
		e.breakStream(src, errno)
		e.emit(Event{Token: src.token, Kind: EvError, Flags: Out, Result: -int64(errno)})
		return
	}
	src.queue.written(n)
	e.queued -= n
	var flags uint32
	if src.queue.empty() {
		flags |= Empty
	}
	e.emit(Event{Token: src.token, Kind: EvWrote, Flags: flags, Result: n})
}
