//go:build darwin || freebsd || netbsd || openbsd

package engine

import "golang.org/x/sys/unix"

// batch moves one datagram in a system call: these systems have no recvmmsg(2), or not all of them.
type batch struct {
	data      Buf
	addr      uintptr
	addrLen   uint32
	length    int
	truncated bool
}

// receive takes one datagram of at most size bytes; it takes sockaddrMax + size bytes of the slab's free part, the
// address first.
func (b *batch) receive(fd int, s *slab, _, size int) (int, unix.Errno) {
	free := s.mem[s.used : s.used+sockaddrMax+size]
	n, _, flags, from, err := unix.Recvmsg(fd, free[sockaddrMax:], nil, unix.MSG_DONTWAIT)
	if err != nil {
		return 0, errnoOf(err)
	}
	b.length, b.addrLen, b.truncated = n, encode(from, free[:sockaddrMax]), flags&unix.MSG_TRUNC != 0
	return 1, 0
}

// received is what the datagram of the last receive has.
func (b *batch) received(int) (length int, addrLen uint32, truncated bool) {
	return b.length, b.addrLen, b.truncated
}

// prepare keeps the first datagram; the others are for later calls.
func (b *batch) prepare(i int, data Buf, addr uintptr, addrLen uint32) {
	if i == 0 {
		b.data, b.addr, b.addrLen = data, addr, addrLen
	}
}

// send sends the prepared datagram.
func (b *batch) send(fd, _ int) (int, unix.Errno) {
	var to unix.Sockaddr
	if b.addrLen > 0 {
		if to = decode(at(b.addr, int(b.addrLen))); to == nil {
			return 0, unix.EAFNOSUPPORT
		}
	}
	if _, errno := sendBuffers(fd, [][]byte{memory(&b.data.Data, int(b.data.Len))}, to, 0); errno != 0 {
		return 0, errno
	}
	return 1, 0
}
