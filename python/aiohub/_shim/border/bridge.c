/* aiohub.wait(coroutine) in a green thread, and the wake-up of who waits for a future (see aiohub/_border/bridge.py).
 *
 * The common case is a coroutine that a plain green thread waits for, on the engine's loop, whose task comes to its end
 * without anything being thrown at the green thread. Everything else is Python's.
 */

#include "collected.h"
#include "green/green.h"
#include "native.h"

/* A done-callback that switches to the greenlet that waits. */
typedef struct {
    PyObject_HEAD
    PyObject *hub;    /* a Core */
    PyObject *waiter; /* NULL or None once it has been woken, or waits no more */
    vectorcallfunc call;
} WakeUp;

static PyObject *python_wait;   /* aiohub._border.bridge: the function for every case */
static PyObject *python_finish; /* the rest of a wait that was disturbed */
static PyObject *python_finish_begun; /* the rest of a wait for a task that has blocked in its first step */
static PyObject *running_loop;  /* asyncio._get_running_loop */
static PyObject *python_raise;  /* raises what came out of a future as a green thread is to see it */
static PyObject *task_class, *family_variable;
static PyObject *plain_create_tasks; /* tuple: the create_task methods of asyncio that do no more than is done here */
static PyObject *task_keywords, *callback_keywords;

static PyObject *
wake_up(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *keywords)
{
    WakeUp *wake = (WakeUp *)self;
    if (PyVectorcall_NARGS(nargsf) != 1 || keywords != NULL) {
        PyErr_SetString(PyExc_TypeError, "a done-callback is called with a future");
        return NULL;
    }
    Core *core = (Core *)wake->hub;
    if (unlikely(core->leaving)) {
        return PyObject_CallMethodObjArgs(core->loop, names.call_soon, self, args[0], NULL);
    }
    PyObject *waiter = wake->waiter, *result;
    wake->waiter = NULL;
    if (is_none(waiter)) {
        Py_XDECREF(waiter);
        Py_RETURN_NONE;
    }
    PyObject *hub = new_reference(wake->hub);
    if (unlikely(!is_none(core->watcher) || !greenlet_switches_plainly(waiter))) {
        result = PyObject_CallMethodOneArg(hub, names._wake_waiter, waiter);
    }
    else if (unlikely(!greenlet_is_active(waiter))) {
        result = new_reference(Py_None);
    }
    else if (unlikely((result = greenlet_switch(waiter, NULL)) == NULL)) {
        PyObject *error = take_exception();
        result = error ? PyObject_CallMethodOneArg(hub, names._switch_failed, error) : NULL;
        Py_XDECREF(error);
    }
    Py_DECREF(hub);
    Py_DECREF(waiter);
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    Py_RETURN_NONE;
}

static WakeUp *
wake_up_make(PyObject *hub, PyObject *waiter)
{
    WakeUp *wake = PyObject_GC_New(WakeUp, &WakeUp_Type);
    if (wake != NULL) {
        wake->hub = new_reference(hub);
        wake->waiter = new_reference(waiter);
        wake->call = wake_up;
        PyObject_GC_Track(wake);
    }
    return wake;
}

static PyObject *
wake_up_new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *hub, *waiter;
    if (greenlets_init() < 0 || !PyArg_ParseTuple(args, "O!O!", &Core_Type, &hub, greenlet_type(), &waiter)) {
        return NULL;
    }
    return (PyObject *)wake_up_make(hub, waiter);
}

#define WAKE_UP_REFERENCES(REFERENCE) REFERENCE(hub) REFERENCE(waiter)

DEFINE_TRAVERSE(wake_up, WakeUp, WAKE_UP_REFERENCES)
DEFINE_CLEAR(wake_up, WakeUp, WAKE_UP_REFERENCES)
DEFINE_DEALLOC(wake_up, WakeUp)

static PyMemberDef wake_up_members[] = {
    {"hub", T_OBJECT, offsetof(WakeUp, hub), READONLY, NULL},
    {"waiter", T_OBJECT, offsetof(WakeUp, waiter), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject WakeUp_Type = {
    COLLECTED_TYPE(wake_up, WakeUp, "WakeUp", Py_TPFLAGS_HAVE_VECTORCALL,
                   "WakeUp(hub, waiter): a done-callback that switches to a greenlet, once."),
    .tp_new = wake_up_new,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(WakeUp, call),
    .tp_members = wake_up_members,
};

/* Whether *object*'s attribute *name* is *wanted*. */
static bool
attribute_is(PyObject *object, PyObject *name, PyObject *wanted)
{
    PyObject *value = PyObject_GetAttr(object, name);
    bool result = value == wanted;
    Py_XDECREF(value);
    return result;
}

/* Whether *object*'s method *name* says true. */
static bool
method_is_true(PyObject *object, PyObject *name)
{
    PyObject *value = PyObject_CallMethodNoArgs(object, name);
    bool result = value == Py_True;
    if (value == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(value);
    return result;
}

/* Whether a task made by `loop.create_task` is what is made here: nobody has replaced it or set a task factory. */
static bool
makes_plain_tasks(PyObject *loop)
{
    PyObject *method = PyObject_GetAttr(loop, names.create_task);
    bool is_plain = false;
    if (method != NULL && PyMethod_Check(method)) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(plain_create_tasks) && !is_plain; i++) {
            is_plain = PyMethod_GET_FUNCTION(method) == PyTuple_GET_ITEM(plain_create_tasks, i);
        }
    }
    Py_XDECREF(method);
    return is_plain && attribute_is(loop, names._user_task_factory, Py_None)
           && attribute_is(loop, names._green_tasks, Py_True);
}

/* Whether *loop* is this OS thread's running loop. */
static bool
runs(PyObject *loop)
{
    PyObject *running = PyObject_CallNoArgs(running_loop);
    Py_XDECREF(running);
    return running == loop;
}

/* The hub of this OS thread if a fast wait is possible in *current*; a new reference, or NULL without an exception. */
static Core *
hub_for(PyObject *current)
{
    Core *core = core_here();
    if (likely(core != NULL && core->loop != NULL
               && current != core->greenlet && greenlet_switches_plainly(current)
               && PyObject_TypeCheck(core->loop, &Loop_Type) && !((Loop *)core->loop)->closed
               && !((Loop *)core->loop)->debug && !core->closed && makes_plain_tasks(core->loop)
               && runs(core->loop))) {
        return core;
    }
    Py_XDECREF(core);
    PyErr_Clear();
    return NULL;
}

/* The context of *current*, which runs, if a task can enter it; a new reference, or NULL without an exception. */
static PyObject *
context_for(PyObject *current)
{
    PyObject *context = greenlet_context(current);
    if (likely(context != NULL && context != Py_None && PyContext_Enter(context) == 0)) {
        if (likely(PyContext_Exit(context) == 0)) {
            return context;
        }
    }
    PyErr_Clear(); /* inside Context.run, or without a context yet */
    Py_XDECREF(context);
    return NULL;
}

/* A green task for *step*, in *context*, which is the present one. */
static PyObject *
make_task(Core *core, Step *step, PyObject *context)
{
    PyObject *stack[] = {NULL, (PyObject *)step, core->loop, context};
    PyObject *task = PyObject_Vectorcall(task_class, stack + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, task_keywords);
    PyObject *family = NULL;
    if (likely(task != NULL)) {
        Py_XSETREF(step->task, new_reference(task));
        if (PyContextVar_Get(family_variable, NULL, &family) < 0) {
            Py_CLEAR(task);
        }
        else if (family != NULL) {
            PyObject *added = PyObject_CallMethodOneArg(family, names.add, task);
            if (added == NULL) {
                Py_CLEAR(task);
            }
            Py_XDECREF(added);
            Py_DECREF(family);
        }
    }
    return task;
}

/* Take the first step of *task* out of *ready*, in which *before* others were when it was made; a new reference, or
 * NULL if it is not there. */
static Handle *
take_first_step(Ready *ready, size_t before, PyObject *task)
{
    for (size_t i = before; i < ready->count; i++) {
        Handle *handle = (Handle *)ready_get(ready, i);
        /* There are others if a finalizer has called call_soon. */
        if (ready->count == before + 1
            || (Py_IS_TYPE(handle, &Handle_Type) && handle->nargs == 0 && handle->callback != NULL
                && attribute_is(handle->callback, names.__self__, task))) {
            return (Handle *)ready_take(ready, i);
        }
        PyErr_Clear();
    }
    return NULL;
}

/* Make the first step of *task* here, as the loop would in its next turn; that does if this is no place for it. */
static int
begin(Core *core, Step *step, PyObject *task, Handle *first)
{
    step->begins = true;
    PyObject *made = PyObject_CallNoArgs(first->callback);
    step->begins = false;
    bool has_begun = step->home != NULL;
    Py_XSETREF(step->home, new_reference(core->greenlet));
    if (likely(made != NULL)) {
        Py_DECREF(made);
        return 0;
    }
    if (!has_begun) { /* whoever has switched here has left another task current */
        PyErr_Clear();
        return ready_push(&((Loop *)core->loop)->ready, (PyObject *)first);
    }
    PyObject *error = take_exception();
    if (method_is_true(task, names.done)) { /* SystemExit or KeyboardInterrupt, which is its outcome */
        Py_XDECREF(error);
        return 0;
    }
    raise_again(error);
    return -1;
}

/* The result of *task*, which is done, for a green thread. */
static PyObject *
result_of(PyObject *task)
{
    PyObject *result = PyObject_CallMethodNoArgs(task, names.result);
    if (unlikely(result == NULL && !PyErr_ExceptionMatches(PyExc_Exception))) {
        PyObject *error = take_exception(); /* cancelled, or the end of the program */
        result = error ? PyObject_CallFunctionObjArgs(python_raise, task, error, NULL) : NULL;
        Py_XDECREF(error);
    }
    return result;
}

/* Wait for *task* in *current*. */
static PyObject *
wait_for_task(Core *core, PyObject *current, PyObject *task)
{
    WakeUp *wake = wake_up_make((PyObject *)core, current);
    if (wake == NULL) {
        return NULL;
    }
    PyObject *stack[] = {task, (PyObject *)wake, core->context};
    PyObject *result = PyObject_VectorcallMethod(names.add_done_callback, stack, 2, callback_keywords);
    if (likely(result != NULL)) {
        Py_DECREF(result);
        result = hub_switch((PyObject *)core);
        if (unlikely(result == NOT_FAST)) {
            result = PyErr_Occurred() ? NULL : PyObject_CallMethodNoArgs((PyObject *)core, names.switch_);
        }
        if (likely(result != NULL && wake->waiter == NULL)) {
            Py_DECREF(result);
            result = result_of(task);
        }
        else {
            PyObject *error = result ? new_reference(Py_None) : take_exception();
            Py_XDECREF(result);
            result = PyObject_CallFunctionObjArgs(python_finish, (PyObject *)core, current, task, wake, error, NULL);
            Py_XDECREF(error);
        }
    }
    Py_DECREF(wake);
    return result;
}

/* Wait in *current* for a task that runs *coroutine* in *context*, which is the present one, and begins at once. */
static PyObject *
wait_for_coroutine(Core *core, PyObject *current, PyObject *coroutine, PyObject *context)
{
    Step *step = (Step *)step_new((PyObject *)core, coroutine, NULL);
    if (step == NULL) {
        return NULL;
    }
    step->lender = new_reference(current);
    Ready *ready = &((Loop *)core->loop)->ready;
    size_t before = ready->count;
    PyObject *task = make_task(core, step, context), *result = NULL;
    Handle *first = task ? take_first_step(ready, before, task) : NULL;
    if (likely(task != NULL && (first == NULL || begin(core, step, task, first) == 0))) {
        if (likely(step->driver == NULL && method_is_true(task, names.done))) {
            result = result_of(task);
        }
        else if (unlikely(!is_none(step->detached))) {
            PyObject *stack[] = {NULL, (PyObject *)core, current, task, (PyObject *)step};
            size_t nargs = 4 | PY_VECTORCALL_ARGUMENTS_OFFSET;
            result = PyObject_Vectorcall(python_finish_begun, stack + 1, nargs, NULL);
        }
        else {
            result = wait_for_task(core, current, task);
        }
    }
    Py_XDECREF((PyObject *)first);
    Py_XDECREF(task);
    Py_DECREF(step);
    return result;
}

/* wait(awaitable, timeout=None) */
static PyObject *
green_wait(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    PyObject *current = NULL, *context = NULL, *result = NOT_FAST;
    Core *core = NULL;
    if (likely(keywords == NULL && nargs == 1 && PyCoro_CheckExact(args[0]) && (current = greenlet_current()) != NULL
               && (core = hub_for(current)) != NULL && (context = context_for(current)) != NULL)) {
        result = wait_for_coroutine(core, current, args[0], context);
    }
    Py_XDECREF(context);
    Py_XDECREF(core);
    Py_XDECREF(current);
    if (unlikely(result == NOT_FAST)) {
        PyErr_Clear(); /* the interpreter is going down, and greenlet says so to Python as well */
        return PyObject_Vectorcall(python_wait, args, (size_t)nargs, keywords);
    }
    return result;
}

static PyMethodDef wait_function = {
    "wait", (PyCFunction)(void (*)(void))green_wait, METH_FASTCALL | METH_KEYWORDS, NULL
};

static PyObject *
make_wait(void)
{
    python_wait = parts.wait;
    python_finish = parts.finish_wait;
    python_finish_begun = parts.finish_begun;
    running_loop = parts.running_loop;
    python_raise = parts.raise_outcome;
    task_class = parts.task_class;
    plain_create_tasks = parts.create_tasks;
    family_variable = parts.family;
    Py_XSETREF(task_keywords, Py_BuildValue("(ss)", "loop", "context"));
    Py_XSETREF(callback_keywords, Py_BuildValue("(s)", "context"));
    return task_keywords && callback_keywords ? PyCFunction_New(&wait_function, NULL) : NULL;
}

static PyObject **const wait_needs[] = {
    &parts.hub_local,  &parts.wait,         &parts.finish_wait, &parts.finish_begun, &parts.raise_outcome,
    &parts.task_class, &parts.create_tasks, &parts.family,      &parts.running_loop, NULL,
};

const Native wait_natives[] = {{"wait", make_wait, wait_needs}, {NULL, NULL, NULL}};
