/* Coroutines in greenlets of their own, and waiting across the border: what the files about them share. */

#ifndef AIOHUB_BORDER_H
#define AIOHUB_BORDER_H

#include "green/greenlets.h"

typedef struct Core Core; /* of a hub: green/core.c */

/* coroutine.c: a task's steps. */

typedef struct Driver Driver;

typedef struct {
    PyObject_HEAD
    PyObject *coroutine; /* what is driven */
    PyObject *task;      /* NULL or None until it is known, and after it has returned */
    PyObject *greenlet;  /* its own; NULL or None before the first step and after the last */
    Driver *driver;      /* what runs in that; NULL as soon as the coroutine has ended */
    PyObject *home;      /* the greenlet that makes the present step */
    PyObject *hub;       /* a Core */
    PyObject *loop, *context;
    PyObject *inbox, *outbox;
    PyObject *detached, *pending, *raised; /* see GreenCoroutine; NULL or None for none */
    PyObject *yielded, *cancel_asked, *cancel_yielded, *waiting, *lender; /* the same */
    int cancels_seen, pending_cancels;
    bool attached; /* a step waits for the greenlet to come back */
    bool begins;   /* who waits for the task makes its first step */
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
    PyObject *nursery; /* of one that has just been born there, borrowed: where it goes first; else NULL */
    Step *step;      /* what it drives, borrowed; NULL: it has nothing more to do */
    bool is_reusable;
};

/* As many may wait for the next task; each has a chunk of 16 KiB of the interpreter's stack. */
#define DRIVERS 64

typedef struct {
    Driver *idle[DRIVERS];
    int count;
    struct Nursery *nursery; /* where those are born that others than the hub need; NULL before the first */
} Drivers;

extern PyTypeObject Driver_Type, Nursery_Type;

/* How deep in the stack a nursery is. Those that are born in the hub's can be used again; the steps' is best. */
enum { NURSERY_ANYWHERE = 0, NURSERY_OF_HUB = 1, NURSERY_OF_STEPS = 2 };

int drivers_open_nursery(Core *core, int depth); /* here, in the place of one that is less good */
void drivers_clear(Drivers *drivers);
int drivers_traverse(Drivers *drivers, visitproc visit, void *arg);

/* A greenlet for a task whose coroutine is *coroutine*, a Step, and whose first step is made by *home*; a new
 * reference. */
Driver *driver_take(Core *core, PyObject *home, PyObject *context, PyObject *coroutine);
PyObject *driver_start(Driver *driver);            /* the first switch to it of a task */
void driver_give_back(Core *core, Driver *driver); /* takes the reference */

/* bridge.c: waiting for a coroutine. */

extern PyTypeObject WakeUp_Type;

#endif
