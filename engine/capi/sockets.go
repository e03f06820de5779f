package main

// #include <stdint.h>
import "C"

import (
	"unsafe"

	"aiohub/engine"
)

//export aio_stream_open
func aio_stream_open(handle, fd C.int64_t, flags C.uint32_t, token C.uint64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnStreamOpen)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.OpenStream(int64(fd), uint32(flags), uint64(token)))
}

//export aio_stream_mode
func aio_stream_mode(handle, stream C.int64_t, flags C.uint32_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnStreamMode)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.StreamMode(int64(stream), uint32(flags)))
}

//export aio_stream_read
func aio_stream_read(handle, stream C.int64_t, buf unsafe.Pointer, n C.int64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnStreamRead)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.StreamRead(int64(stream), uintptr(buf), int64(n)))
}

//export aio_stream_write
func aio_stream_write(handle, stream C.int64_t, data unsafe.Pointer, n C.int64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnStreamWrite)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.StreamWrite(int64(stream), uintptr(data), int64(n)))
}

//export aio_stream_writev
func aio_stream_writev(handle, stream C.int64_t, bufs unsafe.Pointer, n C.int64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnStreamWritev)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	pieces, ok := slice[engine.Buf](bufs, n)
	if !ok {
		return badArgument
	}
	return C.int64_t(e.StreamWritev(int64(stream), pieces))
}

//export aio_stream_queued
func aio_stream_queued(handle, stream C.int64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnStreamQueued)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.StreamQueued(int64(stream)))
}

//export aio_stream_marks
func aio_stream_marks(handle, stream, low, high C.int64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnStreamMarks)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.StreamMarks(int64(stream), int64(low), int64(high)))
}

//export aio_shutdown
func aio_shutdown(handle, stream C.int64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnShutdown)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.Shutdown(int64(stream)))
}

//export aio_listen
func aio_listen(handle, fd, backlog C.int64_t, token C.uint64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnListen)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.Listen(int64(fd), int64(backlog), uint64(token)))
}

//export aio_dgram_open
func aio_dgram_open(handle, fd C.int64_t, flags C.uint32_t, token C.uint64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnDgramOpen)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.OpenDgram(int64(fd), uint32(flags), uint64(token)))
}

//export aio_dgram_send
func aio_dgram_send(handle, dgram C.int64_t, data unsafe.Pointer, n C.int64_t, addr unsafe.Pointer, addrLen C.uint32_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnDgramSend)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.DgramSend(int64(dgram), uintptr(data), int64(n), uintptr(addr), uint32(addrLen)))
}

//export aio_recv
func aio_recv(handle, fd C.int64_t, buf unsafe.Pointer, n C.int64_t, flags C.uint32_t, token C.uint64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnRecv)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.Recv(int64(fd), uintptr(buf), int64(n), uint32(flags), uint64(token)))
}

//export aio_send
func aio_send(handle, fd C.int64_t, data unsafe.Pointer, n C.int64_t, flags C.uint32_t, token C.uint64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnSend)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	return C.int64_t(e.Send(int64(fd), uintptr(data), int64(n), uint32(flags), uint64(token)))
}

//export aio_accept
func aio_accept(handle, fd C.int64_t, addr unsafe.Pointer, addrLen *C.uint32_t, token C.uint64_t) (result C.int64_t) {
	defer guard(&result)
	begin(fnAccept)
	e := engines.find(int64(handle))
	if e == nil {
		return badHandle
	}
	if addrLen == nil {
		return badArgument
	}
	accepted, length := e.Accept(int64(fd), uintptr(addr), uint32(*addrLen), uint64(token))
	*addrLen = C.uint32_t(length)
	return C.int64_t(accepted)
}
