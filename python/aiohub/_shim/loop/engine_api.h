/* The functions of engine.h as pointers: the library is loaded while the program runs, in a forked child once more. */

#ifndef AIOHUB_ENGINE_API_H
#define AIOHUB_ENGINE_API_H

#include "engine.h"

typedef struct {
#define FUNCTION(name) __typeof__(aio_##name) *name;
    AIO_FUNCTIONS(FUNCTION, FUNCTION)
#undef FUNCTION
    const void *base; /* where the library is mapped */
} EngineApi;

typedef struct aio_op aio_op;
typedef struct aio_event aio_event;

#endif
