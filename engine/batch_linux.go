package engine

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// batch is the headers of recvmmsg(2) and sendmmsg(2), which move several datagrams in one system call.
type batch struct {
	headers [dgramBatch]mmsghdr
	pieces  [dgramBatch]Buf
}

type mmsghdr struct {
	header unix.Msghdr
	length uint32
}

// receive takes at most n datagrams of at most size bytes; each takes sockaddrMax + size bytes of the slab's free part,
// the address first.
func (b *batch) receive(fd int, s *slab, n, size int) (int, unix.Errno) {
	for i := range n {
		at := s.at() + uintptr(i*(sockaddrMax+size))
		b.prepare(i, Buf{Data: uint64(at + sockaddrMax), Len: uint64(size)}, at, sockaddrMax)
	}
	got, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.headers[0])), uintptr(n),
		unix.MSG_DONTWAIT, 0, 0)
	return int(got), errno
}

// received is what the i-th datagram of the last receive has.
func (b *batch) received(i int) (length int, addrLen uint32, truncated bool) {
	h := &b.headers[i]
	return int(h.length), h.header.Namelen, h.header.Flags&unix.MSG_TRUNC != 0
}

// prepare fills the i-th header.
func (b *batch) prepare(i int, data Buf, addr uintptr, addrLen uint32) {
	b.pieces[i] = data
	h := &b.headers[i].header
	*h = unix.Msghdr{Iov: (*unix.Iovec)(unsafe.Pointer(&b.pieces[i])), Iovlen: 1, Namelen: addrLen}
	// SAFETY: the address is not Go's to follow, so it is stored as a number.
	*(*uintptr)(unsafe.Pointer(&h.Name)) = addr
}

// send sends the first n prepared datagrams: how many went out, or the error of the first.
func (b *batch) send(fd, n int) (int, unix.Errno) {
	sent, _, errno := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.headers[0])), uintptr(n),
		unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
	return int(sent), errno
}
