//go:build linux

// Package main is the engine's C ABI, built as a shared library. engine.h is its manual.
//
// Every export is a leaf: it calls package engine and returns a number. It recovers a panic and returns AIO_PANIC.
// Pointers from C are passed on as they are; engine.h says how long they have to be valid.
//
// The runtime's watch over the container's processor limit is turned off: it keeps two descriptors of the cgroup open,
// which every child of a fork would leave behind.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0
package main

// #include <stdint.h>
//
// #include "functions.h"
import "C"

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"

	"aiohub/engine"
)

// abi is AIO_ABI.
const abi = 3

const (
	badHandle   = -int64(unix.EBADF)
	badArgument = -int64(unix.EINVAL)
)

var engines registry

func main() {}

// slice is the n elements at p; ok is false if there cannot be such.
// SAFETY: the caller vouches for the memory until the export returns (engine.h); it is C's.
func slice[T any](p unsafe.Pointer, n C.int64_t) (s []T, ok bool) {
	if n < 0 || n > 1<<30 || p == nil && n > 0 {
		return nil, false
	}
	return unsafe.Slice((*T)(p), int(n)), true
}

// onEngine is what an export does that asks one engine for one thing.
func onEngine(function int64, handle C.int64_t, do func(e *engine.Engine) int64) (result C.int64_t) {
	defer guard(&result)
	begin(function)
	e := engines.find(int64(handle))
	if e == nil {
		return C.int64_t(badHandle)
	}
	return C.int64_t(do(e))
}

//export aio_abi
func aio_abi() C.int64_t { return abi }

// aio_new, aio_turn, aio_wait and aio_unwait themselves are C (turn.c, waits.c), which has the engine's board. Their
// parts here are called aioNew and so on.

//export aioNew
func aioNew(board *unsafe.Pointer) (result C.int64_t) {
	defer guard(&result)
	begin(C.AIO_FN_new)
	e, err := engine.New()
	if err != nil {
		var errno unix.Errno
		if !errors.As(err, &errno) {
			errno = unix.EIO
		}
		return -C.int64_t(errno)
	}
	handle := engines.add(e)
	if handle == 0 {
		_ = e.Free()
		return -C.int64_t(unix.EMFILE)
	}
	*board = unsafe.Pointer(e.Board())
	return C.int64_t(handle)
}

//export aio_free
func aio_free(handle C.int64_t) (result C.int64_t) {
	defer guard(&result)
	begin(C.AIO_FN_free)
	return -C.int64_t(engines.free(int64(handle)))
}

//export aioTurnBegin
func aioTurnBegin(handle C.int64_t, ops unsafe.Pointer, nops, limit C.int64_t) C.int64_t {
	return onEngine(C.AIO_FN_turn, handle, func(e *engine.Engine) int64 {
		submitted, ok := slice[engine.Op](ops, nops)
		if !ok {
			return badArgument
		}
		e.GiveWay()
		return int64(e.BeginTurn(submitted, int(limit)))
	})
}

//export aioTurnEnd
func aioTurnEnd(handle C.int64_t, events unsafe.Pointer, limit, waited, now C.int64_t) (result C.int64_t) {
	defer guard(&result)
	e := engines.find(int64(handle))
	if e == nil {
		return C.int64_t(badHandle)
	}
	filled, _ := slice[engine.Event](events, limit)
	n := e.EndTurn(filled, int64(waited), int64(now))
	e.GiveWay()
	return C.int64_t(n)
}

//export aio_wake_fd
func aio_wake_fd(handle C.int64_t) C.int64_t {
	return onEngine(C.AIO_FN_wake_fd, handle, func(e *engine.Engine) int64 { return int64(e.WakeFD()) })
}

//export aio_poll_fd
func aio_poll_fd(handle C.int64_t) C.int64_t {
	return onEngine(C.AIO_FN_poll_fd, handle, func(e *engine.Engine) int64 { return int64(e.PollFD()) })
}

//export aio_watch
func aio_watch(handle, fd C.int64_t, mask C.uint32_t, token C.uint64_t) C.int64_t {
	return onEngine(C.AIO_FN_watch, handle, func(e *engine.Engine) int64 {
		return e.Watch(int64(fd), uint32(mask), uint64(token))
	})
}

//export aioWait
func aioWait(handle, fd C.int64_t, mask C.uint32_t, token C.uint64_t) C.int64_t {
	return onEngine(C.AIO_FN_wait, handle, func(e *engine.Engine) int64 {
		return e.Wait(int64(fd), uint32(mask), uint64(token))
	})
}

//export aioUnwait
func aioUnwait(handle, fd C.int64_t, mask C.uint32_t) C.int64_t {
	return onEngine(C.AIO_FN_unwait, handle, func(e *engine.Engine) int64 { return e.Unwait(int64(fd), uint32(mask)) })
}

//export aio_forget
func aio_forget(handle, fd C.int64_t) C.int64_t {
	return onEngine(C.AIO_FN_forget, handle, func(e *engine.Engine) int64 { return e.Forget(int64(fd)) })
}

//export aio_reading
func aio_reading(handle, source C.int64_t, on C.uint32_t) C.int64_t {
	return onEngine(C.AIO_FN_reading, handle, func(e *engine.Engine) int64 { return e.Reading(int64(source), on != 0) })
}

//export aio_close
func aio_close(handle, source C.int64_t) C.int64_t {
	return onEngine(C.AIO_FN_close, handle, func(e *engine.Engine) int64 { return e.Close(int64(source)) })
}

//export aio_stats
func aio_stats(handle C.int64_t, out unsafe.Pointer) C.int64_t {
	return onEngine(C.AIO_FN_stats, handle, func(e *engine.Engine) int64 {
		if out == nil {
			return badArgument
		}
		stats := e.Stats()
		stats.Panics = panics.count.Load()
		*(*engine.Stats)(out) = stats
		return 0
	})
}

//export aio_last_panic
func aio_last_panic(buf *C.char, n C.int64_t) (result C.int64_t) {
	defer guard(&result)
	text := lastPanic()
	if room, ok := slice[byte](unsafe.Pointer(buf), n); ok {
		copy(room, text)
	}
	return C.int64_t(len(text))
}

//export aio_inject_panic
func aio_inject_panic(function C.int64_t) (result C.int64_t) {
	defer guard(&result)
	panics.inject.Store(int64(function))
	engines.ask()
	return 0
}
