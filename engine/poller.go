//go:build linux

package engine

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// ReadyMax is the most one wait finds.
const ReadyMax = 512

// readiness is one ready descriptor.
type readiness struct {
	fd   int32
	gen  uint32 // of the registration that is ready
	mask uint32
}

// poller is an epoll set. The data of a registration is (fd, gen): an event of a file that was closed behind our back
// while a duplicate keeps it alive still carries its old gen, and is told apart.
type poller struct {
	fd       int
	ready    [ReadyMax]readiness
	events   []unix.EpollEvent // mapped outside Go's heap: C may have the kernel fill it
	mem      []byte
	controls int64 // epoll_ctl calls
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

// set arms fd for mask. gen is the present registration of the number, 0 if there is none. If the kernel knows the file
// under this number, the registration is changed and keeps gen. Otherwise (fresh) a registration called next is made:
// whatever was armed under the number before belonged to another file. MOD answers ENOENT then: the number was closed
// and reused.
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

// collect fills ready from the first n events.
func (p *poller) collect(n int) int {
	n = min(n, ReadyMax)
	for i := range p.events[:n] {
		event := &p.events[i]
		p.ready[i] = readiness{fd: event.Fd, gen: uint32(event.Pad), mask: maskOf(event.Events)}
	}
	return n
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
