//go:build linux

package engine

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// waker is the descriptor that ends a wait: an eventfd.
type waker struct{ fd int }

func newWaker() (waker, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	return waker{fd: fd}, err
}

// readFD becomes readable when woken; writeFD is what a caller may write 8 bytes to.
func (w waker) readFD() int  { return w.fd }
func (w waker) writeFD() int { return w.fd }

// clear takes back every wake-up so far.
func (w waker) clear() {
	var count uint64
	_, _, _ = unix.RawSyscall(unix.SYS_READ, uintptr(w.fd), uintptr(unsafe.Pointer(&count)), 8)
}

func (w waker) close() { _ = unix.Close(w.fd) }
