package main

// #include "engine.h"
import "C"

import (
	"unsafe"

	"aiohub/engine"
)

// engine.h and package engine say the same; where they do not, this file does not compile: a negative constant is no uint.

const (
	_ = uint(unsafe.Sizeof(engine.Op{})-C.sizeof_struct_aio_op) + uint(C.sizeof_struct_aio_op-unsafe.Sizeof(engine.Op{}))
	_ = uint(unsafe.Sizeof(engine.Event{})-C.sizeof_struct_aio_event) + uint(C.sizeof_struct_aio_event-unsafe.Sizeof(engine.Event{}))
	_ = uint(unsafe.Sizeof(engine.Buf{})-C.sizeof_struct_aio_buf) + uint(C.sizeof_struct_aio_buf-unsafe.Sizeof(engine.Buf{}))
	_ = uint(unsafe.Sizeof(engine.Stats{})-C.sizeof_struct_aio_stats) + uint(C.sizeof_struct_aio_stats-unsafe.Sizeof(engine.Stats{}))
	_ = uint(panicked-C.AIO_PANIC) + uint(C.AIO_PANIC-panicked)
	_ = uint(engine.OpNop-C.AIO_OP_NOP) + uint(C.AIO_OP_NOP-engine.OpNop)
	_ = uint(engine.OpTimerAdd-C.AIO_OP_TIMER_ADD) + uint(C.AIO_OP_TIMER_ADD-engine.OpTimerAdd)
	_ = uint(engine.OpTimerCancel-C.AIO_OP_TIMER_CANCEL) + uint(C.AIO_OP_TIMER_CANCEL-engine.OpTimerCancel)
	_ = uint(engine.OpWrite-C.AIO_OP_WRITE) + uint(C.AIO_OP_WRITE-engine.OpWrite)
	_ = uint(engine.OpWritev-C.AIO_OP_WRITEV) + uint(C.AIO_OP_WRITEV-engine.OpWritev)
	_ = uint(engine.OpSendto-C.AIO_OP_SENDTO) + uint(C.AIO_OP_SENDTO-engine.OpSendto)
	_ = uint(engine.OpReading-C.AIO_OP_READING) + uint(C.AIO_OP_READING-engine.OpReading)
	_ = uint(engine.OpShutdown-C.AIO_OP_SHUTDOWN) + uint(C.AIO_OP_SHUTDOWN-engine.OpShutdown)
	_ = uint(engine.OpClose-C.AIO_OP_CLOSE) + uint(C.AIO_OP_CLOSE-engine.OpClose)
	_ = uint(engine.OpWatch-C.AIO_OP_WATCH) + uint(C.AIO_OP_WATCH-engine.OpWatch)
	_ = uint(engine.OpWait-C.AIO_OP_WAIT) + uint(C.AIO_OP_WAIT-engine.OpWait)
	_ = uint(engine.EvWake-C.AIO_EV_WAKE) + uint(C.AIO_EV_WAKE-engine.EvWake)
	_ = uint(engine.EvTimer-C.AIO_EV_TIMER) + uint(C.AIO_EV_TIMER-engine.EvTimer)
	_ = uint(engine.EvWatch-C.AIO_EV_WATCH) + uint(C.AIO_EV_WATCH-engine.EvWatch)
	_ = uint(engine.EvWait-C.AIO_EV_WAIT) + uint(C.AIO_EV_WAIT-engine.EvWait)
	_ = uint(engine.EvData-C.AIO_EV_DATA) + uint(C.AIO_EV_DATA-engine.EvData)
	_ = uint(engine.EvReadable-C.AIO_EV_READABLE) + uint(C.AIO_EV_READABLE-engine.EvReadable)
	_ = uint(engine.EvEOF-C.AIO_EV_EOF) + uint(C.AIO_EV_EOF-engine.EvEOF)
	_ = uint(engine.EvError-C.AIO_EV_ERROR) + uint(C.AIO_EV_ERROR-engine.EvError)
	_ = uint(engine.EvWrote-C.AIO_EV_WROTE) + uint(C.AIO_EV_WROTE-engine.EvWrote)
	_ = uint(engine.EvAccepted-C.AIO_EV_ACCEPTED) + uint(C.AIO_EV_ACCEPTED-engine.EvAccepted)
	_ = uint(engine.EvAcceptFailed-C.AIO_EV_ACCEPT_FAILED) + uint(C.AIO_EV_ACCEPT_FAILED-engine.EvAcceptFailed)
	_ = uint(engine.EvDatagram-C.AIO_EV_DATAGRAM) + uint(C.AIO_EV_DATAGRAM-engine.EvDatagram)
	_ = uint(engine.EvDgramFailed-C.AIO_EV_DGRAM_FAILED) + uint(C.AIO_EV_DGRAM_FAILED-engine.EvDgramFailed)
	_ = uint(engine.EvSent-C.AIO_EV_SENT) + uint(C.AIO_EV_SENT-engine.EvSent)
	_ = uint(engine.EvSendFailed-C.AIO_EV_SEND_FAILED) + uint(C.AIO_EV_SEND_FAILED-engine.EvSendFailed)
	_ = uint(engine.EvChild-C.AIO_EV_CHILD) + uint(C.AIO_EV_CHILD-engine.EvChild)
	_ = uint(engine.In-C.AIO_IN) + uint(C.AIO_IN-engine.In)
	_ = uint(engine.Out-C.AIO_OUT) + uint(C.AIO_OUT-engine.Out)
	_ = uint(engine.Pri-C.AIO_PRI) + uint(C.AIO_PRI-engine.Pri)
	_ = uint(engine.Err-C.AIO_ERR) + uint(C.AIO_ERR-engine.Err)
	_ = uint(engine.Hup-C.AIO_HUP) + uint(C.AIO_HUP-engine.Hup)
	_ = uint(engine.Empty-C.AIO_EMPTY) + uint(C.AIO_EMPTY-engine.Empty)
	_ = uint(engine.Low-C.AIO_LOW) + uint(C.AIO_LOW-engine.Low)
	_ = uint(engine.Retry-C.AIO_RETRY) + uint(C.AIO_RETRY-engine.Retry)
	_ = uint(engine.Truncated-C.AIO_TRUNCATED) + uint(C.AIO_TRUNCATED-engine.Truncated)
	_ = uint(engine.Lost-C.AIO_LOST) + uint(C.AIO_LOST-engine.Lost)
	_ = uint(engine.File-C.AIO_STREAM_FILE) + uint(C.AIO_STREAM_FILE-engine.File)
	_ = uint(engine.Notify-C.AIO_STREAM_NOTIFY) + uint(C.AIO_STREAM_NOTIFY-engine.Notify)
	_ = uint(engine.Paused-C.AIO_STREAM_PAUSED) + uint(C.AIO_STREAM_PAUSED-engine.Paused)
	_ = uint(engine.CloseFD-C.AIO_CLOSE_FD) + uint(C.AIO_CLOSE_FD-engine.CloseFD)
	_ = uint(engine.ReadMax-C.AIO_READ_MAX) + uint(C.AIO_READ_MAX-engine.ReadMax)
	_ = uint(engine.MaxTimerSlots-C.AIO_TIMER_SLOTS) + uint(C.AIO_TIMER_SLOTS-engine.MaxTimerSlots)
	_ = uint(engine.AcceptRetryNS-C.AIO_ACCEPT_RETRY_NS) + uint(C.AIO_ACCEPT_RETRY_NS-engine.AcceptRetryNS)
)
