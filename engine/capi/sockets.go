//go:build linux

package main

// #include <stdint.h>
//
// #include "functions.h"
import "C"

import (
	"unsafe"

	"aiohub/engine"
)

//export aio_stream_open
func aio_stream_open(handle, fd C.int64_t, flags C.uint32_t, token C.uint64_t) C.int64_t {
	return onEngine(C.AIO_FN_stream_open, handle, func(e *engine.Engine) int64 {
		return e.OpenStream(int64(fd), uint32(flags), uint64(token))
	})
}

//export aio_stream_queue
func aio_stream_queue(handle, stream C.int64_t, data unsafe.Pointer, n C.int64_t) C.int64_t {
	return onEngine(C.AIO_FN_stream_queue, handle, func(e *engine.Engine) int64 {
		return e.QueueBytes(int64(stream), uintptr(data), int64(n))
	})
}

//export aio_dgram_open
func aio_dgram_open(handle, fd C.int64_t, flags C.uint32_t, token C.uint64_t) C.int64_t {
	return onEngine(C.AIO_FN_dgram_open, handle, func(e *engine.Engine) int64 {
		return e.OpenDgram(int64(fd), uint32(flags), uint64(token))
	})
}

//export aio_dgram_queue
func aio_dgram_queue(handle, dgram C.int64_t, data unsafe.Pointer, n C.int64_t, addr unsafe.Pointer,
	addrLen C.uint32_t) C.int64_t {
	return onEngine(C.AIO_FN_dgram_queue, handle, func(e *engine.Engine) int64 {
		return e.QueueDatagram(int64(dgram), uintptr(data), int64(n), uintptr(addr), uint32(addrLen))
	})
}
