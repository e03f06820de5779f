/* Green threads: their hub, its poller and its timers, and eventlet's hot calls. */

#ifndef AIOHUB_GREEN_H
#define AIOHUB_GREEN_H

#include "border/border.h"
#include "green/greenlets.h"
#include "loop/loop.h"

/* core.c: what native code uses of a hub. */

struct Core {
    PyObject_HEAD
    PyObject *greenlet; /* runs the loop */
    PyObject *loop;
    PyObject *context; /* of the hub's own callbacks */
    PyObject *watcher; /* NULL or None for none */
    PyObject *timers;  /* see timers.c */
    PyObject *closed_listeners, *clock, *debug_blocking;
    bool leaving, closed;
    bool plain_tasks; /* coroutines run in the hub's greenlet: see Hub.switch */
    Drivers drivers;
};

extern PyTypeObject Core_Type;

static inline bool
is_none(PyObject *object)
{
    return object == NULL || object == Py_None;
}

/* listener.c: eventlet's FdListener for a green thread that waits in native code. */

typedef struct {
    PyObject_HEAD
    PyObject *greenlet;
    PyObject *owner; /* see wait_for */
    int fd;
    uint32_t mask; /* WAIT_READ or WAIT_WRITE */
    bool spent;
} Listener;

extern PyTypeObject Listener_Type;

PyObject *listener_new(PyObject *green, int fd, uint32_t mask, PyObject *owner);

/* poller_engine.c: the waits of green threads. */

int wait_over(Loop *loop, const aio_event *event); /* -1 for an exception that ends the loop */

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
    PyObject *local; /* eventlet's names of this OS thread, a dict: `hub` is its hub */
    FdTable armed; /* of Armed */
    uint64_t last_token;
} Waits;

#define WAIT_READ (AIO_IN | AIO_PRI)
#define WAIT_WRITE AIO_OUT

extern PyTypeObject Waits_Type;

/* The waits of the hub that is eventlet's hub in this OS thread; a new reference, or NULL if there is none. */
Waits *waits_here(void);

/* Answer of a fast path that does not apply: nothing has been done, the Python function is to be called. Of one that
 * gives an object, and of one that gives none. */
#define NOT_FAST ((PyObject *)(void *)&green_not_fast)
extern char green_not_fast;

typedef enum {
    PATH_FAILED = -1, /* with an exception */
    PATH_DONE = 0,
    PATH_NOT_FAST = 1,
} Path;

/* Switch to the hub until somebody switches back: Hub.switch, or NOT_FAST. */
PyObject *hub_switch(PyObject *hub);

/* Wait until *fd* is ready for *mask*, WAIT_READ or WAIT_WRITE: hubs.trampoline, or NOT_FAST.
 * *owner* is told when the descriptor is closed meanwhile: a GreenSocket, a function, or None for nobody. */
PyObject *wait_for(Waits *waits, int fd, uint32_t mask, PyObject *owner);

/* The same with a timeout in seconds (a number, or None for none) after which *timeout_error* is raised. */
PyObject *wait_for_timeout(Waits *waits, int fd, uint32_t mask, PyObject *owner, PyObject *seconds,
                           PyObject *timeout_error);

/* Whether the last read of *fd* took all there was; forgotten by asking. */
static inline bool
take_drained(Waits *waits, int fd)
{
    Armed *armed = fdtable_find(&waits->armed, fd);
    if (armed != NULL && armed->drained) {
        armed->drained = false;
        return true;
    }
    return false;
}

static inline void
note_drained(Waits *waits, int fd, bool drained)
{
    Armed *armed = fdtable_find(&waits->armed, fd);
    if (likely(armed != NULL)) {
        armed->drained = drained;
    }
}

/* timers.c */

extern PyTypeObject Soon_Type, HubTimers_Type;

/* An eventlet Timer without a delay that switches to a greenlet. */
typedef struct {
    PyObject_HEAD
    PyObject *green;
    PyObject *args; /* a tuple, or NULL for nothing */
    PyObject *scheduled_time, *sequence; /* set by Hub.add_timer */
    bool called;
} Soon;

/* A timer without a delay that switches to *green* with the tuple *args*, or with nothing if that is NULL. */
PyObject *soon_new(PyObject *green, PyObject *args);

/* hub.add_timer(timer) for a Soon. */
int core_add_soon(Core *core, PyObject *timer);

/* The hub of this OS thread, of whatever kind; a new reference, or NULL without an exception. */
PyObject *hub_here(void);

/* The same if it is a Core, else NULL. */
Core *core_here(void);

/* chunks.c */

/* Keep chunks of the data stack from now on: the allocator is the whole process's, so not before there is a hub. */
void chunks_keep(void);

#endif
