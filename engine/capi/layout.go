//go:build linux

package main

/*
#include <stddef.h>

#include "board.h"
#include "engine.h"

// Go's cgo knows no offsetof, and no atomic fields.
#define OFFSET(type, field) type##_##field = offsetof(struct type, field)
enum {
	OFFSET(aio_op, code), OFFSET(aio_op, result), OFFSET(aio_op, deadline), OFFSET(aio_op, token),
	OFFSET(aio_event, token), OFFSET(aio_event, kind), OFFSET(aio_event, flags), OFFSET(aio_event, result),
	OFFSET(seat, gen), OFFSET(seat, kind), OFFSET(seat, wanted), OFFSET(seat, token),
	OFFSET(board, handle), OFFSET(board, turning), OFFSET(board, busy), OFFSET(board, pending),
	OFFSET(board, deadline),
	OFFSET(board, poll_fd), OFFSET(board, events), OFFSET(board, turns), OFFSET(board, found),
	OFFSET(board, controls), OFFSET(board, seats),
	OFFSET(aio_stats, timers), OFFSET(aio_stats, timers_cancelled), OFFSET(aio_stats, watched),
	OFFSET(aio_stats, streams), OFFSET(aio_stats, datagrams), OFFSET(aio_stats, queued_bytes),
	OFFSET(aio_stats, turns), OFFSET(aio_stats, events), OFFSET(aio_stats, operations), OFFSET(aio_stats, wakes),
	OFFSET(aio_stats, timers_fired), OFFSET(aio_stats, writes), OFFSET(aio_stats, written_bytes),
	OFFSET(aio_stats, controls), OFFSET(aio_stats, stale), OFFSET(aio_stats, rebuilds),
	OFFSET(aio_stats, goroutines), OFFSET(aio_stats, panics),
};
*/
import "C"

import (
	"unsafe"

	"aiohub/engine"
)

// engine.h, board.h and package engine say the same; where they do not, this file does not compile: there is no other
// index than 0.
var same = [1]struct{}{}

// Sizes.
var (
	_ = same[unsafe.Sizeof(engine.Op{})-C.sizeof_struct_aio_op]
	_ = same[unsafe.Sizeof(engine.Event{})-C.sizeof_struct_aio_event]
	_ = same[unsafe.Sizeof(engine.Seat{})-C.sizeof_struct_seat]
	_ = same[unsafe.Sizeof(engine.Board{})-C.sizeof_struct_board]
	_ = same[unsafe.Sizeof(engine.Stats{})-C.sizeof_struct_aio_stats]
)

// Offsets.
var (
	_ = same[unsafe.Offsetof(engine.Op{}.Code)-C.aio_op_code]
	_ = same[unsafe.Offsetof(engine.Op{}.Result)-C.aio_op_result]
	_ = same[unsafe.Offsetof(engine.Op{}.Deadline)-C.aio_op_deadline]
	_ = same[unsafe.Offsetof(engine.Op{}.Token)-C.aio_op_token]
	_ = same[unsafe.Offsetof(engine.Event{}.Token)-C.aio_event_token]
	_ = same[unsafe.Offsetof(engine.Event{}.Kind)-C.aio_event_kind]
	_ = same[unsafe.Offsetof(engine.Event{}.Flags)-C.aio_event_flags]
	_ = same[unsafe.Offsetof(engine.Event{}.Result)-C.aio_event_result]
	_ = same[unsafe.Offsetof(engine.Seat{}.Gen)-C.seat_gen]
	_ = same[unsafe.Offsetof(engine.Seat{}.Kind)-C.seat_kind]
	_ = same[unsafe.Offsetof(engine.Seat{}.Wanted)-C.seat_wanted]
	_ = same[unsafe.Offsetof(engine.Seat{}.Token)-C.seat_token]
	_ = same[unsafe.Offsetof(engine.Board{}.Handle)-C.board_handle]
	_ = same[unsafe.Offsetof(engine.Board{}.Turning)-C.board_turning]
	_ = same[unsafe.Offsetof(engine.Board{}.Busy)-C.board_busy]
	_ = same[unsafe.Offsetof(engine.Board{}.Pending)-C.board_pending]
	_ = same[unsafe.Offsetof(engine.Board{}.Deadline)-C.board_deadline]
	_ = same[unsafe.Offsetof(engine.Board{}.PollFD)-C.board_poll_fd]
	_ = same[unsafe.Offsetof(engine.Board{}.Events)-C.board_events]
	_ = same[unsafe.Offsetof(engine.Board{}.Turns)-C.board_turns]
	_ = same[unsafe.Offsetof(engine.Board{}.Found)-C.board_found]
	_ = same[unsafe.Offsetof(engine.Board{}.Controls)-C.board_controls]
	_ = same[unsafe.Offsetof(engine.Board{}.Seats)-C.board_seats]
	_ = same[unsafe.Offsetof(engine.Stats{}.Timers)-C.aio_stats_timers]
	_ = same[unsafe.Offsetof(engine.Stats{}.TimersCancelled)-C.aio_stats_timers_cancelled]
	_ = same[unsafe.Offsetof(engine.Stats{}.Watched)-C.aio_stats_watched]
	_ = same[unsafe.Offsetof(engine.Stats{}.Streams)-C.aio_stats_streams]
	_ = same[unsafe.Offsetof(engine.Stats{}.Datagrams)-C.aio_stats_datagrams]
	_ = same[unsafe.Offsetof(engine.Stats{}.QueuedBytes)-C.aio_stats_queued_bytes]
	_ = same[unsafe.Offsetof(engine.Stats{}.Turns)-C.aio_stats_turns]
	_ = same[unsafe.Offsetof(engine.Stats{}.Events)-C.aio_stats_events]
	_ = same[unsafe.Offsetof(engine.Stats{}.Operations)-C.aio_stats_operations]
	_ = same[unsafe.Offsetof(engine.Stats{}.Wakes)-C.aio_stats_wakes]
	_ = same[unsafe.Offsetof(engine.Stats{}.TimersFired)-C.aio_stats_timers_fired]
	_ = same[unsafe.Offsetof(engine.Stats{}.Writes)-C.aio_stats_writes]
	_ = same[unsafe.Offsetof(engine.Stats{}.WrittenBytes)-C.aio_stats_written_bytes]
	_ = same[unsafe.Offsetof(engine.Stats{}.Controls)-C.aio_stats_controls]
	_ = same[unsafe.Offsetof(engine.Stats{}.Stale)-C.aio_stats_stale]
	_ = same[unsafe.Offsetof(engine.Stats{}.Rebuilds)-C.aio_stats_rebuilds]
	_ = same[unsafe.Offsetof(engine.Stats{}.Goroutines)-C.aio_stats_goroutines]
	_ = same[unsafe.Offsetof(engine.Stats{}.Panics)-C.aio_stats_panics]
)

// Numbers.
var (
	_ = same[engine.MaxSeats-C.BOARD_SEATS]
	_ = same[engine.ReadyMax-C.BOARD_READY]
	_ = same[maxEngines-C.BOARD_ENGINES]
	_ = same[panicked-C.AIO_PANIC]
	_ = same[engine.OpNop-C.AIO_OP_NOP]
	_ = same[engine.OpTimerAdd-C.AIO_OP_TIMER_ADD]
	_ = same[engine.OpTimerCancel-C.AIO_OP_TIMER_CANCEL]
	_ = same[engine.EvWake-C.AIO_EV_WAKE]
	_ = same[engine.EvTimer-C.AIO_EV_TIMER]
	_ = same[engine.EvWatch-C.AIO_EV_WATCH]
	_ = same[engine.EvWait-C.AIO_EV_WAIT]
	_ = same[engine.EvReadable-C.AIO_EV_READABLE]
	_ = same[engine.EvError-C.AIO_EV_ERROR]
	_ = same[engine.EvWrote-C.AIO_EV_WROTE]
	_ = same[engine.EvSent-C.AIO_EV_SENT]
	_ = same[engine.EvSendFailed-C.AIO_EV_SEND_FAILED]
	_ = same[engine.In-C.AIO_IN]
	_ = same[engine.Out-C.AIO_OUT]
	_ = same[engine.Pri-C.AIO_PRI]
	_ = same[engine.Err-C.AIO_ERR]
	_ = same[engine.Hup-C.AIO_HUP]
	_ = same[engine.Empty-C.AIO_EMPTY]
	_ = same[engine.Paused-C.AIO_PAUSED]
	_ = same[engine.MaxTimerSlots-C.AIO_TIMER_SLOTS]
)
