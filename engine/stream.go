package engine

import "golang.org/x/sys/unix"

// OpenStream is aio_stream_open.
func (e *Engine) OpenStream(fd int64, flags uint32, token uint64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if flags&^(File|Notify|Paused) != 0 {
		return -int64(unix.EINVAL)
	}
	src, errno := e.openSource(streamSource, fd, token)
	if errno != 0 {
		return -int64(errno)
	}
	src.flags = flags
	src.low, src.high = defaultLow, defaultHigh
	return e.startSource(src, flags&Paused == 0)
}

// StreamMode is aio_stream_mode.
func (e *Engine) StreamMode(handle int64, flags uint32) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	src := e.sources.stream(handle)
	if src == nil {
		return -int64(unix.EBADF)
	}
	if flags&^Notify != 0 {
		return -int64(unix.EINVAL)
	}
	src.flags = src.flags&^Notify | flags
	return 0
}

// StreamMarks is aio_stream_marks.
func (e *Engine) StreamMarks(handle, low, high int64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	src := e.sources.stream(handle)
	if src == nil {
		return -int64(unix.EBADF)
	}
	if low < 0 || high < low {
		return -int64(unix.EINVAL)
	}
	src.low, src.high = low, high
	src.above = src.queue.bytes > high
	return 0
}

// StreamQueued is aio_stream_queued.
func (e *Engine) StreamQueued(handle int64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	src := e.sources.stream(handle)
	if src == nil {
		return -int64(unix.EBADF)
	}
	return src.queue.bytes
}

// StreamRead is aio_stream_read: reads into the n bytes at address.
func (e *Engine) StreamRead(handle int64, address uintptr, n int64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	src := e.sources.stream(handle)
	switch {
	case src == nil:
		return -int64(unix.EBADF)
	case n <= 0:
		return -int64(unix.EINVAL)
	case src.failed != 0:
		return -int64(src.failed)
	case src.ended:
		return 0
	}
	got, errno := e.readInto(src, address, int(n))
	switch {
	case errno == unix.EAGAIN:
	case errno != 0:
		e.breakStream(src, errno)
	case got == 0:
		src.ended = true
	}
	if errno != 0 {
		return -int64(errno)
	}
	return int64(got)
}

func (e *Engine) readInto(src *source, address uintptr, n int) (got int, errno unix.Errno) {
	e.stats.Reads++
	if src.flags&File != 0 {
		got, errno = sysRead(src.fd, address, n)
	} else {
		got, errno = sysRecv(src.fd, address, n, 0)
	}
	if errno == 0 {
		e.stats.ReadBytes += int64(got)
	}
	return got, errno
}

// readStream reads once: a level-triggered set reports what is left in the next turn, after everybody else's.
func (e *Engine) readStream(src *source) {
	if src.flags&Notify != 0 {
		e.emit(Event{Token: src.token, Kind: EvReadable})
		return
	}
	address := e.slab.at()
	got, errno := e.readInto(src, address, min(ReadMax, e.slab.room()))
	switch {
	case errno == unix.EAGAIN:
	case errno != 0:
		e.breakStream(src, errno)
		e.emit(Event{Token: src.token, Kind: EvError, Flags: In, Result: -int64(errno)})
	case got == 0:
		src.ended = true
		e.emit(Event{Token: src.token, Kind: EvEOF})
	default:
		e.slab.take(got)
		e.emit(Event{Token: src.token, Kind: EvData, Result: int64(got), Data: uint64(address)})
	}
}

// breakStream ends a stream that can neither be read nor written any more.
func (e *Engine) breakStream(src *source, errno unix.Errno) {
	src.failed = errno
	e.queued -= src.queue.bytes
	src.queue.reset()
	if ent := &e.table.entries[src.fd]; ent.source == src.index+1 {
		e.disarm(src.fd, ent)
		src.dropped = true
	}
}

// StreamWrite is aio_stream_write.
func (e *Engine) StreamWrite(handle int64, address uintptr, n int64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.write(handle, address, n)
}

func (e *Engine) write(handle int64, address uintptr, n int64) int64 {
	if n < 0 {
		return -int64(unix.EINVAL)
	}
	e.scratch.one[0] = Buf{Data: uint64(address), Len: uint64(n)}
	return e.writev(handle, e.scratch.one[:])
}

// StreamWritev is aio_stream_writev.
func (e *Engine) StreamWritev(handle int64, bufs []Buf) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.writev(handle, bufs)
}

// maxGather is the most pieces one system call takes (IOV_MAX).
const maxGather = 1024

func (e *Engine) writev(handle int64, bufs []Buf) int64 {
	src := e.sources.stream(handle)
	switch {
	case src == nil:
		return -int64(unix.EBADF)
	case src.failed != 0:
		return -int64(src.failed)
	case src.shut || src.shutting:
		return -int64(unix.EPIPE)
	}
	var total int64
	queuedBefore := src.queue.bytes
	for src.queue.empty() && len(bufs) > 0 {
		piece := bufs[:min(len(bufs), maxGather)]
		size := sizeOf(piece)
		if size == 0 {
			bufs = bufs[len(piece):]
			continue
		}
		n, errno := e.sysWrite(src, piece)
		if errno != 0 && errno != unix.EAGAIN {
			e.breakStream(src, errno)
			return -int64(errno)
		}
		total += n
		if n < size {
			queueRest(&src.queue, piece, n)
		}
		bufs = bufs[len(piece):]
	}
	queueRest(&src.queue, bufs, 0)
	if !src.queue.empty() {
		e.queued += src.queue.bytes - queuedBefore
		src.above = src.above || src.queue.bytes > src.high
		e.updateSource(src)
	}
	return total
}

func sizeOf(bufs []Buf) (size int64) {
	for i := range bufs {
		size += int64(bufs[i].Len)
	}
	return size
}

// queueRest queues what is left of bufs after their first n bytes.
func queueRest(q *writeQueue, bufs []Buf, n int64) {
	skip := uint64(n)
	for _, piece := range bufs {
		if skip >= piece.Len {
			skip -= piece.Len
			continue
		}
		q.add(Buf{Data: piece.Data + skip, Len: piece.Len - skip})
		skip = 0
	}
}

func (e *Engine) sysWrite(src *source, bufs []Buf) (int64, unix.Errno) {
	e.stats.Writes++
	var n int
	var errno unix.Errno
	switch {
	case src.flags&File != 0:
		n, errno = sysWritev(src.fd, bufs)
	case len(bufs) == 1:
		n, errno = sysSend(src.fd, uintptr(bufs[0].Data), int(bufs[0].Len), 0)
	default:
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
	if src.above && src.queue.bytes <= src.low {
		src.above = false
		flags |= Low
	}
	e.emit(Event{Token: src.token, Kind: EvWrote, Flags: flags, Result: n})
	if src.queue.empty() && src.shutting {
		e.shutNow(src)
	}
}

// Shutdown is aio_shutdown.
func (e *Engine) Shutdown(handle int64) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.shutdown(handle)
}

func (e *Engine) shutdown(handle int64) int64 {
	src := e.sources.stream(handle)
	switch {
	case src == nil:
		return -int64(unix.EBADF)
	case src.failed != 0:
		return -int64(src.failed)
	case src.flags&File != 0:
		return -int64(unix.ENOTSOCK)
	case src.shut || src.shutting:
		return 0
	case !src.queue.empty():
		src.shutting = true
		return 0
	}
	return -int64(e.shutNow(src))
}

// shutNow shuts the writing side down. ENOTCONN is no error: the peer was faster.
func (e *Engine) shutNow(src *source) unix.Errno {
	src.shutting, src.shut = false, true
	if err := unix.Shutdown(src.fd, unix.SHUT_WR); err != nil && err != unix.ENOTCONN {
		return err.(unix.Errno)
	}
	return 0
}
