/* Green threads: eventlet.spawn, the end of a GreenThread, and `await green_thread` (see aiohub/_patch/greenthread.py
 * and aiohub/_border/bridge.py, which have every case). */

#include "green/green.h"
#include "native.h"

static PyTypeObject *green_thread_class, *future_class;
static PyObject *python_spawn, *python_finish, *python_await, *python_deliver;
static PyObject *loop_keyword;

/* Whether *function* is plainly none that makes a coroutine. */
static bool
is_plain_function(PyObject *function)
{
    if (PyMethod_Check(function)) {
        function = PyMethod_GET_FUNCTION(function);
    }
    if (PyFunction_Check(function)) {
        return !(((PyCodeObject *)PyFunction_GET_CODE(function))->co_flags & CO_COROUTINE);
    }
    return PyCFunction_Check(function);
}

/* GreenThread(hub.greenlet), with a copy of the present context. */
static PyObject *
make_green_thread(Core *core)
{
    PyObject *nothing = PyTuple_New(0);
    PyObject *green = nothing ? green_thread_class->tp_new(green_thread_class, nothing, NULL) : NULL;
    PyObject *run = green ? PyObject_GetAttr(green, names.main) : NULL;
    PyObject *arguments = run ? PyTuple_Pack(2, run, core->greenlet) : NULL;
    PyObject *context = arguments ? PyContext_CopyCurrent() : NULL;
    if (unlikely(context == NULL || greenlet_type()->tp_init(green, arguments, NULL) < 0
                 || greenlet_set_context(green, context) < 0)) {
        Py_CLEAR(green);
    }
    Py_XDECREF(context);
    Py_XDECREF(arguments);
    Py_XDECREF(run);
    Py_XDECREF(nothing);
    return green;
}

/* spawn(func, *args, **kwargs) */
static PyObject *
green_spawn(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    Core *core = NULL;
    if (unlikely(nargs < 1 || !is_plain_function(args[0]) || (core = core_here()) == NULL)) {
        Py_XDECREF(core);
        return PyObject_Vectorcall(python_spawn, args, (size_t)nargs, keywords);
    }
    PyObject *green = make_green_thread(core);
    PyObject *positional = PyTuple_New(nargs - 1);
    PyObject *named = PyDict_New();
    PyObject *arguments = NULL, *result = NULL;
    for (Py_ssize_t i = 1; positional != NULL && i < nargs; i++) {
        PyTuple_SET_ITEM(positional, i - 1, new_reference(args[i]));
    }
    for (Py_ssize_t i = 0; named != NULL && keywords != NULL && i < PyTuple_GET_SIZE(keywords); i++) {
        if (PyDict_SetItem(named, PyTuple_GET_ITEM(keywords, i), args[nargs + i]) < 0) {
            Py_CLEAR(named);
        }
    }
    if (likely(green != NULL && positional != NULL && named != NULL
               && (arguments = PyTuple_Pack(3, args[0], positional, named)) != NULL)) {
        PyObject *timer = soon_new(green, arguments);
        if (likely(timer != NULL && core_add_soon(core, timer) == 0)) {
            result = new_reference(green);
        }
        Py_XDECREF(timer);
    }
    Py_XDECREF(arguments);
    Py_XDECREF(positional);
    Py_XDECREF(named);
    Py_XDECREF(green);
    Py_DECREF(core);
    return result;
}

/* The attribute *name* that *green* itself has, borrowed; NULL if it has none. */
static PyObject *
own_attribute(PyObject *green, PyObject *name)
{
    Py_ssize_t offset = Py_TYPE(green)->tp_dictoffset;
    PyObject *attributes = offset > 0 ? *(PyObject **)((char *)green + offset) : NULL;
    return attributes ? PyDict_GetItemWithError(attributes, name) : NULL;
}

/* Give *result* to the future that awaits the green thread. */
static Path
deliver(PyObject *future, PyObject *result)
{
    PyObject *asked = PyObject_GetAttr(future, names._asked);
    Py_XDECREF(asked);
    PyObject *done = asked == Py_None ? PyObject_CallMethodNoArgs(future, names.done) : NULL;
    Py_XDECREF(done);
    if (unlikely(done != Py_False)) {
        return PyErr_Occurred() ? PATH_FAILED : PATH_NOT_FAST;
    }
    if (PyObject_SetAttr(future, names.green_thread, Py_None) < 0) {
        return PATH_FAILED;
    }
    PyObject *set = PyObject_CallMethodOneArg(future, names.set_result, result);
    Py_XDECREF(set);
    return set ? PATH_DONE : PATH_FAILED;
}

/* finish(green_thread, result): tell whoever waits for a green thread whose function has returned. */
static PyObject *
green_finish(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *green = nargs == 2 ? args[0] : NULL;
    if (unlikely(green == NULL || !PyObject_TypeCheck(green, greenlet_type())
                 || own_attribute(green, names._exit_event) != NULL)) {
        return PyErr_Occurred() ? NULL : PyObject_Vectorcall(python_finish, args, (size_t)nargs, NULL);
    }
    if (PyErr_Occurred() || PyObject_SetAttr(green, names._aiohub_result, args[1]) < 0) {
        return NULL;
    }
    PyObject *future = new_reference(own_attribute(green, names._aiohub_awaiting));
    if (likely(future != NULL)) {
        Path delivered = PyObject_DelAttr(green, names._aiohub_awaiting) < 0 ? PATH_FAILED : deliver(future, args[1]);
        if (unlikely(delivered == PATH_NOT_FAST)) {
            PyObject *done = PyObject_CallFunctionObjArgs(python_deliver, green, future, Py_True, NULL);
            Py_XDECREF(done);
            delivered = done ? PATH_DONE : PATH_FAILED;
        }
        Py_DECREF(future);
        return delivered == PATH_FAILED ? NULL : new_reference(Py_None);
    }
    if (unlikely(own_attribute(green, names._exit_funcs) != NULL)) {
        return PyObject_CallMethodNoArgs(green, names._resolve_links);
    }
    return PyErr_Occurred() ? NULL : new_reference(Py_None);
}

/* A future of *core*'s loop that *green*, of this hub and nobody's so far, will fulfil. */
static PyObject *
link_future(Core *core, PyObject *green)
{
    PyObject *stack[] = {NULL, core->loop};
    const size_t none_positional = PY_VECTORCALL_ARGUMENTS_OFFSET;
    PyObject *future = PyObject_Vectorcall((PyObject *)future_class, stack + 1, none_positional, loop_keyword);
    /* Not among what is linked before somebody asks for that: see _ExitFunctions in green_threads.py. */
    if (unlikely(future != NULL && (PyObject_SetAttr(future, names.green_thread, green) < 0
                                    || PyObject_SetAttr(green, names._aiohub_awaiting, future) < 0))) {
        Py_CLEAR(future);
    }
    return future;
}

/* GreenThread.__await__ */
static PyObject *
green_await(PyObject *green, PyObject *Py_UNUSED(ignored))
{
    Core *core = core_here();
    if (likely(core != NULL && core->greenlet != NULL && core->loop != NULL
               && greenlet_is_child_of(green, core->greenlet) && own_attribute(green, names._exit_event) == NULL
               && own_attribute(green, names._aiohub_result) == NULL
               && own_attribute(green, names._exit_funcs) == NULL
               && own_attribute(green, names._aiohub_awaiting) == NULL && !PyErr_Occurred())) {
        PyObject *future = link_future(core, green);
        Py_DECREF(core);
        PyObject *awaiting = future ? future_class->tp_as_async->am_await(future) : NULL;
        Py_XDECREF(future);
        return awaiting;
    }
    Py_XDECREF(core);
    return PyErr_Occurred() ? NULL : PyObject_CallOneArg(python_await, green);
}

static PyMethodDef spawn_function = {
    "spawn", (PyCFunction)(void (*)(void))green_spawn, METH_FASTCALL | METH_KEYWORDS,
    "spawn(func, *args, **kwargs)\n--\n\nRun *func* in a green thread; see `eventlet.spawn`."
};
static PyMethodDef finish_function = {
    "finish", (PyCFunction)(void (*)(void))green_finish, METH_FASTCALL,
    "finish(green_thread, result)\n--\n\nTell whoever waits for a green thread that it has returned."
};
static PyMethodDef await_method = {"__await__", (PyCFunction)green_await, METH_NOARGS, NULL};

static int
take_parts(void)
{
    if (loop_keyword == NULL && (loop_keyword = Py_BuildValue("(s)", "loop")) == NULL) {
        return -1;
    }
    green_thread_class = (PyTypeObject *)parts.green_thread_class;
    future_class = (PyTypeObject *)parts.future_class;
    python_spawn = parts.spawn;
    python_finish = parts.finish;
    python_await = parts.await_green_thread;
    python_deliver = parts.deliver;
    return 0;
}

static PyObject *
make_spawn(void)
{
    return take_parts() < 0 ? NULL : PyCFunction_New(&spawn_function, NULL);
}

static PyObject *
make_finish(void)
{
    return take_parts() < 0 ? NULL : PyCFunction_New(&finish_function, NULL);
}

static PyObject *
make_await(void)
{
    return take_parts() < 0 ? NULL : PyDescr_NewMethod(green_thread_class, &await_method);
}

static PyObject **const thread_needs[] = {
    &parts.hub_local, &parts.green_thread_class, &parts.future_class, &parts.spawn,
    &parts.finish,    &parts.await_green_thread, &parts.deliver,      NULL,
};

const Native thread_natives[] = {
    {"spawn", make_spawn, thread_needs},
    {"finish", make_finish, thread_needs},
    {"await_green_thread", make_await, thread_needs},
    {NULL, NULL, NULL},
};
