/* A green task's steps: into the coroutine's greenlet and back (see aiohub/_tasks.py, which has all but the common case).
 *
 * The common case is a step in which nothing blocks and nothing is thrown: the task's greenlet takes the value from
 * `inbox`, drives the coroutine, and leaves what it yields in `outbox`.
 */

#include "greenlets.h"

typedef struct {
    PyObject_HEAD
    PyObject *coroutine; /* what is driven */
    PyObject *green;     /* its greenlet; NULL or None before the first step and after the last */
    PyObject *home;      /* the greenlet that makes the present step */
    PyObject *hub;
    PyObject *inbox, *outbox;
    PyObject *detached, *pending, *raised; /* see GreenCoroutine; NULL or None for none */
    int cancels_seen;
    bool attached; /* a step waits for the greenlet to come back */
    bool parked;   /* the coroutine is suspended in an await */
    bool throws;   /* inbox is an exception */
    bool returned; /* outbox is what the coroutine has returned */
} Step;

static inline bool
is_none(PyObject *object)
{
    return object == NULL || object == Py_None;
}

static PyObject *
take(PyObject **place)
{
    PyObject *object = *place;
    *place = NULL;
    return object ? object : new_reference(Py_None);
}

/* The coroutine has ended with the current exception, or has returned *value*, whose reference is taken. */
static int
ended(Step *step, PyObject *value)
{
    step->parked = true;
    if (value != NULL && step->attached) {
        step->returned = true;
        Py_XSETREF(step->outbox, value);
    }
    else {
        if (value != NULL) {
            /* Nobody is there to take the value: the step that is to come finds the exception. */
            PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, value);
            Py_DECREF(value);
            if (stop != NULL) {
                PyErr_SetObject(PyExc_StopIteration, stop);
                Py_DECREF(stop);
            }
        }
        Py_XSETREF(step->raised, take_exception());
    }
    PyObject *result = PyObject_CallMethodNoArgs((PyObject *)step, names._ended);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* Runs in the task's greenlet: step after step of the coroutine. */
static PyObject *
run(Step *step, PyObject *Py_UNUSED(ignored))
{
    PyObject *coroutine = new_reference(step->coroutine);
    int status = -1;
    Py_INCREF(step);
    for (;;) {
        PyObject *value = take(&step->inbox), *result = NULL;
        PySendResult kind;
        if (unlikely(step->throws)) {
            step->throws = false;
            result = PyObject_CallMethodOneArg(coroutine, names.throw_, value);
            kind = PYGEN_NEXT;
            if (result == NULL) {
                kind = PYGEN_ERROR;
                if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
                    PyObject *stop = take_exception();
                    result = PyObject_GetAttr(stop, names.value);
                    Py_DECREF(stop);
                    kind = result ? PYGEN_RETURN : PYGEN_ERROR;
                }
            }
        }
        else {
            kind = PyIter_Send(coroutine, value, &result);
        }
        Py_DECREF(value);
        if (kind != PYGEN_NEXT) {
            status = ended(step, kind == PYGEN_RETURN ? result : NULL);
            break;
        }
        step->parked = true;
        PyObject *back;
        if (likely(step->attached)) {
            step->attached = false;
            Py_XSETREF(step->outbox, result);
            PyObject *home = new_reference(step->home);
            back = greenlet_switch(home, NULL);
            Py_DECREF(home);
        }
        else {
            back = PyObject_CallMethodOneArg((PyObject *)step, names._hand_over, result);
            Py_DECREF(result);
        }
        if (unlikely(back == NULL)) {
            status = ended(step, NULL); /* thrown in: the coroutine is being closed */
            break;
        }
        Py_DECREF(back);
        step->parked = false;
    }
    Py_DECREF(coroutine);
    Py_DECREF(step);
    return status < 0 ? NULL : new_reference(Py_None);
}

/* The value of a StopIteration that is the current exception becomes a result. */
static PySendResult
as_send(PyObject *result, PyObject **place)
{
    *place = result;
    if (result != NULL) {
        return PYGEN_NEXT;
    }
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyObject *stop = take_exception();
        *place = PyObject_GetAttr(stop, names.value);
        Py_DECREF(stop);
        return *place ? PYGEN_RETURN : PYGEN_ERROR;
    }
    return PYGEN_ERROR;
}

static PySendResult
step_send(Step *step, PyObject *value, PyObject **place)
{
    PyObject *watcher = is_none(step->hub) ? NULL : PyObject_GetAttr(step->hub, names.watcher);
    bool is_watched = watcher != Py_None;
    Py_XDECREF(watcher);
    if (unlikely(is_watched || is_none(step->green) || !is_none(step->detached) || !is_none(step->pending)
                 || !is_none(step->raised) || step->cancels_seen)) {
        PyErr_Clear();
        return as_send(PyObject_CallMethodOneArg((PyObject *)step, names.send, value), place);
    }
    PyObject *green = new_reference(step->green);
    Py_XSETREF(step->home, greenlet_current());
    step->attached = true;
    step->throws = false;
    Py_XSETREF(step->inbox, new_reference(value));
    PyObject *back = greenlet_switch(green, NULL);
    Py_DECREF(green);
    if (likely(back != NULL && !step->attached && !step->returned && is_none(step->raised))) {
        Py_DECREF(back);
        *place = take(&step->outbox);
        return PYGEN_NEXT;
    }
    if (back != NULL && step->returned) {
        Py_DECREF(back);
        step->returned = step->attached = false;
        Py_CLEAR(step->green);
        *place = take(&step->outbox);
        return PYGEN_RETURN;
    }
    /* It has blocked, or ended with an error, or a green thread's error came back in its place. */
    PyObject *error = back ? new_reference(Py_None) : take_exception();
    Py_XDECREF(back);
    PyObject *result = error ? PyObject_CallMethodOneArg((PyObject *)step, names._after_step, error) : NULL;
    Py_XDECREF(error);
    return as_send(result, place);
}

static int
traverse(Step *step, visitproc visit, void *arg)
{
    Py_VISIT(step->coroutine);
    Py_VISIT(step->green);
    Py_VISIT(step->home);
    Py_VISIT(step->hub);
    Py_VISIT(step->inbox);
    Py_VISIT(step->outbox);
    Py_VISIT(step->detached);
    Py_VISIT(step->pending);
    Py_VISIT(step->raised);
    return 0;
}

static int
clear(Step *step)
{
    Py_CLEAR(step->coroutine);
    Py_CLEAR(step->green);
    Py_CLEAR(step->home);
    Py_CLEAR(step->hub);
    Py_CLEAR(step->inbox);
    Py_CLEAR(step->outbox);
    Py_CLEAR(step->detached);
    Py_CLEAR(step->pending);
    Py_CLEAR(step->raised);
    return 0;
}

static void
dealloc(Step *step)
{
    PyObject_GC_UnTrack(step);
    clear(step);
    Py_TYPE(step)->tp_free((PyObject *)step);
}

/* Have PyIter_Send, which tasks use, take the short way for *class*: CPython's classes do not inherit am_send. */
static PyObject *
init_subclass(PyObject *class, PyObject *Py_UNUSED(ignored))
{
    ((PyTypeObject *)class)->tp_as_async->am_send = (sendfunc)step_send; /* a class made by Python code has the struct */
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"_main", (PyCFunction)run, METH_NOARGS, "Runs in the task's greenlet."},
    {"__init_subclass__", (PyCFunction)init_subclass, METH_NOARGS | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"_coroutine", T_OBJECT, offsetof(Step, coroutine), 0, NULL},
    {"_greenlet", T_OBJECT, offsetof(Step, green), 0, NULL},
    {"_home", T_OBJECT, offsetof(Step, home), 0, NULL},
    {"_hub", T_OBJECT, offsetof(Step, hub), 0, NULL},
    {"_inbox", T_OBJECT, offsetof(Step, inbox), 0, NULL},
    {"_outbox", T_OBJECT, offsetof(Step, outbox), 0, NULL},
    {"_detached", T_OBJECT, offsetof(Step, detached), 0, NULL},
    {"_pending", T_OBJECT, offsetof(Step, pending), 0, NULL},
    {"_raised", T_OBJECT, offsetof(Step, raised), 0, NULL},
    {"_cancels_seen", T_INT, offsetof(Step, cancels_seen), 0, NULL},
    {"_attached", T_BOOL, offsetof(Step, attached), 0, NULL},
    {"_parked", T_BOOL, offsetof(Step, parked), 0, NULL},
    {"_throws", T_BOOL, offsetof(Step, throws), 0, NULL},
    {"_returned", T_BOOL, offsetof(Step, returned), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject Step_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "aiohub._shim.GreenStep",
    .tp_doc = "The hot half of aiohub._tasks.GreenCoroutine.",
    .tp_basicsize = sizeof(Step),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = (destructor)dealloc,
    .tp_traverse = (traverseproc)traverse,
    .tp_clear = (inquiry)clear,
    .tp_methods = methods,
    .tp_members = members,
};
