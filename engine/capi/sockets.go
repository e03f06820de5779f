//go:build linux

package main

// #include <stdint.h>
//
// #include "functions.h"
import "C"

import "unsafe"

//export aio_stream_open
func aio_stream_open(handle, fd C.int64_t, flags C.uint32_t, token C.uint64_t) (result C.int64_t) {
	defer guard(&result)
	begin(C.AIO_FN_stream_open)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.OpenStream(int64(fd), uint32(flags), uint64(token)))
}

//export aio_stream_queue
func aio_stream_queue(handle, stream C.int64_t, data unsafe.Pointer, n C.int64_t) (result C.int64_t) {
	defer guard(&result)
	begin(C.AIO_FN_stream_queue)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.QueueBytes(int64(stream), uintptr(data), int64(n)))
}

//export aio_dgram_open
func aio_dgram_open(handle, fd C.int64_t, flags C.uint32_t, token C.uint64_t) (result C.int64_t) {
	defer guard(&result)
	begin(C.AIO_FN_dgram_open)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.OpenDgram(int64(fd), uint32(flags), uint64(token)))
}

//export aio_dgram_queue
func aio_dgram_queue(handle, dgram C.int64_t, data unsafe.Pointer, n C.int64_t, addr unsafe.Pointer, addrLen C.uint32_t) (result C.int64_t) {
	defer guard(&result)
	begin(C.AIO_FN_dgram_queue)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.QueueDatagram(int64(dgram), uintptr(data), int64(n), uintptr(addr), uint32(addrLen)))
}
