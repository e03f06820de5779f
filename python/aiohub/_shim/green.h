/* Waits of green threads: what the files about them share. */

#ifndef AIOHUB_GREEN_H
#define AIOHUB_GREEN_H

#include "greenlets.h"

/* What the engine has armed for a descriptor number. */
typedef struct {
    uint64_t token; /* tells an event of this number's present file from one of an earlier file */
    uint32_t armed; /* AIO_IN | AIO_PRI, AIO_OUT */
    bool drained;   /* the last read took all there was: the next one is likely to have to wait */
} Armed;

/* The poller of a hub whose loop is the engine's: one-shot waits, and the switch to whom they are over for. */
typedef struct {
    PyObject_HEAD
    Loop *loop;         /* NULL once closed */
    PyObject *hub;      /* NULL once closed */
    PyObject *readers;  /* the hub's listeners, dicts by descriptor number */
    PyObject *writers;
    PyObject *more_readers; /* its secondary listeners */
    PyObject *more_writers;
    Armed *armed; /* by descriptor number */
    int armed_size;
    uint64_t last_token;
} Waits;

#define WAIT_READ (AIO_IN | AIO_PRI)
#define WAIT_WRITE AIO_OUT

extern PyTypeObject Waits_Type, Listener_Type;

/* The waits of the hub that is eventlet's hub in this OS thread; a new reference, or NULL if there is none. */
Waits *waits_here(void);

/* Answer of a fast path that does not apply: nothing has been done, the Python function is to be called. */
#define NOT_FAST ((PyObject *)(void *)&green_not_fast)
extern char green_not_fast;

/* Switch to the hub until somebody switches back: Hub.switch, or NOT_FAST. */
PyObject *hub_switch(PyObject *hub);

/* Wait until *fd* is ready for *mask*, WAIT_READ or WAIT_WRITE: hubs.trampoline, or NOT_FAST.
 * *mark_as_closed* is called, if it is not None, when the descriptor is closed meanwhile. */
PyObject *wait_for(Waits *waits, int fd, uint32_t mask, PyObject *mark_as_closed);

/* The same with a timeout in seconds (a number, or None for none) after which *timeout_error* is raised. */
PyObject *wait_for_timeout(Waits *waits, int fd, uint32_t mask, PyObject *mark_as_closed, PyObject *seconds,
                           PyObject *timeout_error);

/* *local* is eventlet's thread-local with the hub, *throw_function* is called with a greenlet and an exception. */
void waits_init(PyObject *local, PyObject *throw_function);

/* Whether the last read of *fd* took all there was; forgotten by asking. */
static inline bool
take_drained(Waits *waits, int fd)
{
    if (fd < waits->armed_size && waits->armed[fd].drained) {
        waits->armed[fd].drained = false;
        return true;
    }
    return false;
}

static inline void
note_drained(Waits *waits, int fd, bool drained)
{
    if (likely(fd < waits->armed_size)) {
        waits->armed[fd].drained = drained;
    }
}

/* sockets.c */

PyObject *sockets_init(PyObject *module, PyObject *args);

#endif
