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

func sysRead(fd int, address uintptr, n int) (int, unix.Errno) {
	for {
		got, err := unix.Read(fd, at(address, n))
		if err != unix.EINTR {
			return max(got, 0), errnoOf(err)
		}
	}
}

func sysRecv(fd int, address uintptr, n int, flags uint32) (int, unix.Errno) {
	for {
		got, _, err := unix.Recvfrom(fd, at(address, n), int(flags)|unix.MSG_DONTWAIT)
		if err != unix.EINTR {
			return max(got, 0), errnoOf(err)
		}
	}
}

func sysSend(fd int, address uintptr, n int, flags uint32) (int, unix.Errno) {
	return sendBuffers(fd, [][]byte{at(address, n)}, nil, int(flags))
}

func (e *Engine) sysSendv(fd int, bufs []Buf) (int, unix.Errno) {
	pieces := make([][]byte, len(bufs))
	for i := range bufs {
		pieces[i] = memory(&bufs[i].Data, int(bufs[i].Len))
	}
	return sendBuffers(fd, pieces, nil, 0)
}

func sendBuffers(fd int, pieces [][]byte, to unix.Sockaddr, flags int) (int, unix.Errno) {
	for {
		sent, err := unix.SendmsgBuffers(fd, pieces, nil, to, flags|unix.MSG_DONTWAIT|noSignal)
		if err != unix.EINTR {
			return max(sent, 0), errnoOf(err)
		}
	}
}

// sysWritev writes the first piece: not every system here has writev(2) in x/sys, and a short write is always right.
func sysWritev(fd int, bufs []Buf) (int, unix.Errno) {
	for i := range bufs {
		if bufs[i].Len == 0 {
			continue
		}
		for {
			sent, err := unix.Write(fd, memory(&bufs[i].Data, int(bufs[i].Len)))
			if err != unix.EINTR {
				return max(sent, 0), errnoOf(err)
			}
		}
	}
	return 0, 0
}

// sysAccept returns a non-blocking, close-on-exec descriptor and the length of the peer's address.
func sysAccept(fd int, address uintptr, size uint32) (int, uint32, unix.Errno) {
	accepted, peer, err := unix.Accept(fd)
	if err != nil {
		return 0, 0, errnoOf(err)
	}
	unix.CloseOnExec(accepted)
	if err := unix.SetNonblock(accepted, true); err != nil {
		_ = unix.Close(accepted)
		return 0, 0, errnoOf(err)
	}
	var length uint32
	if address != 0 && size >= sockaddrMax {
		length = encode(peer, at(address, sockaddrMax))
	}
	return accepted, length, 0
}

// fcntlGetFD is EBADF for a descriptor that is not open.
func fcntlGetFD(fd int) (int, unix.Errno) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	return flags, errnoOf(err)
}
