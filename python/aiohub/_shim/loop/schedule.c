/* What asyncio's call_soon, call_soon_threadsafe, call_later and call_at queue; timers on their way to the engine. */

#include "loop/loop.h"

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

PyObject *
loop_call_soon(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
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

PyObject *
loop_call_soon_threadsafe(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
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

PyObject *
loop_call_later(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    return call_after(loop, "call_later", "delay must not be None", loop_now(), args, nargs, keywords);
}

PyObject *
loop_call_at(Loop *loop, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    return call_after(loop, "call_at", "when cannot be None", 0, args, nargs, keywords);
}

PyObject *
loop_time(Loop *Py_UNUSED(loop), PyObject *Py_UNUSED(ignored))
{
    return PyFloat_FromDouble(loop_now());
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
