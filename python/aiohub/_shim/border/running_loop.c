/* asyncio.get_running_loop, answered for its caller; aiohub/_border/running_loop.py says who does not see the loop.
 *
 * The common cases are a coroutine, whose greenlet is a task's, and a green thread that runs none of the libraries that
 * are meant. Each asynchronous call asks, so neither pays for more than a look at the greenlet and at a name.
 */

#include "green/greenlets.h"
#include "native.h"

/* Whether *name*, of the caller's module, may be one of those that Python has to decide about. */
static bool
is_suspicious(PyObject *name)
{
    static const char *const first[] = {"asgiref", "django"};
    const char *text = name != NULL && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
    for (size_t i = 0; text != NULL && i < sizeof(first) / sizeof(first[0]); i++) {
        if (strncmp(text, first[i], strlen(first[i])) == 0) {
            return true;
        }
    }
    PyErr_Clear();
    return false;
}

/* Whether *current* is the first greenlet of its OS thread. */
static bool
is_root(PyObject *current)
{
    return greenlet_is_child_of(current, NULL);
}

static PyObject *
get_running_loop(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *loop = PyObject_CallNoArgs(parts.running_loop);
    PyObject *current = loop == NULL || loop == Py_None ? NULL : greenlet_current();
    int hidden = loop == Py_None;
    if (likely(current != NULL && (PyObject *)Py_TYPE(current) != parts.task_greenlet_class)) {
        PyObject *globals = PyEval_GetGlobals();
        PyObject *name = globals ? PyDict_GetItemString(globals, "__name__") : NULL;
        if (unlikely(is_suspicious(name) || is_root(current))) {
            PyObject *answer = PyObject_CallFunctionObjArgs(parts.hides_loop, loop, name ? name : Py_None, NULL);
            hidden = answer ? PyObject_IsTrue(answer) : -1;
            Py_XDECREF(answer);
        }
    }
    else if (current == NULL && !hidden) {
        hidden = -1;
    }
    Py_XDECREF(current);
    if (unlikely(hidden != 0)) {
        if (hidden > 0) {
            PyErr_SetString(PyExc_RuntimeError, "no running event loop");
        }
        Py_CLEAR(loop);
    }
    return loop;
}

static PyMethodDef running_loop_function = {
    "get_running_loop", get_running_loop, METH_NOARGS,
    "get_running_loop()\n--\n\nThe running loop of this OS thread; raises RuntimeError where there is none, as for this "
    "caller."
};

static PyObject *
make_get_running_loop(void)
{
    return PyCFunction_New(&running_loop_function, NULL);
}

static PyObject **const running_needs[] = {
    &parts.task_greenlet_class, &parts.running_loop, &parts.hides_loop, NULL,
};

const Native running_natives[] = {{"get_running_loop", make_get_running_loop, running_needs}, {NULL, NULL, NULL}};
