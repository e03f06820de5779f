/* Green threads and green tasks: what the files about them share. */

#ifndef AIOHUB_GREEN_H
#define AIOHUB_GREEN_H

#include "greenlets.h"

/* step.c: a task's steps. */

typedef struct Driver Driver;

typedef struct {
    PyObject_HEAD
    PyObject *coroutine; /* what is driven */
    PyObject *task;      /* NULL or None until it is known, and after it has returned */
    PyObject *green;     /* its greenlet; NULL or None before the first step and after the last */
    Driver *driver;      /* what runs in that; NULL as soon as the coroutine has ended */
    PyObject *home;      /* the greenlet that makes the present step */
    PyObject *hub;       /* a Core */
    PyObject *loop, *context;
    PyObject *inbox, *outbox;
    PyObject *detached, *pending, *raised; /* see GreenCoroutine; NULL or None for none */
    PyObject *yielded, *cancel_asked, *cancel_yielded, *waiting; /* the same */
    int cancels_seen, pending_cancels;
    bool attached; /* a step waits for the greenlet to come back */
    bool parked;   /* the coroutine is suspended in an await */
    bool throws;   /* inbox is an exception */
    bool returned; /* outbox is what the coroutine has returned */
    bool awaits_step; /* see GreenCoroutine */
} Step;

extern PyTypeObject Step_Type;

/* What a Task is given instead of *coroutine*; *context* is NULL for the task's own. */
PyObject *step_new(PyObject *hub, PyObject *coroutine, PyObject *context);

/* Step after step of the coroutine, in its greenlet. Returns the greenlet, borrowed, that waits for the step in which
 * the coroutine has returned; or NULL when the greenlet is to end. */
PyObject *step_run(Step *step);

/* drivers.c: the greenlets in which tasks run. */

struct Driver {
    PyObject_HEAD
    PyObject *green;   /* a TaskGreenlet */
    PyObject *context; /* for the next task; NULL for none */
    Step *step;      /* what it drives, borrowed; NULL: it has nothing more to do */
    bool is_reusable;
};

/* As many may wait for the next task; each has a chunk of 16 KiB of the interpreter's stack. */
#define DRIVERS 64

typedef struct {
    Driver *idle[DRIVERS];
    int count;
} Drivers;

extern PyTypeObject Driver_Type, Core_Type;

void drivers_clear(Drivers *drivers);
int drivers_traverse(Drivers *drivers, visitproc visit, void *arg);

/* core.c: what native code uses of a hub. */

typedef struct {
    PyObject_HEAD
    PyObject *greenlet; /* runs the loop */
    PyObject *loop;
    PyObject *context; /* of the hub's own callbacks */
    PyObject *watcher; /* NULL or None for none */
    PyObject *timers;  /* see timers.c */
    PyObject *closed_listeners, *clock, *debug_blocking;
    bool leaving, closed;
    Drivers drivers;
} Core;

static inline bool
is_none(PyObject *object)
{
    return object == NULL || object == Py_None;
}

/* A greenlet for a task whose coroutine is *coroutine*, a Step, and whose first step is made by *home*; a new
 * reference. */
Driver *driver_take(Core *core, PyObject *home, PyObject *context, PyObject *coroutine);
PyObject *driver_start(Driver *driver);            /* the first switch to it of a task */
void driver_give_back(Core *core, Driver *driver); /* takes the reference */

/* border.c: waiting for a coroutine. */

extern PyTypeObject WakeUp_Type;

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

/* Answer of a fast path that does not apply: nothing has been done, the Python function is to be called. Of one that gives an
 * object, and of one that gives none. */
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
 * *mark_as_closed* is called, if it is not None, when the descriptor is closed meanwhile. */
PyObject *wait_for(Waits *waits, int fd, uint32_t mask, PyObject *mark_as_closed);

/* The same with a timeout in seconds (a number, or None for none) after which *timeout_error* is raised. */
PyObject *wait_for_timeout(Waits *waits, int fd, uint32_t mask, PyObject *mark_as_closed, PyObject *seconds,
                           PyObject *timeout_error);

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

#endif
