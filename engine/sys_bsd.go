//go:build darwin || freebsd || netbsd || openbsd

package engine

import "golang.org/x/sys/unix"

// System calls on non-blocking descriptors, through the C library where the system insists on it (darwin, openbsd).

func errnoOf(err error) unix.Errno {
	if err == nil {
		return 0
	}
	if errno, ok := err.(unix.Errno); ok {
		return errno
	}
	return unix.EIO
}

// at is the n bytes at an address.
func at(address uintptr, n int) []byte {
	number := uint64(address)
	return memory(&number, n)
}

func sysSend(fd int, address uintptr, n int) (int, unix.Errno) {
	return sendBuffers(fd, [][]byte{at(address, n)}, nil)
}

func (e *Engine) sysSendv(fd int, bufs []Buf) (int, unix.Errno) {
	pieces := make([][]byte, len(bufs))
	for i := range bufs {
		pieces[i] = memory(&bufs[i].Data, int(bufs[i].Len))
	}
	return sendBuffers(fd, pieces, nil)
}

func sendBuffers(fd int, pieces [][]byte, to unix.Sockaddr) (int, unix.Errno) {
	for {
		sent, err := unix.SendmsgBuffers(fd, pieces, nil, to, unix.MSG_DONTWAIT|noSignal)
		if err != unix.EINTR {
			return max(sent, 0), errnoOf(err)
		}
	}
}

// fcntlGetFD is EBADF for a descriptor that is not open.
func fcntlGetFD(fd int) (int, unix.Errno) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	return flags, errnoOf(err)
}
