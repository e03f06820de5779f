package main

// #include "board.h"
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
	_ = uint(unsafe.Sizeof(engine.Stats{})-C.sizeof_struct_aio_stats) + uint(C.sizeof_struct_aio_stats-unsafe.Sizeof(engine.Stats{}))
	_ = uint(unsafe.Sizeof(engine.Board{})-C.sizeof_struct_board) + uint(C.sizeof_struct_board-unsafe.Sizeof(engine.Board{}))
	_ = uint(engine.MaxSeats-C.BOARD_SEATS) + uint(C.BOARD_SEATS-engine.MaxSeats)
	_ = uint(engine.ReadyMax-C.BOARD_READY) + uint(C.BOARD_READY-engine.ReadyMax)
	_ = uint(maxEngines-C.BOARD_ENGINES) + uint(C.BOARD_ENGINES-maxEngines)
	_ = uint(panicked-C.AIO_PANIC) + uint(C.AIO_PANIC-panicked)
	_ = uint(engine.OpNop-C.AIO_OP_NOP) + uint(C.AIO_OP_NOP-engine.OpNop)
	_ = uint(engine.OpTimerAdd-C.AIO_OP_TIMER_ADD) + uint(C.AIO_OP_TIMER_ADD-engine.OpTimerAdd)
	_ = uint(engine.OpTimerCancel-C.AIO_OP_TIMER_CANCEL) + uint(C.AIO_OP_TIMER_CANCEL-engine.OpTimerCancel)
	_ = uint(engine.EvWake-C.AIO_EV_WAKE) + uint(C.AIO_EV_WAKE-engine.EvWake)
	_ = uint(engine.EvTimer-C.AIO_EV_TIMER) + uint(C.AIO_EV_TIMER-engine.EvTimer)
	_ = uint(engine.EvWatch-C.AIO_EV_WATCH) + uint(C.AIO_EV_WATCH-engine.EvWatch)
	_ = uint(engine.EvWait-C.AIO_EV_WAIT) + uint(C.AIO_EV_WAIT-engine.EvWait)
	_ = uint(engine.EvReadable-C.AIO_EV_READABLE) + uint(C.AIO_EV_READABLE-engine.EvReadable)
	_ = uint(engine.EvError-C.AIO_EV_ERROR) + uint(C.AIO_EV_ERROR-engine.EvError)
	_ = uint(engine.EvWrote-C.AIO_EV_WROTE) + uint(C.AIO_EV_WROTE-engine.EvWrote)
	_ = uint(engine.EvSent-C.AIO_EV_SENT) + uint(C.AIO_EV_SENT-engine.EvSent)
	_ = uint(engine.EvSendFailed-C.AIO_EV_SEND_FAILED) + uint(C.AIO_EV_SEND_FAILED-engine.EvSendFailed)
	_ = uint(engine.In-C.AIO_IN) + uint(C.AIO_IN-engine.In)
	_ = uint(engine.Out-C.AIO_OUT) + uint(C.AIO_OUT-engine.Out)
	_ = uint(engine.Pri-C.AIO_PRI) + uint(C.AIO_PRI-engine.Pri)
	_ = uint(engine.Err-C.AIO_ERR) + uint(C.AIO_ERR-engine.Err)
	_ = uint(engine.Hup-C.AIO_HUP) + uint(C.AIO_HUP-engine.Hup)
	_ = uint(engine.Empty-C.AIO_EMPTY) + uint(C.AIO_EMPTY-engine.Empty)
	_ = uint(engine.Paused-C.AIO_PAUSED) + uint(C.AIO_PAUSED-engine.Paused)
	_ = uint(engine.MaxTimerSlots-C.AIO_TIMER_SLOTS) + uint(C.AIO_TIMER_SLOTS-engine.MaxTimerSlots)
)
