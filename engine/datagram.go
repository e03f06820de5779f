package engine

import "golang.org/x/sys/unix"

const (
	// UDP's largest datagram is 65507 bytes; a Unix one may have as much as the sender's buffer (212 KiB by default).
	dgramMax     = 64 << 10
	wideDgramMax = 256 << 10
	// The most datagrams one socket receives in a turn, and one system call sends.
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
	e.mu.Lock()
	defer e.mu.Unlock()
	if flags&^Paused != 0 {
		return -int64(unix.EINVAL)
	}
	src, errno := e.openSource(dgramSource, fd, token)
	if errno != 0 {
		return -int64(errno)
	}
	name, err := unix.Getsockname(src.fd)
	if err != nil {
		e.closeSource(src)
		return -int64(err.(unix.Errno))
	}
	_, src.wide = name.(*unix.SockaddrUnix)
	return e.startSource(src, flags&Paused == 0)
}

// receiveAll receives a batch. Each datagram is received at a fixed distance and then moved up to the one before, so that
// the slab holds what came and not what might have come.
func (e *Engine) receiveAll(src *source) {
	size := dgramMax
	if src.wide {
		size = wideDgramMax
	}
	n := min(dgramBatch, e.slab.room()/(size+sockaddrMax), e.room())
	if n == 0 {
		return
	}
	base := e.slab.used
	e.stats.Reads++
	n, errno := e.scratch.batch.receive(src.fd, &e.slab, n, size)
	if errno == unix.EAGAIN || errno == unix.EINTR {
		return
	}
	if errno != 0 {
		e.emit(Event{Token: src.token, Kind: EvDgramFailed, Result: -int64(errno)})
		return
	}
	for i := range n {
		from := base + i*(size+sockaddrMax)
		length, addrLen, truncated := e.scratch.batch.received(i)
		e.stats.ReadBytes += int64(length)
		to := e.slab.used
		copy(e.slab.mem[to:], e.slab.mem[from:from+sockaddrMax+length])
		e.slab.take(sockaddrMax + length)
		var flags uint32
		if truncated {
			flags = Truncated
		}
		address := uint64(e.slab.base) + uint64(to)
		e.emit(Event{Token: src.token, Kind: EvDatagram, Flags: flags, Result: int64(length), Data: address + sockaddrMax,
			Addr: address, AddrLen: addrLen})
	}
}

// DgramSend is aio_dgram_send.
func (e *Engine) DgramSend(handle int64, data uintptr, n int64, addr uintptr, addrLen uint32) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.scratch.send[0] = Op{Handle: handle, Data: uint64(data), Len: n, Addr: uint64(addr), ID: addrLen}
	e.sendAll(e.scratch.send[:])
	return e.scratch.send[0].Result
}

// sendAll does a run of OpSendto that have the same handle.
func (e *Engine) sendAll(ops []Op) {
	src := e.sources.find(ops[0].Handle)
	for len(ops) > 0 {
		op := &ops[0]
		switch {
		case src == nil || src.kind != dgramSource:
			op.Result = -int64(unix.EBADF)
		case src.failed != 0:
			op.Result = -int64(src.failed)
		case op.Len < 0 || op.ID > sockaddrMax || op.Addr == 0 && op.ID != 0:
			op.Result = -int64(unix.EINVAL)
		case !src.datagramQueue.empty():
			queueDatagram(src, op)
		default:
			ops = ops[e.sendSome(src, ops):]
			continue
		}
		ops = ops[1:]
	}
	if src != nil && src.kind == dgramSource && src.failed == 0 {
		e.updateSource(src)
	}
}

// sendSome sends from the front of ops, the first of which is sound, in one system call; returns how many are settled.
func (e *Engine) sendSome(src *source, ops []Op) int {
	n := 0
	for n < min(len(ops), dgramBatch) && ops[n].Len >= 0 && ops[n].ID <= sockaddrMax && (ops[n].Addr != 0 || ops[n].ID == 0) {
		e.scratch.batch.prepare(n, Buf{Data: ops[n].Data, Len: uint64(ops[n].Len)}, uintptr(ops[n].Addr), ops[n].ID)
		n++
	}
	e.stats.Writes++
	sent, errno := e.scratch.batch.send(src.fd, n)
	switch errno {
	case 0:
	case unix.EAGAIN:
		queueDatagram(src, &ops[0])
		return 1
	case unix.EINTR:
		return 0
	default:
		ops[0].Result = -int64(errno)
		return 1
	}
	for i := range ops[:sent] {
		ops[i].Result = 1
		e.stats.WrittenBytes += ops[i].Len
	}
	return sent
}

func queueDatagram(src *source, op *Op) {
	item := src.datagramQueue.push()
	item.data = Buf{Data: op.Data, Len: uint64(op.Len)}
	item.addrLen = op.ID
	copy(item.addr[:], memory(&op.Addr, int(op.ID)))
	op.Result = 0
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
