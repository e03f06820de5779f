/* The loop: what asyncio's call_soon, call_later and call_at queue, and the turns that run it. */

#include "collected.h"
#include "green/green.h"
#include "transports/stream.h"

#include <time.h>
#include <unistd.h>

/* Names are given by the subclass in aiohub/loop.py: what is said about a callback that failed or took long. */
int
loop_report(Loop *loop, PyObject *hook, PyObject *first, PyObject *second)
{
    PyObject *error = second ? new_reference(second) : take_exception();
    if (error == NULL) {
        return -1;
    }
    PyObject *result = PyObject_CallMethodObjArgs((PyObject *)loop, hook, first, error, NULL);
    Py_DECREF(error);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

int
loop_check_open(Loop *loop)
{
    if (unlikely(loop->closed)) {
        PyErr_SetString(PyExc_RuntimeError, "Event loop is closed");
        return -1;
    }
    if (unlikely(loop->engine == 0)) {
        PyErr_SetString(PyExc_RuntimeError, "the event loop was not initialized: call EventLoop.__init__ first");
        return -1;
    }
    return unlikely(loop->forks != fork_count) ? loop_restore(loop) : 0;
}

static int64_t
now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline double
now(void)
{
    return (double)now_ns() / 1e9;
}

/* Arguments: (callback, *args, context=None), after *skip* leading positional ones. */

typedef struct {
    PyObject *callback;
    PyObject *const *args;
    Py_ssize_t nargs;
    PyObject *context;
} Call;

static int
parse(const char *name, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords, Py_ssize_t skip, Call *call)
{
    call->context = NULL;
    if (unlikely(nargs <= skip)) {
        PyErr_Format(PyExc_TypeError, "%s() missing a required positional argument: 'callback'", name);
        return -1;
    }
    call->callback = args[skip];
    call->args = args + skip + 1;
    call->nargs = nargs - skip - 1;
    if (keywords == NULL) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(keywords); i++) {
        PyObject *key = PyTuple_GET_ITEM(keywords, i);
        if (likely(key == names.context) || PyUnicode_Compare(key, names.context) == 0) {
            call->context = args[nargs + i];
        }
        else {
            PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument %R", name, key);
            return -1;
        }
    }
    return 0;
}

/* What debug mode checks before a callback is taken. */
static int
check(Loop *loop, PyObject *callback, const char *method, bool same_thread)
{
    PyObject *result;
    if (same_thread) {
        result = PyObject_CallMethodNoArgs((PyObject *)loop, names._check_thread);
        if (result == NULL) {
            return -1;
        }
        Py_DECREF(result);
    }
    result = PyObject_CallMethod((PyObject *)loop, "_check_callback", "Os", callback, method);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

static PyObject *
call_soon(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    Call call;
    if (unlikely(loop->closed) && loop_check_open(loop) < 0) {
        return NULL;
    }
    if (parse("call_soon", args, nargs, keywords, 0, &call) < 0) {
        return NULL;
    }
    if (unlikely(loop->debug) && check(loop, call.callback, "call_soon", true) < 0) {
        return NULL;
    }
    Handle *handle = handle_new(loop, call.callback, call.args, call.nargs, call.context);
    if (unlikely(handle == NULL)) {
        return NULL;
    }
    if (unlikely(ready_push(&loop->ready, (PyObject *)handle) < 0)) {
        Py_DECREF(handle);
        return NULL;
    }
    return (PyObject *)handle;
}

static PyObject *
call_soon_threadsafe(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    Call call;
    if (loop_check_open(loop) < 0 || parse("call_soon_threadsafe", args, nargs, keywords, 0, &call) < 0) {
        return NULL;
    }
    if (unlikely(loop->debug) && check(loop, call.callback, "call_soon_threadsafe", false) < 0) {
        return NULL;
    }
    Handle *handle = handle_new(loop, call.callback, call.args, call.nargs, call.context);
    if (handle == NULL) {
        return NULL;
    }
    if (ready_push(&loop->ready, (PyObject *)handle) < 0) {
        Py_DECREF(handle);
        return NULL;
    }
    loop_wake(loop);
    return (PyObject *)handle;
}

void
loop_wake(Loop *loop)
{
    /* Under the GIL: either the loop's thread sleeps in the engine, or it will look at the queue before it does. */
    if (loop->sleeping && loop->forks == fork_count) {
        const uint64_t one = 1;
        ssize_t done;
        do {
            done = write(loop->wake_fd, &one, sizeof(one));
        } while (done < 0 && errno == EINTR); /* EAGAIN: a wake-up is pending */
        loop->sleeping = false; /* it is awake, if not yet here: once is enough */
    }
}

/* Timers. */

/* The engine's deadline for a time of the loop: rounded up, so that no timer is early. */
static int64_t
deadline_of(double when)
{
    double ns = when * 1e9;
    if (!(ns < 9.2e18)) { /* infinity and NaN too: never */
        return INT64_MAX;
    }
    if (ns < -4.6e18) { /* minus infinity too: long ago */
        return INT64_MIN / 2;
    }
    int64_t whole = (int64_t)ns;
    return ns > (double)whole ? whole + 1 : whole;
}

static int
add_op(Loop *loop, const aio_op *op)
{
    if (unlikely(loop->ops_count == loop->ops_size)) {
        size_t size = loop->ops_size ? (size_t)loop->ops_size * 2 : 64;
        aio_op *larger = PyMem_Resize(loop->ops, aio_op, size);
        if (larger == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        loop->ops = larger;
        loop->ops_size = (uint32_t)size;
    }
    loop->ops[loop->ops_count++] = *op;
    return 0;
}

/* Have the next crossing tell the engine of *timer*. */
static int
submit(Loop *loop, Timer *timer)
{
    timer->op = loop->ops_count;
    timer->crossing = loop->crossing;
    aio_op op = {.code = AIO_OP_TIMER_ADD, .token = timer->token, .deadline = deadline_of(timer->when)};
    return add_op(loop, &op);
}

static PyObject *
schedule(Loop *loop, double when, const Call *call)
{
    Timer *timer = timer_new(loop, when, call->callback, call->args, call->nargs, call->context);
    if (timer == NULL) {
        return NULL;
    }
    if (slots_add(&loop->timers, (PyObject *)timer, &timer->token) < 0) {
        Py_DECREF(timer);
        return NULL;
    }
    if (submit(loop, timer) < 0) {
        slots_remove(&loop->timers, timer->token);
        Py_DECREF(timer);
        return NULL;
    }
    timer->scheduled = true;
    return (PyObject *)timer;
}

/* A timer that is cancelled before the engine has heard of it is taken out of the array: it never crosses. */
void
loop_forget_timer(Loop *loop, Timer *timer)
{
    timer->scheduled = false;
    if (timer->crossing == loop->crossing) {
        loop->ops[timer->op].code = AIO_OP_NOP;
        while (loop->ops_count && loop->ops[loop->ops_count - 1].code == AIO_OP_NOP) {
            loop->ops_count--;
        }
    }
    else {
        aio_op op = {.code = AIO_OP_TIMER_CANCEL, .token = timer->token};
        if (add_op(loop, &op) < 0) {
            PyErr_Clear(); /* out of memory: it will fire into a free slot */
        }
    }
    slots_remove(&loop->timers, timer->token);
}

/* call_later and call_at: a number of seconds comes first, since *origin* of the loop's clock. */
static PyObject *
call_after(Loop *loop, const char *method, const char *no_number, double origin, PyObject *const *args,
           Py_ssize_t nargs, PyObject *keywords)
{
    Call call;
    if (loop_check_open(loop) < 0 || parse(method, args, nargs, keywords, 1, &call) < 0) {
        return NULL;
    }
    if (args[0] == Py_None) {
        PyErr_SetString(PyExc_TypeError, no_number);
        return NULL;
    }
    double seconds = PyFloat_AsDouble(args[0]);
    if (unlikely(seconds == -1.0 && PyErr_Occurred())) {
        return NULL;
    }
    if (unlikely(loop->debug) && check(loop, call.callback, method, true) < 0) {
        return NULL;
    }
    return schedule(loop, origin + seconds, &call);
}

static PyObject *
call_later(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    return call_after(loop, "call_later", "delay must not be None", now(), args, nargs, keywords);
}

static PyObject *
call_at(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    return call_after(loop, "call_at", "when cannot be None", 0, args, nargs, keywords);
}

static PyObject *
loop_time(Loop *Py_UNUSED(loop), PyObject *Py_UNUSED(ignored))
{
    return PyFloat_FromDouble(now());
}

int
loop_submit_timers(Loop *loop)
{
    loop->ops_count = 0;
    loop->crossing++;
    for (uint32_t i = 0; i < loop->timers.used; i++) {
        Timer *timer = (Timer *)loop->timers.slots[i].object;
        if (timer != NULL && submit(loop, timer) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Turns. */

static int
fire_timer(Loop *loop, uint64_t token)
{
    Timer *timer = (Timer *)slots_get(&loop->timers, token);
    if (timer == NULL) {
        return 0; /* cancelled in this very turn */
    }
    timer->scheduled = false;
    int result = ready_push(&loop->ready, (PyObject *)timer);
    slots_remove(&loop->timers, token);
    return result;
}

int
loop_drop_events(Loop *loop)
{
    while (loop->events_next < loop->events_count) {
        const aio_event *event = &loop->events[loop->events_next++];
        if (event->kind == AIO_EV_TIMER && fire_timer(loop, event->token) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
dispatch(Loop *loop, const aio_event *event)
{
    switch (event->kind) {
    case AIO_EV_TIMER:
        return fire_timer(loop, event->token);
    case AIO_EV_WATCH:
        return watch_ready(loop, event->token, event->flags);
    case AIO_EV_WAIT:
        return wait_over(loop, event);
    case AIO_EV_WAKE:
        return 0;
    default:
        return transport_dispatch(loop, event);
    }
}

/* Cross to the engine, with the GIL unless it may wait. */
static int64_t
cross(Loop *loop, aio_op *ops, uint32_t count)
{
    if (loop->ready.count || loop->stopping) {
        return loop->api->turn(loop->engine, ops, count, loop->events, EVENTS, 0);
    }
    loop->sleeping = true;
    PyThreadState *state = PyEval_SaveThread();
    int64_t got = loop->api->turn(loop->engine, ops, count, loop->events, EVENTS, -1);
    PyEval_RestoreThread(state);
    loop->sleeping = false;
    return got;
}

/* Ask the engine what has happened; waits if there is nothing to run. */
static int
poll_engine(Loop *loop)
{
    aio_op *ops = loop->ops;
    uint32_t count = loop->ops_count, size = loop->ops_size;
    /* What is submitted meanwhile, by a signal handler or a thread that should not, goes into the other array. */
    loop->ops = loop->spare_ops;
    loop->ops_size = loop->spare_ops_size;
    loop->ops_count = 0;
    loop->crossing++;
    loop->events_next = loop->events_count = 0;
    const unsigned long forks = fork_count;
    int64_t got;
    while ((got = cross(loop, ops, count)) == -EINTR) {
        /* What the signal's handler has queued runs with what is ready by now, the byte in the self-pipe included. */
        count = 0;
        if (PyErr_CheckSignals() < 0 || forks != fork_count || loop->closed) {
            got = 0; /* in the child of a fork all timers are among the next operations, not among these */
            break;
        }
    }
    loop->spare_ops = ops;
    loop->spare_ops_size = size;
    if (got < 0) {
        return raise_engine(loop->api, got);
    }
    loop->events_count = (uint32_t)got;
    return PyErr_Occurred() ? -1 : PyErr_CheckSignals();
}

static inline bool
is_handle(PyObject *object)
{
    return likely(Py_IS_TYPE(object, &Handle_Type) || Py_IS_TYPE(object, &Timer_Type));
}

static int
is_cancelled(PyObject *object)
{
    if (is_handle(object)) {
        return ((Handle *)object)->cancelled;
    }
    PyObject *cancelled = PyObject_CallMethodNoArgs(object, names.cancelled);
    int truth = cancelled ? PyObject_IsTrue(cancelled) : -1;
    Py_XDECREF(cancelled);
    return truth;
}

static int
run(PyObject *object)
{
    if (is_handle(object)) {
        return handle_run((Handle *)object);
    }
    PyObject *result = PyObject_CallMethodNoArgs(object, names._run);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* Debug mode: what takes long is logged. */
static int
run_watched(Loop *loop, PyObject *handle)
{
    double start = now();
    Py_XSETREF(loop->current_handle, new_reference(handle));
    int result = run(handle);
    Py_CLEAR(loop->current_handle);
    if (result < 0) {
        return -1;
    }
    PyObject *seconds = PyFloat_FromDouble(now() - start);
    if (seconds == NULL) {
        return -1;
    }
    result = loop_report(loop, names._note_duration, handle, seconds);
    Py_DECREF(seconds);
    return result;
}

static int
run_turn(Loop *loop)
{
    if (loop_check_open(loop) < 0) {
        return -1;
    }
    /* Events that an exception left behind come first. */
    if (loop->events_next == loop->events_count && poll_engine(loop) < 0) {
        return -1;
    }
    while (loop->events_next < loop->events_count) {
        const aio_event event = loop->events[loop->events_next++];
        if (unlikely(dispatch(loop, &event) < 0)) {
            return -1;
        }
    }
    /* What the callbacks add runs in the next turn, after another look at the descriptors. */
    for (size_t left = loop->ready.count; left > 0; left--) {
        PyObject *handle = ready_pop(&loop->ready);
        if (unlikely(handle == NULL)) {
            break; /* the loop was closed in a callback */
        }
        int result = is_cancelled(handle);
        if (likely(result == 0)) {
            result = unlikely(loop->debug) ? run_watched(loop, handle) : run(handle);
        }
        Py_DECREF(handle);
        if (unlikely(result < 0)) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
run_until_stopped(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    PyObject *thread_id = PyLong_FromUnsignedLong(PyThread_get_thread_ident());
    if (thread_id == NULL) {
        return NULL;
    }
    Py_XSETREF(loop->thread_id, thread_id);
    int result;
    do {
        result = run_turn(loop);
    } while (result == 0 && !loop->stopping);
    Py_CLEAR(loop->thread_id);
    return result < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
run_once(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    return run_turn(loop) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
stop(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    loop->stopping = true;
    Py_RETURN_NONE;
}

static PyObject *
write_to_self(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    loop_wake(loop);
    Py_RETURN_NONE;
}

static PyObject *future_class, *loop_keyword; /* asyncio.Future, and its keyword */

int
loop_init(void)
{
    PyObject *futures = PyImport_ImportModule("asyncio.futures");
    future_class = futures ? PyObject_GetAttrString(futures, "Future") : NULL;
    Py_XDECREF(futures);
    loop_keyword = Py_BuildValue("(s)", "loop");
    return future_class && loop_keyword ? 0 : -1;
}

static PyObject *
create_future(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    PyObject *stack[] = {NULL, (PyObject *)loop};
    const size_t none_positional = PY_VECTORCALL_ARGUMENTS_OFFSET;
    return PyObject_Vectorcall(future_class, stack + 1, none_positional, loop_keyword);
}

/* For asyncio's base classes, which bring handles of their own. */
static PyObject *
add_callback(Loop *loop, PyObject *handle)
{
    int cancelled = is_cancelled(handle);
    if (cancelled < 0 || (!cancelled && ready_push(&loop->ready, handle) < 0)) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* Life. */

char *
loop_new_read_buffer(Loop *loop)
{
    if ((loop->read_buffer = PyMem_RawMalloc(READ_BUFFER)) == NULL) {
        PyErr_NoMemory();
    }
    return loop->read_buffer;
}

static PyObject *
open_engine(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    if (loop->engine != 0) {
        Py_RETURN_NONE;
    }
    if (loop->events == NULL && (loop->events = PyMem_New(aio_event, EVENTS)) == NULL) {
        return PyErr_NoMemory();
    }
    if (loop_open_engine(loop) < 0) {
        return NULL;
    }
    loop->closed = false;
    Py_RETURN_NONE;
}

/* Let go of everything: callbacks, timers, watches, the engine. Objects dropped here may call back into the loop. */
static int
loop_clear(Loop *loop)
{
    ready_clear(&loop->ready);
    slots_clear(&loop->timers);
    slots_clear(&loop->objects);
    fdtable_free(&loop->transports);
    watches_clear(loop);
    loop->ops_count = 0;
    loop->crossing++;
    loop->events_next = loop->events_count = 0;
    Py_CLEAR(loop->current_handle);
    Py_CLEAR(loop->waits);
    return 0;
}

static PyObject *
close_engine(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    loop->closed = true;
    loop_release_engine(loop); /* first: it has the addresses of bytes that transports have */
    loop_clear(loop);
    Py_RETURN_NONE;
}

/* In the child of a fork: make the loop independent of the parent's now. */
static PyObject *
restore_engine(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    return loop_check_open(loop) < 0 ? NULL : new_reference(Py_None);
}

/* In the child of a fork: the loop's thread has stayed with the parent. Its descriptors are closed, nothing else. */
static PyObject *
abandon_engine(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    loop->closed = true;
    loop_release_engine(loop);
    Py_RETURN_NONE;
}

static int
loop_traverse(Loop *loop, visitproc visit, void *arg)
{
    Py_VISIT(loop->current_handle);
    Py_VISIT(loop->thread_id);
    Py_VISIT(loop->waits);
    int result = ready_traverse(&loop->ready, visit, arg);
    if (result == 0) {
        result = slots_traverse(&loop->timers, visit, arg);
    }
    if (result == 0) {
        result = slots_traverse(&loop->objects, visit, arg);
    }
    return result ? result : watches_traverse(loop, visit, arg);
}

static PyObject *
new_loop(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    Loop *loop = (Loop *)type->tp_alloc(type, 0);
    if (loop != NULL) {
        loop->closed = true; /* until it has an engine */
        loop->watches.item_size = sizeof(Watch);
        loop->transports.item_size = sizeof(PyObject *);
    }
    return (PyObject *)loop;
}

static void
loop_dealloc(Loop *loop)
{
    PyObject_GC_UnTrack(loop);
    loop_release_engine(loop);
    loop_clear(loop);
    Py_CLEAR(loop->thread_id);
    PyMem_Free(loop->ops);
    PyMem_Free(loop->spare_ops);
    PyMem_Free(loop->events);
    PyMem_RawFree(loop->read_buffer);
    Py_TYPE(loop)->tp_free((PyObject *)loop);
}

/* Attributes that asyncio's base class reads and writes. */

static PyObject *
get_ready(Loop *loop, void *Py_UNUSED(closure))
{
    return ready_list(&loop->ready);
}

/* The timers that have not fired, in no order. */
static PyObject *
get_scheduled(Loop *loop, void *Py_UNUSED(closure))
{
    PyObject *list = PyList_New(0);
    for (uint32_t i = 0; list != NULL && i < loop->timers.used; i++) {
        PyObject *timer = loop->timers.slots[i].object;
        if (timer != NULL && PyList_Append(list, timer) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

/* BaseEventLoop.__init__ makes queues of its own here, which nobody would look at. */
static int
ignore_set(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(value), void *Py_UNUSED(closure))
{
    return 0;
}

static PyObject *
get_debug(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(loop->debug);
}

static PyObject *
is_closed(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(loop->closed);
}

static PyObject *
is_running(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(loop->thread_id != NULL && loop->thread_id != Py_None);
}

static PyObject *
get_flag(Loop *loop, void *offset)
{
    return PyBool_FromLong(*((bool *)loop + (size_t)offset));
}

/* Any object may be given, as for an attribute of a Python class; its truth is kept. */
static int
set_flag(Loop *loop, PyObject *value, void *offset)
{
    int truth = value ? PyObject_IsTrue(value) : 0;
    if (truth < 0) {
        return -1;
    }
    *((bool *)loop + (size_t)offset) = truth;
    return 0;
}

#define FASTCALL(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS

static PyMethodDef methods[] = {
    {"call_soon", FASTCALL(call_soon), "Run *callback(*args)* in the next turn; returns a Handle."},
    {"call_soon_threadsafe", FASTCALL(call_soon_threadsafe), "`call_soon` for other OS threads and signal handlers."},
    {"call_later", FASTCALL(call_later), "Run *callback(*args)* after *delay* seconds; returns a TimerHandle."},
    {"call_at", FASTCALL(call_at), "Run *callback(*args)* at *when* of the loop's clock, in seconds."},
    {"time", (PyCFunction)loop_time, METH_NOARGS, "The loop's clock, in seconds; the same as time.monotonic()."},
    {"create_future", (PyCFunction)create_future, METH_NOARGS, "A new Future of this loop."},
    {"stop", (PyCFunction)stop, METH_NOARGS, "Make run_forever return after the present turn."},
    {"get_debug", (PyCFunction)get_debug, METH_NOARGS, "Whether debug mode is on."},
    {"is_closed", (PyCFunction)is_closed, METH_NOARGS, "Whether the loop was closed."},
    {"is_running", (PyCFunction)is_running, METH_NOARGS, "Whether run_forever runs."},
    {"_run_until_stopped", (PyCFunction)run_until_stopped, METH_NOARGS, NULL},
    {"_run_once", (PyCFunction)run_once, METH_NOARGS, NULL},
    {"_write_to_self", (PyCFunction)write_to_self, METH_NOARGS, NULL},
    {"_add_callback", (PyCFunction)add_callback, METH_O, NULL},
    {"_open_engine", (PyCFunction)open_engine, METH_NOARGS, NULL},
    {"_close_engine", (PyCFunction)close_engine, METH_NOARGS, NULL},
    {"_restore_engine", (PyCFunction)restore_engine, METH_NOARGS, NULL},
    {"_abandon_engine", (PyCFunction)abandon_engine, METH_NOARGS, NULL},
    {"_add_reader", (PyCFunction)(void (*)(void))watch_add_reader, METH_FASTCALL, NULL},
    {"_add_writer", (PyCFunction)(void (*)(void))watch_add_writer, METH_FASTCALL, NULL},
    {"_remove_reader", (PyCFunction)watch_remove_reader, METH_O, NULL},
    {"_remove_writer", (PyCFunction)watch_remove_writer, METH_O, NULL},
    {"_find_transport", (PyCFunction)transport_find, METH_O, "The transport that has this descriptor, or None."},
    {"_accept", (PyCFunction)(void (*)(void))loop_accept, METH_FASTCALL, NULL},
    {"_watched", (PyCFunction)watch_list, METH_NOARGS, "{descriptor: (reader, writer)}."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"_thread_id", T_OBJECT, offsetof(Loop, thread_id), 0, NULL},
    {"_current_handle", T_OBJECT, offsetof(Loop, current_handle), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

#define FLAG(name, field) {name, (getter)get_flag, (setter)set_flag, NULL, (void *)offsetof(Loop, field)}

static PyGetSetDef getset[] = {
    {"_ready", (getter)get_ready, ignore_set, "The queued handles, a copy.", NULL},
    {"_scheduled", (getter)get_scheduled, ignore_set, "The timers that have not fired, a copy.", NULL},
    FLAG("_closed", closed),
    FLAG("_debug", debug),
    FLAG("_stopping", stopping),
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject Loop_Type = {
    COLLECTED_TYPE(loop, Loop, "Loop", Py_TPFLAGS_BASETYPE, "The hot half of aiohub.EventLoop."),
    .tp_new = new_loop,
    .tp_methods = methods,
    .tp_members = members,
    .tp_getset = getset,
};
