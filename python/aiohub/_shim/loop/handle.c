/* Handle and TimerHandle: what asyncio's classes of these names offer, with the arguments inside the object. */

#include "collected.h"
#include "loop/loop.h"

/* Handles are made and dropped for every step of a task: some dead ones are kept for reuse. */
#define KEPT 512
static Handle *kept_handles[KEPT];
static Timer *kept_timers[KEPT];
static int kept_handles_count, kept_timers_count;

static int trace(Handle *handle);

/* Fill a new handle; on failure it is left fit for dealloc. */
static int
fill(Handle *handle, Loop *loop, PyObject *callback, PyObject *const *args, Py_ssize_t nargs, PyObject *context)
{
    handle->callback = new_reference(callback);
    handle->loop = (Loop *)new_reference((PyObject *)loop);
    handle->source_traceback = handle->repr = handle->weakrefs = NULL;
    handle->cancelled = false;
    handle->nargs = nargs;
    if (likely(nargs <= HANDLE_ARGS)) {
        for (Py_ssize_t i = 0; i < HANDLE_ARGS; i++) {
            handle->args[i] = i < nargs ? new_reference(args[i]) : NULL;
        }
    }
    else {
        memset(handle->args, 0, sizeof(handle->args));
        handle->context = NULL;
        if ((handle->args[0] = PyTuple_New(nargs)) == NULL) {
            return -1;
        }
        for (Py_ssize_t i = 0; i < nargs; i++) {
            PyTuple_SET_ITEM(handle->args[0], i, new_reference(args[i]));
        }
    }
    if (context == NULL || context == Py_None) {
        handle->context = PyContext_CopyCurrent();
    }
    else {
        handle->context = new_reference(context);
    }
    if (handle->context == NULL) {
        return -1;
    }
    return unlikely(loop->debug) ? trace(handle) : 0;
}

Handle *
handle_new(Loop *loop, PyObject *callback, PyObject *const *args, Py_ssize_t nargs, PyObject *context)
{
    Handle *handle;
    if (kept_handles_count) {
        handle = kept_handles[--kept_handles_count];
        (void)PyObject_Init((PyObject *)handle, &Handle_Type);
    }
    else if ((handle = PyObject_GC_New(Handle, &Handle_Type)) == NULL) {
        return NULL;
    }
    if (unlikely(fill(handle, loop, callback, args, nargs, context) < 0)) {
        PyObject_GC_Track(handle);
        Py_DECREF(handle);
        return NULL;
    }
    PyObject_GC_Track(handle);
    return handle;
}

Timer *
timer_new(Loop *loop, double when, PyObject *callback, PyObject *const *args, Py_ssize_t nargs, PyObject *context)
{
    Timer *timer;
    if (kept_timers_count) {
        timer = kept_timers[--kept_timers_count];
        (void)PyObject_Init((PyObject *)timer, &Timer_Type);
    }
    else if ((timer = PyObject_GC_New(Timer, &Timer_Type)) == NULL) {
        return NULL;
    }
    timer->when = when;
    timer->scheduled = false;
    if (unlikely(fill(&timer->base, loop, callback, args, nargs, context) < 0)) {
        PyObject_GC_Track(timer);
        Py_DECREF(timer);
        return NULL;
    }
    PyObject_GC_Track(timer);
    return timer;
}

/* Remember where the handle is made: the innermost Python frame is the caller of call_soon, call_at ... */
static int
trace(Handle *handle)
{
    PyObject *frame = PyObject_CallNoArgs(names.getframe);
    if (frame == NULL) {
        PyErr_Clear(); /* called without any Python code around it */
        return 0;
    }
    Py_XSETREF(handle->source_traceback, PyObject_CallOneArg(names.extract_stack, frame));
    Py_DECREF(frame);
    return handle->source_traceback ? 0 : -1;
}

static void
drop_callback(Handle *handle)
{
    Py_CLEAR(handle->callback);
    for (Py_ssize_t i = 0; i < HANDLE_ARGS; i++) {
        Py_CLEAR(handle->args[i]);
    }
    handle->nargs = 0;
}

/* All but the callback and its arguments, which leave when the handle is cancelled. */
#define HANDLE_REFERENCES(REFERENCE) REFERENCE(context) REFERENCE(loop) REFERENCE(source_traceback) REFERENCE(repr)

static int
handle_clear(Handle *self)
{
    drop_callback(self);
    HANDLE_REFERENCES(CLEAR_REFERENCE)
    return 0;
}

static int
handle_traverse(Handle *self, visitproc visit, void *arg)
{
    Py_VISIT(self->callback);
    for (Py_ssize_t i = 0; i < HANDLE_ARGS; i++) {
        Py_VISIT(self->args[i]);
    }
    HANDLE_REFERENCES(VISIT_REFERENCE)
    return 0;
}

static void
destroy(Handle *handle)
{
    if (unlikely(handle->weakrefs != NULL)) {
        PyObject_ClearWeakRefs((PyObject *)handle);
    }
    handle_clear(handle);
    if (Py_IS_TYPE(handle, &Handle_Type) && kept_handles_count < KEPT) {
        kept_handles[kept_handles_count++] = handle;
    }
    else if (Py_IS_TYPE(handle, &Timer_Type) && kept_timers_count < KEPT) {
        kept_timers[kept_timers_count++] = (Timer *)handle;
    }
    else {
        Py_TYPE(handle)->tp_free(handle);
    }
}

/* Handles that drop each other so deep go through CPython's trashcan, which costs some of what a handle does. */
#define DEEP 40

static void
handle_dealloc(Handle *handle)
{
    static int depth;
    PyObject_GC_UnTrack(handle);
    if (likely(depth < DEEP)) {
        depth++;
        destroy(handle);
        depth--;
        return;
    }
    Py_TRASHCAN_BEGIN(handle, handle_dealloc)
    destroy(handle);
    Py_TRASHCAN_END
}

/* Call the callback in its context. Takes references of its own: the callback may cancel its handle. */
static PyObject *
call(Handle *handle)
{
    PyObject *callback = handle->callback;
    PyObject *stack[1 + HANDLE_ARGS]; /* stack[0] is for the callee, see PY_VECTORCALL_ARGUMENTS_OFFSET */
    PyObject *tuple = NULL, *const *args = stack + 1;
    Py_ssize_t nargs = handle->nargs, kept = 0;
    Py_INCREF(callback);
    stack[0] = NULL;
    if (likely(nargs <= HANDLE_ARGS)) {
        for (; kept < nargs; kept++) {
            stack[1 + kept] = new_reference(handle->args[kept]);
        }
    }
    else {
        tuple = new_reference(handle->args[0]);
        args = &PyTuple_GET_ITEM(tuple, 0);
    }
    PyObject *result;
    if (tuple == NULL) {
        result = PyObject_Vectorcall(callback, args, (size_t)nargs | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    }
    else {
        result = PyObject_Vectorcall(callback, args, (size_t)nargs, NULL);
    }
    for (Py_ssize_t i = 0; i < kept; i++) {
        Py_DECREF(stack[1 + i]);
    }
    Py_XDECREF(tuple);
    Py_DECREF(callback);
    return result;
}

int
handle_run(Handle *handle)
{
    PyObject *context = new_reference(handle->context);
    PyObject *result = NULL;
    if (likely(PyContext_Enter(context) == 0)) {
        result = call(handle);
        if (unlikely(PyContext_Exit(context) < 0)) {
            Py_CLEAR(result);
        }
    }
    Py_DECREF(context);
    if (likely(result != NULL)) {
        Py_DECREF(result);
        return 0;
    }
    if (exception_ends_loop()) {
        return -1;
    }
    return loop_report(handle->loop, names._handle_failed, (PyObject *)handle, NULL);
}

void
handle_cancel(Handle *handle)
{
    handle->cancelled = true;
    drop_callback(handle);
}

/* The tuple of the arguments, None for a cancelled handle. */
static PyObject *
get_args(Handle *handle, void *closure)
{
    (void)closure;
    if (handle->callback == NULL) {
        Py_RETURN_NONE;
    }
    if (handle->nargs > HANDLE_ARGS) {
        return new_reference(handle->args[0]);
    }
    PyObject *tuple = PyTuple_New(handle->nargs);
    for (Py_ssize_t i = 0; tuple != NULL && i < handle->nargs; i++) {
        PyTuple_SET_ITEM(tuple, i, new_reference(handle->args[i]));
    }
    return tuple;
}

static PyObject *
method_run(Handle *handle, PyObject *Py_UNUSED(ignored))
{
    if (handle->callback == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the handle is cancelled and has nothing to run");
        return NULL;
    }
    return handle_run(handle) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
method_cancel(Handle *handle, PyObject *Py_UNUSED(ignored))
{
    if (!handle->cancelled) {
        if (unlikely(handle->loop->debug)) {
            /* Kept, because the callback goes: "Executing <Handle ...> took 2.5 seconds" names it later. */
            handle->cancelled = true;
            PyObject *repr = PyObject_Repr((PyObject *)handle);
            if (repr == NULL) {
                return NULL;
            }
            Py_XSETREF(handle->repr, repr);
        }
        handle_cancel(handle);
    }
    Py_RETURN_NONE;
}

static PyObject *
method_cancelled(Handle *handle, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(handle->cancelled);
}

static PyObject *
method_get_context(Handle *handle, PyObject *Py_UNUSED(ignored))
{
    return new_reference(handle->context);
}

static PyObject *
repr(Handle *handle)
{
    if (handle->repr != NULL) {
        return new_reference(handle->repr);
    }
    return PyObject_CallMethodOneArg((PyObject *)handle->loop, names._describe_handle, (PyObject *)handle);
}

static PyMethodDef handle_methods[] = {
    {"cancel", (PyCFunction)method_cancel, METH_NOARGS, "Never call the callback; what it holds is let go."},
    {"cancelled", (PyCFunction)method_cancelled, METH_NOARGS, "Whether `cancel` was called."},
    {"get_context", (PyCFunction)method_get_context, METH_NOARGS, "The context the callback runs in."},
    {"_run", (PyCFunction)method_run, METH_NOARGS, "Call the callback now; its exception goes to the loop."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef handle_members[] = {
    {"_callback", T_OBJECT, offsetof(Handle, callback), READONLY, NULL},
    {"_context", T_OBJECT, offsetof(Handle, context), READONLY, NULL},
    {"_loop", T_OBJECT, offsetof(Handle, loop), READONLY, NULL},
    {"_source_traceback", T_OBJECT, offsetof(Handle, source_traceback), READONLY, NULL},
    {"_cancelled", T_BOOL, offsetof(Handle, cancelled), READONLY, NULL},
    {"_repr", T_OBJECT, offsetof(Handle, repr), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef handle_getset[] = {
    {"_args", (getter)get_args, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject Handle_Type = {
    COLLECTED_TYPE(handle, Handle, "Handle", 0, "What call_soon returns. Made by the loop only."),
    .tp_repr = (reprfunc)repr,
    .tp_weaklistoffset = offsetof(Handle, weakrefs),
    .tp_methods = handle_methods,
    .tp_members = handle_members,
    .tp_getset = handle_getset,
    .tp_free = PyObject_GC_Del,
};

/* TimerHandle */

static PyObject *
timer_cancel(Timer *timer, PyObject *Py_UNUSED(ignored))
{
    if (timer->scheduled) {
        loop_forget_timer(timer->base.loop, timer);
    }
    return method_cancel(&timer->base, NULL);
}

static PyObject *
timer_when(Timer *timer, PyObject *Py_UNUSED(ignored))
{
    return PyFloat_FromDouble(timer->when);
}

static Py_hash_t
timer_hash(Timer *timer)
{
    return _Py_HashDouble((PyObject *)timer, timer->when);
}

/* Whether two timers are equal: time, callback, arguments and state; -1 for an exception. */
static int
timers_equal(Timer *one, Timer *other)
{
    if (one->when != other->when || one->base.cancelled != other->base.cancelled) {
        return 0;
    }
    if (one->base.callback == NULL || other->base.callback == NULL) {
        return one->base.callback == other->base.callback;
    }
    PyObject *left = new_reference(one->base.callback), *right = new_reference(other->base.callback);
    int equal = PyObject_RichCompareBool(left, right, Py_EQ);
    Py_DECREF(left);
    Py_DECREF(right);
    if (equal <= 0) {
        return equal;
    }
    left = get_args(&one->base, NULL);
    right = get_args(&other->base, NULL);
    equal = left && right ? PyObject_RichCompareBool(left, right, Py_EQ) : -1;
    Py_XDECREF(left);
    Py_XDECREF(right);
    return equal;
}

static PyObject *
timer_compare(PyObject *left, PyObject *right, int op)
{
    if (!PyObject_TypeCheck(left, &Timer_Type) || !PyObject_TypeCheck(right, &Timer_Type)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Timer *one = (Timer *)left, *other = (Timer *)right;
    bool answer = op == Py_LT || op == Py_LE ? one->when < other->when : one->when > other->when;
    if (op == Py_EQ || op == Py_NE || ((op == Py_LE || op == Py_GE) && !answer)) {
        int equal = timers_equal(one, other);
        if (equal < 0) {
            return NULL;
        }
        answer = op == Py_NE ? !equal : equal;
    }
    return PyBool_FromLong(answer);
}

static PyMethodDef timer_methods[] = {
    {"cancel", (PyCFunction)timer_cancel, METH_NOARGS, "Never call the callback; what it holds is let go."},
    {"when", (PyCFunction)timer_when, METH_NOARGS, "The time of the loop at which the callback is due, in seconds."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef timer_members[] = {
    {"_when", T_DOUBLE, offsetof(Timer, when), READONLY, NULL},
    {"_scheduled", T_BOOL, offsetof(Timer, scheduled), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject Timer_Type = {
    COLLECTED_TYPE(handle, Timer, "TimerHandle", 0, "What call_later and call_at return. Made by the loop only."),
    .tp_base = &Handle_Type,
    .tp_hash = (hashfunc)timer_hash,
    .tp_richcompare = timer_compare,
    .tp_methods = timer_methods,
    .tp_members = timer_members,
    .tp_free = PyObject_GC_Del,
};
