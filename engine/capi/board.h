/* engine.Board (engine/board.go): what C reads of an engine without a call into Go. */

#ifndef AIOHUB_BOARD_H
#define AIOHUB_BOARD_H

#include <stdatomic.h>
#include <stdint.h>

#define BOARD_SEATS (1 << 17)
#define BOARD_NEVER INT64_MAX
#define BOARD_READY 512 /* engine.ReadyMax */
#define BOARD_ENGINES 4096

struct seat {
    _Atomic uint32_t gen, kind;
    _Atomic uint64_t token;
};

struct board {
    _Atomic int64_t handle;
    _Atomic int32_t turning, pending;
    _Atomic int64_t deadline;
    _Atomic int64_t poll_fd;
    _Atomic uint64_t events;
    _Atomic int64_t turns, found;
    struct seat seats[BOARD_SEATS];
};

#endif
