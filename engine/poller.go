package engine

// The poller of each system (poller_epoll.go, poller_kqueue.go) has the same methods:
//
//	newPoller() (*poller, error)
//	(*poller) set(fd int, gen, next uint32, mask uint32, oneshot bool) (fresh bool, errno)
//	(*poller) drop(fd int) errno
//	(*poller) wait(timeoutNS int64) (n int, errno)
//	(*poller) eventsAddress() uint64
//	(*poller) collect(n int) int
//	(*poller) renew() error
//	(*poller) close()
//
// set arms fd for mask. gen is the present registration of the number, 0 if there is none. If the kernel knows the file under this
// number, the registration is changed and keeps gen. Otherwise (fresh) a registration called next is made: whatever was
// armed under the number before belonged to another file.
// wait fills ready[:n]. With a timeout of 0 it is a raw system call that the Go scheduler does not hear of.

// readiness is one ready descriptor.
type readiness struct {
	fd   int32
	gen  uint32 // of the registration that is ready
	mask uint32
}

// ReadyMax is the most one wait returns.
const ReadyMax = 512
