//go:build darwin || freebsd || netbsd || openbsd

package engine

import "golang.org/x/sys/unix"

// batch sends one datagram in a system call: these systems have no sendmmsg(2), or not all of them.
type batch struct {
	data    Buf
	addr    uintptr
	addrLen uint32
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
	if _, errno := sendBuffers(fd, [][]byte{memory(&b.data.Data, int(b.data.Len))}, to); errno != 0 {
		return 0, errno
	}
	return 1, 0
}
