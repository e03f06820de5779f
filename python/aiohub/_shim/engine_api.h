/* The functions of engine.h as pointers: the library is loaded while the program runs, in a forked child once more. */

#ifndef AIOHUB_ENGINE_API_H
#define AIOHUB_ENGINE_API_H

#include "engine.h"

#define ENGINE_FUNCTIONS(FUNCTION) \
    FUNCTION(abi) \
    FUNCTION(new) \
    FUNCTION(free) \
    FUNCTION(turn) \
    FUNCTION(wake_fd) \
    FUNCTION(poll_fd) \
    FUNCTION(watch) \
    FUNCTION(wait) \
    FUNCTION(unwait) \
    FUNCTION(forget) \
    FUNCTION(stream_open) \
    FUNCTION(recv_now) \
    FUNCTION(receive_now) \
    FUNCTION(send_now) \
    FUNCTION(stream_queue) \
    FUNCTION(reading) \
    FUNCTION(close) \
    FUNCTION(dgram_open) \
    FUNCTION(dgram_queue) \
    FUNCTION(last_panic) \
    FUNCTION(inject_panic)

typedef struct {
#define FUNCTION(name) __typeof__(aio_##name) *name;
    ENGINE_FUNCTIONS(FUNCTION)
#undef FUNCTION
    const void *base; /* where the library is mapped */
} EngineApi;

typedef struct aio_op aio_op;
typedef struct aio_event aio_event;

static inline void *
engine_pointer(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

static inline uint64_t
engine_address(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

#endif
