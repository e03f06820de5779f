//go:build linux

package main

// #include <errno.h>
//
// #include "engine.h"
import "C"

import (
	"runtime"
	"unsafe"

	"aiohub/engine"
)

// driven is an engine used through the functions of engine.h, as they are called from C. It is for tests, which cannot
// import "C" themselves; the linker leaves it out of the library.
type driven struct{ handle C.int64_t }

func newDriven() driven { return driven{C.aio_new()} }

func (d driven) turn(ops []engine.Op, events []engine.Event, timeoutNS int64) int64 {
	// SAFETY: layout.go has the structures equal; the slices live until the call returns.
	n := C.aio_turn(d.handle, (*C.struct_aio_op)(unsafe.Pointer(unsafe.SliceData(ops))), C.int64_t(len(ops)),
		(*C.struct_aio_event)(unsafe.Pointer(unsafe.SliceData(events))), C.int64_t(len(events)), C.int64_t(timeoutNS))
	return int64(n)
}

func (d driven) free() int64   { return int64(C.aio_free(d.handle)) }
func (d driven) wakeFD() int64 { return int64(C.aio_wake_fd(d.handle)) }

func (d driven) watch(fd int, mask uint32, token uint64) int64 {
	return int64(C.aio_watch(d.handle, C.int64_t(fd), C.uint32_t(mask), C.uint64_t(token)))
}

func (d driven) wait(fd int, mask uint32, token uint64) int64 {
	return int64(C.aio_wait(d.handle, C.int64_t(fd), C.uint32_t(mask), C.uint64_t(token)))
}

func (d driven) unwait(fd int, mask uint32) int64 {
	return int64(C.aio_unwait(d.handle, C.int64_t(fd), C.uint32_t(mask)))
}

func (d driven) forget(fd int) int64 { return int64(C.aio_forget(d.handle, C.int64_t(fd))) }

func (d driven) openStream(fd int, flags uint32, token uint64) int64 {
	return int64(C.aio_stream_open(d.handle, C.int64_t(fd), C.uint32_t(flags), C.uint64_t(token)))
}

// write does what a stream's owner does: it sends the bytes if nothing is queued, and has the engine write what is
// left. The number of bytes sent now, or -errno. What is queued has to stay where it is: on the heap, and in use.
func (d driven) write(stream int64, fd int, data []byte, nothingQueued bool) int64 {
	start := unsafe.Pointer(unsafe.SliceData(data))
	sent := int64(0)
	if nothingQueued && len(data) > 0 {
		sent = int64(C.aio_send_now(C.int64_t(fd), start, C.int64_t(len(data)), nil, 0))
		if sent == int64(len(data)) || sent < 0 && sent != -int64(C.EAGAIN) {
			return sent
		}
		sent = max(sent, 0)
	}
	rest := data[sent:]
	code := C.aio_stream_queue(d.handle, C.int64_t(stream), unsafe.Pointer(unsafe.SliceData(rest)), C.int64_t(len(rest)))
	runtime.KeepAlive(data)
	if code < 0 {
		return int64(code)
	}
	return sent
}

func (d driven) recvNow(fd int, buf []byte) int64 {
	return int64(C.aio_recv_now(C.int64_t(fd), unsafe.Pointer(unsafe.SliceData(buf)), C.int64_t(len(buf))))
}

func (d driven) reading(source int64, on bool) int64 {
	number := C.uint32_t(0)
	if on {
		number = 1
	}
	return int64(C.aio_reading(d.handle, C.int64_t(source), number))
}

func (d driven) close(source int64) int64 { return int64(C.aio_close(d.handle, C.int64_t(source))) }

func (d driven) stats() (stats engine.Stats) {
	C.aio_stats(d.handle, (*C.struct_aio_stats)(unsafe.Pointer(&stats)))
	return stats
}
