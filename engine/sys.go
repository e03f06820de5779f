//go:build linux

package engine

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// System calls on non-blocking descriptors, raw: they return at once, so the Go scheduler need not hear of them.
// SAFETY: every address is the caller's memory, valid for the length given (engine.h); Go's own memory is
// passed by pointers that live until the call returns.

func sysSend(fd int, address uintptr, n int) (int, unix.Errno) {
	for {
		sent, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), address, uintptr(n),
			unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
		if errno != unix.EINTR {
			return int(sent), errno
		}
	}
}

// sysSendv is a gathered send: writev(2) would raise SIGPIPE.
func (e *Engine) sysSendv(fd int, bufs []Buf) (int, unix.Errno) {
	message := &e.scratch.message
	*message = unix.Msghdr{Iov: (*unix.Iovec)(unsafe.Pointer(&bufs[0]))}
	message.SetIovlen(len(bufs))
	for {
		sent, _, errno := unix.RawSyscall(unix.SYS_SENDMSG, uintptr(fd), uintptr(unsafe.Pointer(message)),
			unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
		if errno != unix.EINTR {
			return int(sent), errno
		}
	}
}

// fcntlGetFD is EBADF for a descriptor that is not open.
func fcntlGetFD(fd int) (int, unix.Errno) {
	flags, _, errno := unix.RawSyscall(unix.SYS_FCNTL, uintptr(fd), unix.F_GETFD, 0)
	return int(flags), errno
}
