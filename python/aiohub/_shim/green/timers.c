/* HubTimers: the timers of a hub, as aiohub._hub.timers.TimerQueue extends them; timers without a delay, and the pass
 * over those that are due.
 *
 * The queues are Python objects; what is unusual (timers that are due in the heap, watchers, deferrals, closed
 * descriptors) is left to the Python methods.
 */

#include "collected.h"
#include "green/green.h"
#include "native.h"

/* The timers of one hub. */
typedef struct {
    PyObject_HEAD
    PyObject *hub;           /* a Core */
    PyObject *soon;          /* a deque of (time, sequence, timer): the timers without a delay */
    PyObject *later, *fresh; /* those with one: a heap, and a list of what is not in it yet */
    PyObject *deferrals;
    PyObject *spare;         /* an empty deque for the next pass, or NULL */
    long long sequence;
    bool pass_due;
} HubTimers;

static PyObject *deque_class, *context_keyword;
static PyTypeObject *plain_hub, *plain_timers; /* aiohub.hub.Hub and TimerQueue; subclasses may do more */
static PyObject *python_pass;

#define HUB_TIMERS_ATTRIBUTES(REFERENCE)                                                                               \
    REFERENCE(hub) REFERENCE(soon) REFERENCE(later) REFERENCE(fresh) REFERENCE(deferrals)
#define HUB_TIMERS_REFERENCES(REFERENCE) HUB_TIMERS_ATTRIBUTES(REFERENCE) REFERENCE(spare)

DEFINE_TRAVERSE(timers, HubTimers, HUB_TIMERS_REFERENCES)
DEFINE_CLEAR(timers, HubTimers, HUB_TIMERS_REFERENCES)
DEFINE_DEALLOC(timers, HubTimers)

#define HUB_TIMERS_ATTRIBUTE(name) {#name, T_OBJECT_EX, offsetof(HubTimers, name), 0, NULL},

static PyMemberDef members[] = {
    HUB_TIMERS_ATTRIBUTES(HUB_TIMERS_ATTRIBUTE)
    {"sequence", T_LONGLONG, offsetof(HubTimers, sequence), 0, NULL},
    {"pass_due", T_BOOL, offsetof(HubTimers, pass_due), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject HubTimers_Type = {
    COLLECTED_TYPE(timers, HubTimers, "HubTimers", Py_TPFLAGS_BASETYPE,
                   "The fields of a hub's timers that native code uses."),
    .tp_new = PyType_GenericNew,
    .tp_members = members,
};

/* What the queue gives a timer that is added. */
#define SOON_ATTRIBUTES(REFERENCE) REFERENCE(scheduled_time) REFERENCE(sequence)
#define SOON_REFERENCES(REFERENCE) REFERENCE(green) REFERENCE(args) SOON_ATTRIBUTES(REFERENCE)

DEFINE_TRAVERSE(soon, Soon, SOON_REFERENCES)
DEFINE_CLEAR(soon, Soon, SOON_REFERENCES)
DEFINE_DEALLOC(soon, Soon)

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

#define SOON_ATTRIBUTE(name) {#name, T_OBJECT, offsetof(Soon, name), 0, NULL},

static PyMemberDef soon_members[] = {
    SOON_ATTRIBUTES(SOON_ATTRIBUTE)
    {"called", T_BOOL, offsetof(Soon, called), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef soon_getset[] = {GETTER(soon, tpl) GETTER(soon, seconds) GETTER(soon, pending) END_OF_GETTERS};

PyTypeObject Soon_Type = {
    COLLECTED_TYPE(soon, Soon, "Soon", 0, "The timer of a green thread that sleeps for no time, or is to start."),
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

/* Whether the last of the timers without a delay is due after *when*. */
static bool
comes_before_last(HubTimers *timers, PyObject *when)
{
    PyObject *last = PyObject_Size(timers->soon) > 0 ? PySequence_GetItem(timers->soon, -1) : NULL;
    bool result = last != NULL && PyObject_RichCompareBool(when, PyTuple_GET_ITEM(last, 0), Py_LT) == 1;
    Py_XDECREF(last);
    return result;
}

/* TimerQueue.schedule_pass, where none is due. */
static bool
ask_for_pass(HubTimers *timers, Core *core)
{
    timers->pass_due = true;
    PyObject *pass = PyObject_GetAttr((PyObject *)timers, names.run_pass);
    PyObject *stack[] = {core->loop, pass, core->context};
    PyObject *done = pass ? PyObject_VectorcallMethod(names.call_soon, stack, 2, context_keyword) : NULL;
    Py_XDECREF(pass);
    Py_XDECREF(done);
    if (unlikely(done == NULL)) {
        timers->pass_due = false; /* for lack of memory: the next timer asks again */
    }
    return done != NULL;
}

/* TimerQueue.add for a timer that is due at *when*, after all that are in the queue. */
static PyObject *
append(HubTimers *timers, Core *core, Soon *soon, PyObject *when)
{
    Py_XSETREF(soon->scheduled_time, new_reference(when));
    Py_XSETREF(soon->sequence, PyLong_FromLongLong(++timers->sequence));
    PyObject *entry = soon->sequence ? PyTuple_Pack(3, when, soon->sequence, soon) : NULL;
    PyObject *done = NULL;
    /* The pass first: a timer whose maker got an exception must not come. */
    if (likely(entry != NULL && (timers->pass_due || ask_for_pass(timers, core)))) {
        done = PyObject_CallMethodOneArg(timers->soon, names.append, entry);
    }
    Py_XDECREF(entry);
    return done;
}

int
core_add_soon(Core *core, PyObject *timer)
{
    HubTimers *timers = NULL;
    PyObject *when = NULL, *done = NULL;
    if (likely(Py_IS_TYPE(core, plain_hub) && core->clock != NULL && !core->closed && core->timers != NULL
               && Py_IS_TYPE(core->timers, plain_timers))) {
        timers = (HubTimers *)new_reference(core->timers);
        when = timers->soon ? PyObject_CallNoArgs(core->clock) : NULL;
    }
    if (likely(when != NULL && !comes_before_last(timers, when) && !PyErr_Occurred())) {
        done = append(timers, core, (Soon *)timer, when);
    }
    else if (!PyErr_Occurred()) {
        done = PyObject_CallMethodOneArg((PyObject *)core, names.add_timer, timer);
    }
    Py_XDECREF(timers);
    Py_XDECREF(when);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

/* Whether *value* is false: empty, None, zero. */
static bool
is_unset(PyObject *value)
{
    return is_none(value) || value == Py_False || PyObject_Not(value) == 1;
}

/* Fire the timers of *queue*, a deque of (time, sequence, timer). -1: an exception that ends the pass. */
static int
fire(HubTimers *timers, PyObject *queue)
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
                result = error ? PyObject_CallMethodObjArgs((PyObject *)timers, names._failed, timer, error, NULL) : NULL;
                Py_XDECREF(error);
            }
        }
        else {
            result = PyObject_CallMethodOneArg((PyObject *)timers, names._fire_or_forget, timer);
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
heap_is_due(HubTimers *timers, PyObject *clock)
{
    if (!is_unset(timers->fresh)) {
        Py_XDECREF(PyObject_CallMethodNoArgs((PyObject *)timers, names.prepare));
    }
    PyObject *heap = PyErr_Occurred() ? NULL : timers->later;
    if (heap == NULL || !PyList_CheckExact(heap)) {
        return true;
    }
    if (PyList_GET_SIZE(heap) == 0) {
        return false;
    }
    PyObject *first = new_reference(PyTuple_GET_ITEM(PyList_GET_ITEM(heap, 0), 0));
    PyObject *now = PyObject_CallNoArgs(clock);
    bool result = now == NULL || PyObject_RichCompareBool(first, now, Py_GT) != 1;
    Py_XDECREF(now);
    Py_DECREF(first);
    return result;
}

/* Whether this pass is one over the timers without a delay alone. */
static bool
is_plain_pass(HubTimers *timers, Core *core)
{
    return !core->leaving && core->clock != NULL && is_unset(core->closed_listeners) && is_unset(core->debug_blocking)
           && is_none(core->watcher) && is_unset(timers->deferrals) && !heap_is_due(timers, core->clock);
}

/* The end of a pass over *queue*, where native code can tell what is to be asked of the loop: true, or false with or
 * without an exception. */
static bool
end_pass(HubTimers *timers, Core *core, PyObject *queue)
{
    if (unlikely(PyObject_Size(queue) != 0 || core->closed)) {
        return false;
    }
    if (PyObject_Size(timers->soon) != 0) {
        return ask_for_pass(timers, core);
    }
    if (!is_unset(core->closed_listeners) || !is_unset(timers->fresh) || !is_unset(timers->later)) {
        return false;
    }
    timers->pass_due = false;
    return true;
}

/* TimerQueue.run_pass: the timers without a delay, when that is all there is. */
static PyObject *
run_pass(HubTimers *timers, PyObject *Py_UNUSED(ignored))
{
    PyObject *queue = NULL, *fresh = NULL;
    Core *core = NULL;
    if (likely(timers->hub != NULL && PyObject_TypeCheck(timers->hub, &Core_Type))) {
        core = (Core *)new_reference(timers->hub);
        queue = likely(is_plain_pass(timers, core)) ? new_reference(timers->soon) : NULL;
        if (likely(queue != NULL)) {
            fresh = timers->spare ? timers->spare : PyObject_CallNoArgs(deque_class);
            timers->spare = NULL;
        }
    }
    if (unlikely(fresh == NULL)) {
        PyErr_Clear();
        Py_XDECREF(queue);
        Py_XDECREF(core);
        return PyObject_CallOneArg(python_pass, (PyObject *)timers);
    }
    Py_XSETREF(timers->soon, fresh);
    int result = fire(timers, queue);
    PyObject *done = NULL;
    if (likely(result == 0 && end_pass(timers, core, queue))) {
        if (likely(Py_REFCNT(queue) == 1 && timers->spare == NULL)) {
            timers->spare = new_reference(queue);
        }
        done = new_reference(Py_None);
    }
    else {
        PyObject *error = result < 0 || PyErr_Occurred() ? take_exception() : NULL;
        done = PyObject_CallMethodOneArg((PyObject *)timers, names._end_pass, queue);
        if (error != NULL) {
            raise_again(error);
            Py_CLEAR(done);
        }
    }
    Py_DECREF(queue);
    Py_DECREF(core);
    return done;
}

static PyMethodDef pass_method = {"run_pass", (PyCFunction)run_pass, METH_NOARGS, NULL};

static PyObject *
make_run_pass(void)
{
    PyTypeObject *hub_class = (PyTypeObject *)parts.hub_class, *timers_class = (PyTypeObject *)parts.timers_class;
    if (!PyType_IsSubtype(hub_class, &Core_Type) || !PyType_IsSubtype(timers_class, &HubTimers_Type)) {
        PyErr_SetString(PyExc_TypeError, "the class of the hub or that of its timers does not extend the shim's");
        return NULL;
    }
    PyObject *collections = PyImport_ImportModule("collections");
    Py_XSETREF(deque_class, collections ? PyObject_GetAttrString(collections, "deque") : NULL);
    Py_XDECREF(collections);
    Py_XSETREF(context_keyword, Py_BuildValue("(s)", "context"));
    plain_hub = hub_class;
    plain_timers = timers_class;
    if (deque_class == NULL || context_keyword == NULL) {
        return NULL;
    }
    Py_XSETREF(python_pass, PyObject_GetAttr((PyObject *)timers_class, names.run_pass));
    return python_pass ? PyDescr_NewMethod(timers_class, &pass_method) : NULL;
}

static PyObject **const timer_needs[] = {&parts.hub_class, &parts.timers_class, NULL};

const Native timer_natives[] = {{"run_pass", make_run_pass, timer_needs}, {NULL, NULL, NULL}};
