/* The event loop: what its files share, and what the other rooms use of it. */

#ifndef AIOHUB_LOOP_H
#define AIOHUB_LOOP_H

#include "loop/engine_api.h"
#include "shim.h"

#include <time.h>

/* ready.c: the queue of what runs in the next turn. */

typedef struct {
    PyObject **slots;
    size_t mask; /* size - 1; the size is a power of two */
    size_t head; /* counts up for ever; slots[head & mask] is the first */
    size_t count;
} Ready;

int ready_push(Ready *ready, PyObject *item); /* takes a reference of its own; -1 with MemoryError */
PyObject *ready_pop(Ready *ready);            /* the caller owns it; NULL if the queue is empty */
PyObject *ready_take(Ready *ready, size_t index); /* out of the middle; the caller owns it */
void ready_clear(Ready *ready);
int ready_traverse(Ready *ready, visitproc visit, void *arg);
PyObject *ready_list(Ready *ready);

/* The item at *index*, borrowed. */
static inline PyObject *
ready_get(const Ready *ready, size_t index)
{
    return ready->slots[(ready->head + index) & ready->mask];
}

/* slots.c: objects the engine knows by a token. */

typedef struct {
    PyObject *object; /* owned; NULL in a free slot */
    uint32_t generation;
    uint32_t next_free; /* index + 1; 0 ends the list */
} Slot;

/* A token is a slot's generation and index: an event for an object that has left is recognised and dropped. */
typedef struct {
    Slot *slots;
    uint32_t size, used, first_free;
} Slots;

int slots_add(Slots *slots, PyObject *object, uint64_t *token); /* takes a reference of its own */
void slots_remove(Slots *slots, uint64_t token);                /* drops it; unknown tokens are ignored */
void slots_clear(Slots *slots);
int slots_traverse(Slots *slots, visitproc visit, void *arg);

/* The object of a token, borrowed; NULL for one that has left. */
static inline PyObject *
slots_get(const Slots *slots, uint64_t token)
{
    uint32_t index = (uint32_t)token;
    if (index >= slots->used || slots->slots[index].generation != (uint32_t)(token >> 32)) {
        return NULL;
    }
    return slots->slots[index].object;
}

/* fdtable.c: tables by descriptor number. */

#define FDTABLE_PAGE 64

typedef struct {
    char **pages; /* each of FDTABLE_PAGE items, or NULL */
    size_t page_count, item_size;
} FdTable;

void *fdtable_make(FdTable *table, int fd); /* zero at first; NULL with MemoryError */
void fdtable_free(FdTable *table);
/* For a walk over the items there are: *fd* or the first number above it that has one; -1 at the end. */
int fdtable_next(const FdTable *table, int fd);

/* The item of *fd*; NULL if there is none. */
static inline void *
fdtable_find(const FdTable *table, int fd)
{
    size_t page = (size_t)fd / FDTABLE_PAGE; /* of a negative number: far above all there are */
    if (unlikely(page >= table->page_count || table->pages[page] == NULL)) {
        return NULL;
    }
    return table->pages[page] + (size_t)fd % FDTABLE_PAGE * table->item_size;
}

/* engine.c */

int engine_set_library(PyObject *path, PyObject *error_class);
const EngineApi *engine_api(void); /* loads the library if this process has not; NULL with an exception */
/* runtime_fds.c: closes the descriptors that the Go runtime of the library at *base*, a parent's, keeps for itself. */
void close_runtime_descriptors(const void *base);

void engine_drop_parents(void);    /* in a child: close what the parent's library has open for itself */
bool engine_is_of_parent(void);    /* whether this process is a child that has not loaded its own copy */
int raise_engine(const EngineApi *api, int64_t code); /* sets what a negative result of the engine means; -1 */

/* loop.c */

/* Events of one crossing. */
#define EVENTS 512
/* The most one read of a stream asks for, in bytes: as the stock loop does. */
#define READ_MAX (256 * 1024)
/* Room for a batch of datagrams of the largest size. */
#define READ_BUFFER (AIO_DATAGRAMS * 64 * 1024)

typedef struct {
    PyObject *reader, *writer; /* Handles, owned, or NULL */
    uint64_t token;            /* what the engine calls the descriptor while it watches it; 0: it does not */
} Watch;

typedef struct {
    PyObject_HEAD
    const EngineApi *api;
    int64_t engine; /* 0: not open */
    int wake_fd, poll_fd;
    unsigned long forks; /* the value of fork_count when the engine was made */
    Ready ready;
    Slots timers;
    Slots objects; /* transports */
    FdTable transports; /* of PyObject *, borrowed: which of them has a descriptor */
    FdTable watches; /* of Watch */
    uint32_t watch_generation;
    /* What the next crossing tells the engine, and the array that the present one has taken along. */
    aio_op *ops, *spare_ops;
    uint32_t ops_count, ops_size, spare_ops_size;
    uint64_t crossing; /* counts crossings: an op belongs to the array only until the next one */
    /* What the last crossing brought. Events that an exception left behind are run by the next turn. */
    aio_event *events;
    uint32_t events_count, events_next;
    char *read_buffer; /* see loop_read_buffer; NULL until something is read */
    PyObject *waits; /* the Waits of the hub that runs the loop, owned; NULL without a hub */
    PyObject *thread_id;
    PyObject *current_handle;
    bool closed, debug, stopping;
    bool sleeping; /* the loop's thread is in the engine without the GIL */
} Loop;

extern PyTypeObject Loop_Type;

int loop_init(void);

int loop_check_open(Loop *loop); /* -1 with RuntimeError if it is closed */
/* Call the loop's method *hook* with *first* and *second*, or with *first* and the current exception. */
int loop_report(Loop *loop, PyObject *hook, PyObject *first, PyObject *second);

/* READ_BUFFER bytes, or NULL with MemoryError. Nothing in them outlives a call into Python. */
char *loop_new_read_buffer(Loop *loop);

static inline char *
loop_read_buffer(Loop *loop)
{
    return likely(loop->read_buffer != NULL) ? loop->read_buffer : loop_new_read_buffer(loop);
}

/* The loop's clock, in seconds. */
static inline double
loop_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)((int64_t)now.tv_sec * 1000000000 + now.tv_nsec) / 1e9;
}

/* turns.c */

PyObject *loop_run_until_stopped(Loop *loop, PyObject *ignored);
PyObject *loop_run_once(Loop *loop, PyObject *ignored);
PyObject *loop_add_callback(Loop *loop, PyObject *handle);
void loop_wake(Loop *loop);       /* with the GIL, from any OS thread */
int loop_drop_events(Loop *loop); /* after a fork: all but the timers among them */

/* fork.c */

extern unsigned long fork_count; /* grows in the child of each fork */

int fork_init(void);
int loop_open_engine(Loop *loop);
void loop_release_engine(Loop *loop);
int loop_restore(Loop *loop);

/* Whether the loop can call its engine; in the child of a fork it gets its own here. */
static inline bool
loop_has_engine(Loop *loop)
{
    if (unlikely(loop->engine == 0)) {
        return false;
    }
    if (unlikely(loop->forks != fork_count) && loop_restore(loop) < 0) {
        PyErr_Clear(); /* loop_check_open tries again, and raises */
        return false;
    }
    return true;
}

/* watch.c: add_reader and add_writer. */

PyObject *watch_add_reader(Loop *loop, PyObject *const *args, Py_ssize_t nargs);
PyObject *watch_add_writer(Loop *loop, PyObject *const *args, Py_ssize_t nargs);
PyObject *watch_remove_reader(Loop *loop, PyObject *file);
PyObject *watch_remove_writer(Loop *loop, PyObject *file);
PyObject *watch_list(Loop *loop, PyObject *ignored);
int watch_ready(Loop *loop, uint64_t token, uint32_t events);
void watches_restore(Loop *loop);
void watches_clear(Loop *loop);
int watches_traverse(Loop *loop, visitproc visit, void *arg);

/* handle.c */

/* Arguments kept in the handle itself; more go into a tuple. */
#define HANDLE_ARGS 3

typedef struct {
    PyObject_HEAD
    PyObject *callback; /* NULL once cancelled */
    PyObject *context;
    Loop *loop;
    PyObject *args[HANDLE_ARGS]; /* args[0] is a tuple if nargs is greater than HANDLE_ARGS */
    Py_ssize_t nargs;
    PyObject *source_traceback; /* NULL for None */
    PyObject *repr;             /* NULL for None */
    PyObject *weakrefs;
    bool cancelled;
} Handle;

typedef struct {
    Handle base;
    double when;
    uint64_t token;
    uint64_t crossing; /* the crossing that tells the engine of it ... */
    uint32_t op;       /* ... and where in its array */
    bool scheduled;
} Timer;

extern PyTypeObject Handle_Type, Timer_Type;

Handle *handle_new(Loop *loop, PyObject *callback, PyObject *const *args, Py_ssize_t nargs, PyObject *context);
Timer *timer_new(Loop *loop, double when, PyObject *callback, PyObject *const *args, Py_ssize_t nargs,
                 PyObject *context);
int handle_run(Handle *handle); /* -1 for an exception that ends the loop */
void handle_cancel(Handle *handle);

/* schedule.c: methods of the loop, and its timers on their way to the engine. */

PyObject *loop_call_soon(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords);
PyObject *loop_call_soon_threadsafe(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords);
PyObject *loop_call_later(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords);
PyObject *loop_call_at(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords);
PyObject *loop_time(Loop *loop, PyObject *ignored);
void loop_forget_timer(Loop *loop, Timer *timer);
int loop_submit_timers(Loop *loop); /* after a fork: for the next crossing, all there are */

#endif
