//go:build linux

package engine

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// batch is the headers of sendmmsg(2), which moves several datagrams in one system call.
type batch struct {
	headers [dgramBatch]mmsghdr
	pieces  [dgramBatch]Buf
}

type mmsghdr struct {
	header unix.Msghdr
	length uint32
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
