/* Turns of the loop: what has happened is asked of the engine and handed on, then what is ready runs. */

#include "green/green.h"
#include "transports/transport.h"

#include <unistd.h>

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
    double start = loop_now();
    Py_XSETREF(loop->current_handle, new_reference(handle));
    int result = run(handle);
    Py_CLEAR(loop->current_handle);
    if (result < 0) {
        return -1;
    }
    PyObject *seconds = PyFloat_FromDouble(loop_now() - start);
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

PyObject *
loop_run_until_stopped(Loop *loop, PyObject *Py_UNUSED(ignored))
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

PyObject *
loop_run_once(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    return run_turn(loop) < 0 ? NULL : new_reference(Py_None);
}

/* For asyncio's base classes, which bring handles of their own. */
PyObject *
loop_add_callback(Loop *loop, PyObject *handle)
{
    int cancelled = is_cancelled(handle);
    if (cancelled < 0 || (!cancelled && ready_push(&loop->ready, handle) < 0)) {
        return NULL;
    }
    Py_RETURN_NONE;
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
