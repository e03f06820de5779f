/* Timers without a delay: eventlet.sleep(0), the start of a green thread, and the hub's pass over those that are due.
 *
 * The hub's queues stay Python objects; what is unusual (timers that are due in the heap, watchers, deferrals, closed
 * descriptors) is left to the Python methods.
 */

#include "green.h"

/* An eventlet Timer without a delay that switches to a greenlet. */
typedef struct {
    PyObject_HEAD
    PyObject *green;
    PyObject *args; /* a tuple, or NULL for nothing */
    PyObject *scheduled_time, *sequence; /* set by Hub.add_timer */
    bool called;
} Soon;

static PyObject *deque_class, *context_keyword;
static PyTypeObject *plain_hub; /* aiohub.hub.Hub; subclasses may do more */
static PyObject *python_sleep, *python_pass;

static int
soon_traverse(Soon *soon, visitproc visit, void *arg)
{
    Py_VISIT(soon->green);
    Py_VISIT(soon->args);
    return 0;
}

static int
soon_clear(Soon *soon)
{
    Py_CLEAR(soon->green);
    Py_CLEAR(soon->args);
    Py_CLEAR(soon->scheduled_time);
    Py_CLEAR(soon->sequence);
    return 0;
}

static void
soon_dealloc(Soon *soon)
{
    PyObject_GC_UnTrack(soon);
    soon_clear(soon);
    PyObject_GC_Del(soon);
}

static PyObject *
soon_tpl(Soon *soon, void *Py_UNUSED(closure))
{
    PyObject *method = PyObject_GetAttr(soon->green, names.switch_);
    PyObject *args = method ? (soon->args ? new_reference(soon->args) : PyTuple_New(0)) : NULL;
    if (args == NULL) {
        Py_XDECREF(method);
        return NULL;
    }
    return Py_BuildValue("(NN{})", method, args);
}

static PyObject *
soon_seconds(Soon *Py_UNUSED(soon), void *Py_UNUSED(closure))
{
    return PyLong_FromLong(0);
}

static PyObject *
soon_pending(Soon *soon, void *Py_UNUSED(closure))
{
    return PyBool_FromLong(!soon->called);
}

static PyObject *
soon_fire(Soon *soon)
{
    if (soon->called) {
        Py_RETURN_NONE;
    }
    soon->called = true;
    PyObject *green = new_reference(soon->green), *args = soon->args;
    soon->args = NULL;
    PyObject *result = greenlet_switch(green, args);
    Py_XDECREF(args);
    Py_DECREF(green);
    return result;
}

static PyObject *
soon_call(Soon *soon, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    return soon_fire(soon);
}

static PyMemberDef soon_members[] = {
    {"called", T_BOOL, offsetof(Soon, called), 0, NULL},
    {"scheduled_time", T_OBJECT, offsetof(Soon, scheduled_time), 0, NULL},
    {"sequence", T_OBJECT, offsetof(Soon, sequence), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef soon_getset[] = {
    {"tpl", (getter)soon_tpl, NULL, NULL, NULL},
    {"seconds", (getter)soon_seconds, NULL, NULL, NULL},
    {"pending", (getter)soon_pending, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject Soon_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "aiohub._shim.Soon",
    .tp_doc = "The timer of a green thread that sleeps for no time, or is to start.",
    .tp_basicsize = sizeof(Soon),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = (destructor)soon_dealloc,
    .tp_traverse = (traverseproc)soon_traverse,
    .tp_clear = (inquiry)soon_clear,
    .tp_call = (ternaryfunc)soon_call,
    .tp_members = soon_members,
    .tp_getset = soon_getset,
};

PyObject *
soon_new(PyObject *green, PyObject *args)
{
    Soon *soon = PyObject_GC_New(Soon, &Soon_Type);
    if (soon != NULL) {
        soon->green = new_reference(green);
        soon->args = new_reference(args);
        soon->scheduled_time = soon->sequence = NULL;
        soon->called = false;
        PyObject_GC_Track(soon);
    }
    return (PyObject *)soon;
}

/* Whether the last of the timers that are due at once is due after *when*. */
static bool
comes_before_last(Core *core, PyObject *when)
{
    PyObject *last = PyObject_Size(core->soon) > 0 ? PySequence_GetItem(core->soon, -1) : NULL;
    bool result = last != NULL && PyObject_RichCompareBool(when, PyTuple_GET_ITEM(last, 0), Py_LT) == 1;
    Py_XDECREF(last);
    return result;
}

int
core_add_soon(Core *core, PyObject *timer)
{
    Soon *soon = (Soon *)timer;
    PyObject *when = NULL, *done = NULL;
    if (likely(Py_IS_TYPE(core, plain_hub) && core->soon != NULL && core->clock != NULL && !core->closed)) {
        when = PyObject_CallNoArgs(core->clock);
        if (when == NULL) {
            return -1;
        }
    }
    if (unlikely(when == NULL || comes_before_last(core, when) || PyErr_Occurred())) {
        Py_XDECREF(when);
        done = PyErr_Occurred() ? NULL : PyObject_CallMethodOneArg((PyObject *)core, names.add_timer, timer);
        Py_XDECREF(done);
        return done ? 0 : -1;
    }
    Py_XSETREF(soon->scheduled_time, when);
    Py_XSETREF(soon->sequence, PyLong_FromLongLong(++core->sequence));
    PyObject *entry = soon->sequence ? PyTuple_Pack(3, when, soon->sequence, timer) : NULL;
    done = entry ? PyObject_CallMethodOneArg(core->soon, names.append, entry) : NULL;
    Py_XDECREF(entry);
    if (likely(done != NULL && !core->pass_due)) {
        Py_DECREF(done);
        core->pass_due = true;
        PyObject *pass = PyObject_GetAttr((PyObject *)core, names._pass);
        PyObject *stack[] = {core->loop, pass, core->context};
        done = pass ? PyObject_VectorcallMethod(names.call_soon, stack, 2, context_keyword) : NULL;
        Py_XDECREF(pass);
    }
    Py_XDECREF(done);
    return done ? 0 : -1;
}

static bool
is_zero(PyObject *seconds)
{
    if (PyLong_CheckExact(seconds)) {
        return PyObject_Not(seconds) == 1;
    }
    return PyFloat_CheckExact(seconds) && PyFloat_AS_DOUBLE(seconds) == 0.0;
}

/* sleep(seconds=0) */
static PyObject *
green_sleep(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    Waits *waits = NULL;
    if (unlikely(keywords || nargs > 1 || (nargs == 1 && !is_zero(args[0])) || (waits = waits_here()) == NULL)) {
        return PyObject_Vectorcall(python_sleep, args, (size_t)nargs, keywords);
    }
    PyObject *hub = new_reference(waits->hub), *result = NOT_FAST;
    PyObject *current = greenlet_current();
    Py_DECREF(waits);
    if (likely(current != NULL && PyObject_TypeCheck(hub, &Core_Type) && current != ((Core *)hub)->greenlet
               && greenlet_switches_plainly(current))) {
        Soon *soon = (Soon *)soon_new(current, NULL);
        bool is_added = soon != NULL && core_add_soon((Core *)hub, (PyObject *)soon) == 0;
        result = is_added ? hub_switch(hub) : NULL;
        if (unlikely(result == NOT_FAST)) {
            result = PyObject_CallMethodNoArgs(hub, names.switch_);
        }
        if (unlikely(soon != NULL && !soon->called)) {
            /* Woken by somebody else. */
            PyObject *error = result ? NULL : take_exception();
            soon->called = true;
            PyObject *told = is_added ? PyObject_CallMethodOneArg(hub, names.timer_canceled, (PyObject *)soon) : NULL;
            Py_XDECREF(told);
            if (error != NULL) {
                PyErr_Clear();
                PyErr_SetObject((PyObject *)Py_TYPE(error), error);
                Py_DECREF(error);
            }
            else if (told == NULL) {
                Py_CLEAR(result);
            }
        }
        Py_XDECREF(soon);
    }
    Py_XDECREF(current);
    Py_DECREF(hub);
    if (unlikely(result == NOT_FAST)) {
        return PyErr_Occurred() ? NULL : PyObject_Vectorcall(python_sleep, args, (size_t)nargs, NULL);
    }
    Py_XDECREF(result);
    return result ? new_reference(Py_None) : NULL;
}

/* Whether *value* is false: empty, None, zero. */
static bool
is_unset(PyObject *value)
{
    return is_none(value) || value == Py_False || PyObject_Not(value) == 1;
}

/* Fire the timers of *queue*, a deque of (time, sequence, timer). -1: an exception that ends the pass. */
static int
fire(PyObject *hub, PyObject *queue)
{
    while (PyObject_Size(queue) > 0) {
        PyObject *entry = PyObject_CallMethodNoArgs(queue, names.popleft);
        PyObject *timer = entry ? new_reference(PyTuple_GET_ITEM(entry, 2)) : NULL;
        PyObject *result = NULL;
        Py_XDECREF(entry);
        if (timer == NULL) {
            return -1;
        }
        if (likely(Py_IS_TYPE(timer, &Soon_Type) && !((Soon *)timer)->called)) {
            result = soon_fire((Soon *)timer);
            if (unlikely(result == NULL)) {
                PyObject *error = take_exception();
                result = error ? PyObject_CallMethodObjArgs(hub, names._timer_failed, timer, error, NULL) : NULL;
                Py_XDECREF(error);
            }
        }
        else {
            result = PyObject_CallMethodOneArg(hub, names._fire_or_forget, timer);
        }
        Py_DECREF(timer);
        Py_XDECREF(result);
        if (unlikely(result == NULL)) {
            return -1;
        }
    }
    return 0;
}

/* Whether a timer of the heap is due, so that it has to be put in order with those without a delay. */
static bool
heap_is_due(Core *core)
{
    if (!is_unset(core->next_timers)) {
        Py_XDECREF(PyObject_CallMethodNoArgs((PyObject *)core, names.prepare_timers));
    }
    PyObject *heap = PyErr_Occurred() ? NULL : core->timers;
    if (heap == NULL || !PyList_CheckExact(heap)) {
        return true;
    }
    if (PyList_GET_SIZE(heap) == 0) {
        return false;
    }
    PyObject *first = new_reference(PyTuple_GET_ITEM(PyList_GET_ITEM(heap, 0), 0));
    PyObject *now = PyObject_CallNoArgs(core->clock);
    bool result = now == NULL || PyObject_RichCompareBool(first, now, Py_GT) != 1;
    Py_XDECREF(now);
    Py_DECREF(first);
    return result;
}

/* Whether the hub has nothing to do before something new comes. */
static bool
is_idle(Core *core, PyObject *queue)
{
    return PyObject_Size(queue) == 0 && PyObject_Size(core->soon) == 0 && is_unset(core->closed_listeners)
           && is_unset(core->next_timers) && is_unset(core->timers);
}

/* Hub._pass: the timers without a delay, when that is all there is. */
static PyObject *
green_pass(Core *core, PyObject *Py_UNUSED(ignored))
{
    PyObject *queue = NULL, *fresh = NULL, *hub = (PyObject *)core;
    if (likely(!core->leaving && is_unset(core->closed_listeners) && is_unset(core->debug_blocking)
               && is_none(core->watcher) && is_unset(core->deferrals) && !heap_is_due(core))) {
        queue = new_reference(core->soon);
        fresh = queue ? PyObject_CallNoArgs(deque_class) : NULL;
    }
    if (unlikely(fresh == NULL)) {
        PyErr_Clear();
        Py_XDECREF(queue);
        return PyObject_CallOneArg(python_pass, hub);
    }
    Py_XSETREF(core->soon, fresh);
    int result = fire(hub, queue);
    if (likely(result == 0 && is_idle(core, queue))) {
        Py_DECREF(queue);
        core->pass_due = false;
        Py_RETURN_NONE;
    }
    PyObject *error = result < 0 ? take_exception() : NULL;
    PyObject *done = PyObject_CallMethodOneArg(hub, names._end_pass, queue);
    Py_DECREF(queue);
    if (error != NULL) {
        PyErr_Clear();
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
        Py_CLEAR(done);
    }
    return done;
}

static PyMethodDef sleep_function = {
    "sleep", (PyCFunction)(void (*)(void))green_sleep, METH_FASTCALL | METH_KEYWORDS,
    "sleep(seconds=0)\n--\n\nLet other green threads run for *seconds*; see `eventlet.sleep`."
};
static PyMethodDef pass_method = {"_pass", (PyCFunction)green_pass, METH_NOARGS, NULL};

/* prepare_sleep(Hub, sleep): returns (sleep, method _pass of Hub). After prepare_green. */
PyObject *
sleeps_init(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *hub_class, *sleep;
    if (!PyArg_ParseTuple(args, "O!O", &PyType_Type, &hub_class, &sleep)) {
        return NULL;
    }
    if (!PyType_IsSubtype((PyTypeObject *)hub_class, &Core_Type)) {
        PyErr_SetString(PyExc_TypeError, "the class of the hub does not extend HubCore");
        return NULL;
    }
    context_keyword = Py_BuildValue("(s)", "context");
    plain_hub = (PyTypeObject *)new_reference(hub_class);
    PyObject *collections = PyImport_ImportModule("collections");
    deque_class = collections ? PyObject_GetAttrString(collections, "deque") : NULL;
    Py_XDECREF(collections);
    python_sleep = new_reference(sleep);
    python_pass = deque_class && context_keyword ? PyObject_GetAttr(hub_class, names._pass) : NULL;
    PyObject *method = python_pass ? PyDescr_NewMethod((PyTypeObject *)hub_class, &pass_method) : NULL;
    PyObject *function = method ? PyCFunction_New(&sleep_function, NULL) : NULL;
    PyObject *result = function ? PyTuple_Pack(2, function, method) : NULL;
    Py_XDECREF(function);
    Py_XDECREF(method);
    return result;
}
