//go:build darwin || freebsd || netbsd || openbsd

package engine

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// poller is a kqueue. It has a filter for reading and one for writing where epoll has one registration, and the kernel drops both when
// the number is closed, whoever else has the file; so there are no stale events, and gen is kept here, not in the kernel.
type poller struct {
	fd       int
	ready    [ReadyMax]readiness
	events   [ReadyMax]unix.Kevent_t
	known    []filters // by descriptor
	controls int64
}

// filters is what the kernel has of a number.
type filters struct {
	gen     uint32
	mask    uint32
	oneshot bool
}

func newPoller() (*poller, error) {
	fd, err := unix.Kqueue()
	if err != nil {
		return nil, err
	}
	unix.CloseOnExec(fd)
	return &poller{fd: fd}, nil
}

func (p *poller) close() { _ = unix.Close(p.fd) }

// renew is for stale registrations, which a kqueue does not have.
func (p *poller) renew() error { return unix.ENOSYS }

func (p *poller) change(fd, filter, flags int) unix.Errno {
	p.controls++
	var change [1]unix.Kevent_t
	unix.SetKevent(&change[0], fd, filter, flags)
	_, err := unix.Kevent(p.fd, change[:], nil, nil)
	return errnoOf(err)
}

func (p *poller) at(fd int) *filters {
	for fd >= len(p.known) {
		p.known = append(p.known, filters{})
	}
	return &p.known[fd]
}

// set: see poller.go. That the number was closed shows by a filter that is gone. Where no filter is left to ask for, a reuse goes unseen; what
// is armed is the new file's all the same.
func (p *poller) set(fd int, gen, next uint32, mask uint32, oneshot bool) (fresh bool, errno unix.Errno) {
	have := p.at(fd)
	fresh = gen == 0
	if gen != 0 {
		for _, filter := range filtersOf(have.mask) {
			if p.change(fd, filter, unix.EV_DELETE) == unix.ENOENT {
				fresh = true
			}
		}
		next = gen
	}
	*have = filters{}
	flags := unix.EV_ADD
	if oneshot {
		flags |= unix.EV_ONESHOT
	}
	for _, filter := range filtersOf(mask) {
		if errno = p.change(fd, filter, flags); errno != 0 {
			return fresh, errno
		}
	}
	if mask == 0 {
		if _, errno = fcntlGetFD(fd); errno != 0 {
			return fresh, errno
		}
	}
	*have = filters{gen: next, mask: mask & (In | Out), oneshot: oneshot}
	return fresh, 0
}

func (p *poller) drop(fd int) unix.Errno {
	have := p.at(fd)
	for _, filter := range filtersOf(have.mask) {
		p.change(fd, filter, unix.EV_DELETE)
	}
	*have = filters{}
	return 0
}

// filtersOf is the filters for a mask.
func filtersOf(mask uint32) []int {
	switch mask & (In | Out) {
	case In:
		return []int{unix.EVFILT_READ}
	case Out:
		return []int{unix.EVFILT_WRITE}
	case In | Out:
		return []int{unix.EVFILT_READ, unix.EVFILT_WRITE}
	}
	return nil
}

// wait: see poller.go. The two filters of a number are two entries of ready.
func (p *poller) wait(timeoutNS int64) (int, unix.Errno) {
	var timeout *unix.Timespec
	if timeoutNS >= 0 {
		ts := unix.NsecToTimespec(timeoutNS)
		timeout = &ts
	}
	n, err := unix.Kevent(p.fd, nil, p.events[:], timeout)
	if err != nil {
		return 0, errnoOf(err)
	}
	return p.collect(n), 0
}

// eventsAddress is for a wait of the caller's own, which kevent(2) would be.
func (p *poller) eventsAddress() uint64 { return uint64(uintptr(unsafe.Pointer(&p.events[0]))) }

// collect fills ready from the first n events.
func (p *poller) collect(n int) int {
	n = min(n, ReadyMax)
	for i := range p.events[:n] {
		event := &p.events[i]
		fd := int(event.Ident)
		mask := In
		if int(event.Filter) == unix.EVFILT_WRITE {
			mask = Out
			if event.Flags&unix.EV_EOF != 0 {
				mask |= Err // nobody reads any more
			}
		}
		have := p.at(fd)
		p.ready[i] = readiness{fd: int32(fd), gen: have.gen, mask: mask}
		if have.oneshot {
			have.mask &^= mask
		}
	}
	return n
}
