/* The loop: its life, and the type that Python sees. */

#include "collected.h"
#include "green/green.h"
#include "transports/stream.h"

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

static PyMethodDef methods[] = {
    {"call_soon", FASTCALL(loop_call_soon), "Run *callback(*args)* in the next turn; returns a Handle."},
    {"call_soon_threadsafe", FASTCALL(loop_call_soon_threadsafe), "`call_soon` for other OS threads and signal handlers."},
    {"call_later", FASTCALL(loop_call_later), "Run *callback(*args)* after *delay* seconds; returns a TimerHandle."},
    {"call_at", FASTCALL(loop_call_at), "Run *callback(*args)* at *when* of the loop's clock, in seconds."},
    {"time", (PyCFunction)loop_time, METH_NOARGS, "The loop's clock, in seconds; the same as time.monotonic()."},
    {"create_future", (PyCFunction)create_future, METH_NOARGS, "A new Future of this loop."},
    {"stop", (PyCFunction)stop, METH_NOARGS, "Make run_forever return after the present turn."},
    {"get_debug", (PyCFunction)get_debug, METH_NOARGS, "Whether debug mode is on."},
    {"is_closed", (PyCFunction)is_closed, METH_NOARGS, "Whether the loop was closed."},
    {"is_running", (PyCFunction)is_running, METH_NOARGS, "Whether run_forever runs."},
    {"_run_until_stopped", (PyCFunction)loop_run_until_stopped, METH_NOARGS, NULL},
    {"_run_once", (PyCFunction)loop_run_once, METH_NOARGS, NULL},
    {"_write_to_self", (PyCFunction)write_to_self, METH_NOARGS, NULL},
    {"_add_callback", (PyCFunction)loop_add_callback, METH_O, NULL},
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
