//go:build linux

package engine

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// poller is an epoll set. The data of a registration is (fd, gen): an event of a file that was closed behind our back while a
// duplicate keeps it alive still carries its old gen, and is told apart.
type poller struct {
	fd       int
	ready    [ReadyMax]readiness
	events   []unix.EpollEvent // mapped outside Go's heap: C may have the kernel fill it
	mem      []byte
	controls int64 // epoll_ctl calls
	noPwait2 bool  // the kernel is older than 5.11
}

func newPoller() (*poller, error) {
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	mem, err := unix.Mmap(-1, 0, ReadyMax*int(unsafe.Sizeof(unix.EpollEvent{})), unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		_ = unix.Close(epfd)
		return nil, err
	}
	return &poller{fd: epfd, mem: mem, events: unsafe.Slice((*unix.EpollEvent)(unsafe.Pointer(&mem[0])), ReadyMax)}, nil
}

func (p *poller) close() {
	_ = unix.Close(p.fd)
	_ = unix.Munmap(p.mem)
}

// eventsAddress is where a wait of the caller's own puts up to ReadyMax events, for collect.
func (p *poller) eventsAddress() uint64 { return uint64(uintptr(unsafe.Pointer(&p.mem[0]))) }

// renew makes the set empty. It keeps its number, which a forked child closes without a call into the library.
func (p *poller) renew() error {
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	defer unix.Close(epfd)
	return unix.Dup3(epfd, p.fd, unix.O_CLOEXEC)
}

func (p *poller) control(op, fd int, event *unix.EpollEvent) unix.Errno {
	p.controls++
	_, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_CTL, uintptr(p.fd), uintptr(op), uintptr(fd),
		uintptr(unsafe.Pointer(event)), 0, 0)
	return errno
}

// set: see poller.go. MOD answering ENOENT means that the number was closed and reused.
func (p *poller) set(fd int, gen, next uint32, mask uint32, oneshot bool) (fresh bool, errno unix.Errno) {
	event := unix.EpollEvent{Events: epollBits(mask), Fd: int32(fd), Pad: int32(gen)}
	if oneshot {
		event.Events |= unix.EPOLLONESHOT
	}
	if gen != 0 {
		if errno = p.control(unix.EPOLL_CTL_MOD, fd, &event); errno != unix.ENOENT {
			return false, errno
		}
	}
	event.Pad = int32(next)
	if errno = p.control(unix.EPOLL_CTL_ADD, fd, &event); errno == unix.EEXIST {
		errno = p.control(unix.EPOLL_CTL_MOD, fd, &event)
	}
	return true, errno
}

func (p *poller) drop(fd int) unix.Errno { return p.control(unix.EPOLL_CTL_DEL, fd, nil) }

// wait: see poller.go.
func (p *poller) wait(timeoutNS int64) (int, unix.Errno) {
	n, errno := p.systemWait(timeoutNS)
	if errno != 0 {
		return 0, errno
	}
	return p.collect(n), 0
}

// collect fills ready from the first n events.
func (p *poller) collect(n int) int {
	n = min(n, ReadyMax)
	for i := range p.events[:n] {
		event := &p.events[i]
		p.ready[i] = readiness{fd: event.Fd, gen: uint32(event.Pad), mask: maskOf(event.Events)}
	}
	return n
}

func (p *poller) systemWait(timeoutNS int64) (int, unix.Errno) {
	epfd, events := uintptr(p.fd), uintptr(unsafe.Pointer(&p.events[0]))
	switch {
	case timeoutNS == 0:
		n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, epfd, events, ReadyMax, 0, 0, 0)
		return int(n), errno
	case timeoutNS < 0:
		// A blocked thread has to tell the scheduler: it would hold its P, and the collector would wait for it.
		forever := -1
		n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT, epfd, events, ReadyMax, uintptr(forever), 0, 0)
		return int(n), errno
	}
	if !p.noPwait2 {
		ts := unix.NsecToTimespec(timeoutNS)
		n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, epfd, events, ReadyMax, uintptr(unsafe.Pointer(&ts)), 0, 0)
		// EPERM: an old seccomp filter that does not know the call.
		if errno != unix.ENOSYS && errno != unix.EPERM {
			return int(n), errno
		}
		p.noPwait2 = true
	}
	// Round up: 0.4 ms truncated to 0 would spin until it is over.
	ms := min((timeoutNS+int64(time.Millisecond)-1)/int64(time.Millisecond), 1<<31-1)
	n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT, epfd, events, ReadyMax, uintptr(ms), 0, 0)
	return int(n), errno
}

func epollBits(mask uint32) (bits uint32) {
	if mask&In != 0 {
		bits |= unix.EPOLLIN
	}
	if mask&Out != 0 {
		bits |= unix.EPOLLOUT
	}
	if mask&Pri != 0 {
		bits |= unix.EPOLLPRI
	}
	return bits
}

func maskOf(bits uint32) (mask uint32) {
	if bits&unix.EPOLLIN != 0 {
		mask |= In
	}
	if bits&unix.EPOLLOUT != 0 {
		mask |= Out
	}
	if bits&unix.EPOLLPRI != 0 {
		mask |= Pri
	}
	if bits&unix.EPOLLERR != 0 {
		mask |= Err
	}
	if bits&unix.EPOLLHUP != 0 {
		mask |= Hup
	}
	return mask
}
