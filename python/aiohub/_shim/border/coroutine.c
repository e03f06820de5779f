/* A green task's steps: into the coroutine's greenlet and back; aiohub/_tasks/coroutine.py has all but the common case.
 *
 * The common case is a step in which nothing blocks and nothing is thrown: the task's greenlet takes the value from
 * `inbox`, drives the coroutine, and leaves what it yields in `outbox`.
 */

#include "collected.h"
#include "green/green.h"

static PyObject *
take(PyObject **place)
{
    PyObject *object = *place;
    *place = NULL;
    return object ? object : new_reference(Py_None);
}

/* The coroutine has ended with the current exception; or it has returned *value*, whose reference is taken, and nobody
 * is there to take it: the step that is to come finds an exception, too. */
static int
ended(Step *step, PyObject *value)
{
    step->parked = true;
    if (value != NULL) {
        PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, value);
        Py_DECREF(value);
        if (stop != NULL) {
            PyErr_SetObject(PyExc_StopIteration, stop);
            Py_DECREF(stop);
        }
    }
    Py_XSETREF(step->raised, take_exception());
    Py_CLEAR(step->driver); /* its greenlet dies */
    PyObject *result = PyObject_CallMethodNoArgs((PyObject *)step, names._ended);
    Py_XDECREF(result);
    return result ? 0 : -1;
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

/* Not a step has switched back, with *back* or the current exception: the coroutine is suspended in an `await`, and a
 * greenlet that somebody has made below its own has ended. Wait for the step. */
static PyObject *
stay_parked(Step *step, PyObject *back)
{
    PyObject *error = back ? new_reference(Py_None) : take_exception();
    Py_XDECREF(back);
    back = error ? PyObject_CallMethodOneArg((PyObject *)step, names._stay_parked, error) : NULL;
    Py_XDECREF(error);
    return back;
}

PyObject *
step_run(Step *step)
{
    Py_INCREF(step);
    for (;;) {
        PyObject *value = take(&step->inbox), *result = NULL;
        PySendResult kind;
        if (unlikely(step->throws)) {
            step->throws = false;
            kind = as_send(PyObject_CallMethodOneArg(step->coroutine, names.throw_, value), &result);
        }
        else {
            kind = PyIter_Send(step->coroutine, value, &result);
        }
        Py_DECREF(value);
        if (likely(kind == PYGEN_RETURN && step->attached)) {
            step->parked = step->returned = true;
            step->attached = false;
            Py_XSETREF(step->outbox, result);
            Py_DECREF(step); /* who waits for this step has another reference */
            return step->home;
        }
        if (kind != PYGEN_NEXT) {
            (void)ended(step, kind == PYGEN_RETURN ? result : NULL);
            break;
        }
        step->parked = true;
        PyObject *back;
        if (likely(step->attached)) {
            step->attached = false;
            Py_XSETREF(step->outbox, result);
            back = greenlet_switch(step->home, NULL); /* the home of a step lives until it is over */
        }
        else {
            back = PyObject_CallMethodOneArg((PyObject *)step, names._hand_over, result);
            Py_DECREF(result);
        }
        if (unlikely(!step->attached)) {
            back = stay_parked(step, back);
        }
        if (unlikely(back == NULL)) {
            (void)ended(step, NULL); /* thrown in: the coroutine is being closed */
            break;
        }
        Py_DECREF(back);
        step->parked = false;
    }
    Py_DECREF(step);
    return NULL;
}

/* Give the task a greenlet to run in. */
static int
start(Step *step)
{
    Core *core = (Core *)step->hub;
    if (is_none(step->task)) {
        PyObject *task = PyObject_CallMethodNoArgs((PyObject *)step, names._find_task);
        if (task == NULL) {
            return -1;
        }
        Py_XSETREF(step->task, task);
    }
    /* The very Context of the task, not a copy: what the coroutine sets is the task's. */
    PyObject *context = is_none(step->context) ? greenlet_context(step->home) : new_reference(step->context);
    Driver *driver = context ? driver_take(core, step->home, context, (PyObject *)step) : NULL;
    Py_XDECREF(context);
    if (driver == NULL) {
        return -1;
    }
    driver->step = step;
    Py_XSETREF(step->driver, driver);
    Py_XSETREF(step->greenlet, new_reference(driver->green));
    return 0;
}

/* The task has returned: its greenlet is free for another one. */
static void
retire(Step *step)
{
    Driver *driver = step->driver;
    step->driver = NULL;
    Py_CLEAR(step->greenlet);
    Py_CLEAR(step->lender);
    if (driver != NULL) {
        driver_give_back((Core *)step->hub, driver);
    }
}

static PySendResult
step_send(Step *step, PyObject *value, PyObject **place)
{
    Core *core = (Core *)step->hub;
    if (unlikely(!is_none(core->watcher) || !is_none(step->detached) || !is_none(step->pending)
                 || !is_none(step->raised) || step->cancels_seen)) {
        return as_send(PyObject_CallMethodOneArg((PyObject *)step, names.send, value), place);
    }
    PyObject *home = greenlet_current(), *back;
    if (unlikely(home == NULL)) {
        return PYGEN_ERROR;
    }
    Py_XSETREF(step->home, home);
    bool is_first = step->driver == NULL;
    if (unlikely(is_first) && start(step) < 0) {
        return PYGEN_ERROR;
    }
    step->attached = true;
    step->throws = false;
    Py_XSETREF(step->inbox, new_reference(value));
    PyObject *green = new_reference(step->greenlet);
    back = is_first ? driver_start(step->driver) : greenlet_switch(green, NULL);
    Py_DECREF(green);
    if (likely(back != NULL && !step->attached && !step->returned && is_none(step->raised))) {
        Py_DECREF(back);
        *place = take(&step->outbox);
        return PYGEN_NEXT;
    }
    if (back != NULL && step->returned) {
        Py_DECREF(back);
        step->returned = step->attached = false;
        *place = take(&step->outbox);
        retire(step);
        Py_CLEAR(step->task); /* which has a reference to the step */
        return PYGEN_RETURN;
    }
    /* It has blocked, or ended with an error, or a green thread's error came back in its place. */
    PyObject *error = back ? new_reference(Py_None) : take_exception();
    Py_XDECREF(back);
    PyObject *result = error ? PyObject_CallMethodOneArg((PyObject *)step, names._after_step, error) : NULL;
    Py_XDECREF(error);
    return as_send(result, place);
}

/* Those that aiohub/_tasks/coroutine.py uses as well, each with an underscore before its name. */
#define STEP_ATTRIBUTES(REFERENCE)                                                                                     \
    REFERENCE(coroutine)                                                                                               \
    REFERENCE(task)                                                                                                    \
    REFERENCE(greenlet)                                                                                                \
    REFERENCE(home)                                                                                                    \
    REFERENCE(hub)                                                                                                     \
    REFERENCE(loop)                                                                                                    \
    REFERENCE(context)                                                                                                 \
    REFERENCE(inbox)                                                                                                   \
    REFERENCE(outbox)                                                                                                  \
    REFERENCE(detached)                                                                                                \
    REFERENCE(pending)                                                                                                 \
    REFERENCE(raised)                                                                                                  \
    REFERENCE(yielded)                                                                                                 \
    REFERENCE(cancel_asked)                                                                                            \
    REFERENCE(cancel_yielded)                                                                                          \
    REFERENCE(waiting)                                                                                                 \
    REFERENCE(lender)

#define STEP_REFERENCES(REFERENCE) STEP_ATTRIBUTES(REFERENCE) REFERENCE(driver)

DEFINE_TRAVERSE(step, Step, STEP_REFERENCES)
DEFINE_CLEAR(step, Step, STEP_REFERENCES)

static void
step_dealloc(Step *step)
{
    PyObject_GC_UnTrack(step);
    Py_TRASHCAN_BEGIN(step, step_dealloc)
    if (step->driver != NULL) {
        step->driver->step = NULL;
    }
    (void)step_clear(step);
    Py_TYPE(step)->tp_free((PyObject *)step);
    Py_TRASHCAN_END
}

static int
fill(Step *step, PyObject *hub, PyObject *coroutine, PyObject *context)
{
    if (!PyObject_TypeCheck(hub, &Core_Type)) {
        PyErr_Format(PyExc_TypeError, "a hub is needed, not %.100s", Py_TYPE(hub)->tp_name);
        return -1;
    }
    Py_XSETREF(step->coroutine, new_reference(coroutine));
    Py_XSETREF(step->hub, new_reference(hub));
    Py_XSETREF(step->loop, new_reference(((Core *)hub)->loop));
    Py_XSETREF(step->context, new_reference(context));
    return 0;
}

static int
init(Step *step, PyObject *args, PyObject *keywords)
{
    static char *words[] = {"coroutine", "hub", "context", NULL};
    PyObject *coroutine, *hub, *context = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|O", words, &coroutine, &hub, &context)) {
        return -1;
    }
    return fill(step, hub, coroutine, context);
}

static PyTypeObject *coroutine_class; /* aiohub._tasks.coroutine.GreenCoroutine */

PyObject *
step_new(PyObject *hub, PyObject *coroutine, PyObject *context)
{
    Step *step = (Step *)coroutine_class->tp_alloc(coroutine_class, 0);
    if (step != NULL && fill(step, hub, coroutine, context) < 0) {
        Py_CLEAR(step);
    }
    return (PyObject *)step;
}

static PyObject *
method_retire(Step *step, PyObject *Py_UNUSED(ignored))
{
    retire(step);
    Py_RETURN_NONE;
}

static PyObject *
method_start(Step *step, PyObject *Py_UNUSED(ignored))
{
    return start(step) < 0 ? NULL : new_reference(step->greenlet);
}

/* The name of the coroutine: classes have a __qualname__ of their own, which does not show in their instances. */
static PyObject *
get_qualname(Step *step, void *Py_UNUSED(closure))
{
    PyObject *name = PyObject_GetAttr(step->coroutine, names.__qualname__);
    if (name == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        name = PyObject_GetAttr((PyObject *)Py_TYPE(step->coroutine), names.__qualname__);
    }
    return name;
}

/* Have PyIter_Send, which tasks use, take the short way for *class*: CPython's classes do not inherit am_send. */
static PyObject *
init_subclass(PyObject *class, PyObject *Py_UNUSED(ignored))
{
    /* A class made by Python code has the struct. */
    ((PyTypeObject *)class)->tp_as_async->am_send = (sendfunc)step_send;
    if (coroutine_class == NULL) {
        coroutine_class = (PyTypeObject *)new_reference(class);
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"_start", (PyCFunction)method_start, METH_NOARGS, "Give the task a greenlet to run in; returns it."},
    {"_retire", (PyCFunction)method_retire, METH_NOARGS, "The task has returned: its greenlet is free."},
    {"__init_subclass__", (PyCFunction)init_subclass, METH_NOARGS | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL},
};

#define STEP_ATTRIBUTE(name) {"_" #name, T_OBJECT, offsetof(Step, name), 0, NULL},

static PyMemberDef members[] = {
    STEP_ATTRIBUTES(STEP_ATTRIBUTE)
    {"_pending_cancels", T_INT, offsetof(Step, pending_cancels), 0, NULL},
    {"_cancels_seen", T_INT, offsetof(Step, cancels_seen), 0, NULL},
    {"_begins", T_BOOL, offsetof(Step, begins), 0, NULL},
    {"_attached", T_BOOL, offsetof(Step, attached), 0, NULL},
    {"_parked", T_BOOL, offsetof(Step, parked), 0, NULL},
    {"_throws", T_BOOL, offsetof(Step, throws), 0, NULL},
    {"_returned", T_BOOL, offsetof(Step, returned), 0, NULL},
    {"_awaits_step", T_BOOL, offsetof(Step, awaits_step), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef getset[] = {
    {"__qualname__", (getter)get_qualname, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject Step_Type = {
    COLLECTED_TYPE(step, Step, "GreenStep", Py_TPFLAGS_BASETYPE,
                   "The hot half of aiohub._tasks.coroutine.GreenCoroutine."),
    .tp_new = PyType_GenericNew,
    .tp_init = (initproc)init,
    .tp_methods = methods,
    .tp_members = members,
    .tp_getset = getset,
};
