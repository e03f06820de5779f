/* engine.Board (engine/board.go): what C reads of an engine, and does for it, without a call into Go. */

#ifndef AIOHUB_BOARD_H
#define AIOHUB_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOARD_SEATS (1 << 17)
#define BOARD_NEVER INT64_MAX
#define BOARD_READY 512 /* engine.ReadyMax */
#define BOARD_ENGINES 4096

struct seat {
    uint32_t gen;
    uint16_t kind, wanted;
    uint64_t token;
};

struct board {
    _Atomic int64_t handle;
    _Atomic int32_t turning, busy, pending;
    _Atomic int64_t deadline;
    _Atomic int64_t poll_fd;
    _Atomic uint64_t events;
    _Atomic int64_t turns, found, controls;
    struct seat seats[BOARD_SEATS];
};

/* By the low half of the handle. A board that was put here stays readable for ever. */
extern struct board *_Atomic boards[BOARD_ENGINES];

static inline struct board *
board_of(int64_t engine)
{
    const uint32_t index = (uint32_t)engine;
    return index < BOARD_ENGINES ? atomic_load_explicit(&boards[index], memory_order_acquire) : NULL;
}

/* Have the seats to oneself, if that can be had at once: else Go, which has a lock, is asked. */
static inline bool
board_take(struct board *board)
{
    int32_t free = 0;
    return atomic_compare_exchange_strong_explicit(&board->busy, &free, 1, memory_order_acquire, memory_order_relaxed);
}

static inline void
board_give(struct board *board)
{
    atomic_store_explicit(&board->busy, 0, memory_order_release);
}

/* Count up what only the holder of the board, or of the turn, changes. */
static inline void
board_count(_Atomic int64_t *counter, int64_t n)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

#endif
