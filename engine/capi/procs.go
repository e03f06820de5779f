//go:build linux

package main

import (
	"runtime"
	"time"
)

// processors is how many processors the Go scheduler gets: one for the goroutine of the loop's thread, and one that is
// idle.
//
// While one is idle, the scheduler's monitor leaves a thread that has gone back to C its processor for 10 ms. With a
// single one, as Go sets it where a process may use one core only, the monitor takes it away after 20 µs, and every
// crossing after that has to get it back, with two futex calls and two switches of threads: 35 µs of 133 for a request
// of eventlet.wsgi.
const processors = 2

func init() {
	runtime.GOMAXPROCS(processors)

	// The runtime opens two descriptors, its own epoll set and an eventfd, with its first timer. That would be the
	// collector's, at some time after minutes: who counts descriptors would take them for a leak. So now, and for good;
	// a forked child closes them (runtime_fds.c of the shim).
	time.AfterFunc(time.Hour, func() {}).Stop()
}
