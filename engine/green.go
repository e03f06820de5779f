package engine

import "golang.org/x/sys/unix"

// The calls of green threads: one system call, and the wait armed in the same crossing where it would block.

// Recv is aio_recv.
func (e *Engine) Recv(fd int64, address uintptr, n int64, flags uint32, token uint64) int64 {
	if n < 0 {
		return -int64(unix.EINVAL)
	}
	got, errno := sysRecv(int(fd), address, int(n), flags)
	return e.resultOrWait(fd, got, errno, In|Pri, token)
}

// Send is aio_send.
func (e *Engine) Send(fd int64, address uintptr, n int64, flags uint32, token uint64) int64 {
	if n < 0 {
		return -int64(unix.EINVAL)
	}
	sent, errno := sysSend(int(fd), address, int(n), flags)
	return e.resultOrWait(fd, sent, errno, Out, token)
}

// Accept is aio_accept: the descriptor, and the length of the peer's address.
func (e *Engine) Accept(fd int64, address uintptr, size uint32, token uint64) (int64, uint32) {
	accepted, length, errno := sysAccept(int(fd), address, size)
	for errno == unix.EINTR {
		accepted, length, errno = sysAccept(int(fd), address, size)
	}
	return e.resultOrWait(fd, accepted, errno, In, token), length
}

func (e *Engine) resultOrWait(fd int64, n int, errno unix.Errno, mask uint32, token uint64) int64 {
	switch errno {
	case 0:
		return int64(n)
	case unix.EAGAIN:
		e.mu.Lock()
		defer e.mu.Unlock()
		if failure := e.waitFD(fd, mask, token); failure < 0 {
			return failure
		}
	}
	return -int64(errno)
}
