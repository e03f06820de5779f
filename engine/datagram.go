//go:build linux

package engine

import "golang.org/x/sys/unix"

const (
	// sockaddrMax holds every address: sockaddr_un has 110 bytes, and the kernel may add a zero byte.
	sockaddrMax = 128
	// The most datagrams one system call sends.
	dgramBatch = 16
)

// datagram is one that waits to be sent.
type datagram struct {
	data    Buf
	addrLen uint32
	addr    [sockaddrMax]byte
}

type dgramQueue struct{ ring[datagram] }

// OpenDgram is aio_dgram_open.
func (e *Engine) OpenDgram(fd int64, flags uint32, token uint64) int64 {
	e.lock()
	defer e.unlock()
	if flags&^Paused != 0 {
		return -int64(unix.EINVAL)
	}
	src, errno := e.openSource(dgramSource, fd, token)
	if errno != 0 {
		return -int64(errno)
	}
	return e.startSource(src, flags&Paused == 0)
}

// QueueDatagram is aio_dgram_queue.
func (e *Engine) QueueDatagram(handle int64, data uintptr, n int64, addr uintptr, addrLen uint32) int64 {
	e.lock()
	defer e.unlock()
	src := e.sources.find(handle)
	switch {
	case src == nil || src.kind != dgramSource:
		return -int64(unix.EBADF)
	case src.failed != 0:
		return -int64(src.failed)
	case n < 0 || addrLen > sockaddrMax || addr == 0 && addrLen != 0:
		return -int64(unix.EINVAL)
	}
	item := src.datagramQueue.push()
	item.data, item.addrLen = Buf{Data: uint64(data), Len: uint64(n)}, addrLen
	number := uint64(addr)
	copy(item.addr[:], memory(&number, int(addrLen)))
	e.updateSource(src)
	return 0
}

// flushDatagrams sends what is queued, in one system call, and reports it.
func (e *Engine) flushDatagrams(src *source) {
	queue := &src.datagramQueue
	if queue.empty() {
		return
	}
	n := min(queue.n, dgramBatch)
	for i := range n {
		item := queue.at(i)
		e.scratch.batch.prepare(i, item.data, addressOf(&item.addr, item.addrLen), item.addrLen)
	}
	e.stats.Writes++
	sent, errno := e.scratch.batch.send(src.fd, n)
	event := Event{Token: src.token, Kind: EvSent, Result: int64(sent)}
	switch errno {
	case 0:
		for i := range sent {
			e.stats.WrittenBytes += int64(queue.at(i).data.Len)
		}
	case unix.EAGAIN, unix.EINTR:
		return
	default:
		sent = 1
		event.Kind, event.Result = EvSendFailed, -int64(errno)
	}
	queue.drop(sent)
	if queue.empty() {
		event.Flags = Empty
	}
	e.emit(event)
}
