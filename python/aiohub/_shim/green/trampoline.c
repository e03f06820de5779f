/* eventlet's way into the hub: Hub.switch and trampoline. What is no plain case goes to the Python functions. */

#include "green/green.h"
#include "native.h"

static PyObject *python_switch; /* Hub.switch as Python has it */

static PyObject *
green_hub_switch(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *result = hub_switch(self);
    return unlikely(result == NOT_FAST) ? PyObject_CallOneArg(python_switch, self) : result;
}

/* Whether *timeout* leaves no time to wait. */
static bool
is_look(PyObject *timeout)
{
    double seconds = PyFloat_AsDouble(timeout);
    PyErr_Clear(); /* no number: for who is given it */
    return seconds <= 0;
}

/* trampoline(fd, read=None, write=None, timeout=None, timeout_exc=Timeout, mark_as_closed=None) */
static PyObject *
green_trampoline(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    PyObject *read = Py_None, *write = Py_None, *timeout = Py_None, *mark = Py_None, *error = NULL;
    bool is_fast = nargs >= 1 && nargs <= 3;
    if (nargs > 1) {
        read = args[1];
    }
    if (nargs > 2) {
        write = args[2];
    }
    for (Py_ssize_t i = 0; keywords && i < PyTuple_GET_SIZE(keywords); i++) {
        PyObject *name = PyTuple_GET_ITEM(keywords, i), *value = args[nargs + i];
        if (PyUnicode_CompareWithASCIIString(name, "read") == 0) {
            read = value;
        }
        else if (PyUnicode_CompareWithASCIIString(name, "write") == 0) {
            write = value;
        }
        else if (PyUnicode_CompareWithASCIIString(name, "timeout") == 0) {
            timeout = value;
        }
        else if (PyUnicode_CompareWithASCIIString(name, "timeout_exc") == 0) {
            error = value;
        }
        else if (PyUnicode_CompareWithASCIIString(name, "mark_as_closed") == 0) {
            mark = value;
        }
        else {
            is_fast = false;
        }
    }
    int reads = is_fast ? PyObject_IsTrue(read) : 0, writes = is_fast ? PyObject_IsTrue(write) : 0;
    Waits *waits = NULL;
    PyObject *result = NOT_FAST;
    /* With no time to wait it is a look, which is Python's. */
    if (likely(reads + writes == 1 && (timeout == Py_None || (error != NULL && !is_look(timeout))) && (waits = waits_here()) != NULL)) {
        int fd = PyObject_AsFileDescriptor(args[0]);
        if (likely(fd >= 0)) {
            result = wait_for_timeout(waits, fd, reads ? WAIT_READ : WAIT_WRITE, mark, timeout, error);
        }
        else {
            PyErr_Clear();
        }
    }
    Py_XDECREF(waits);
    if (unlikely(result == NOT_FAST)) {
        return PyErr_Occurred() ? NULL : PyObject_Vectorcall(parts.trampoline, args, (size_t)nargs, keywords);
    }
    return result;
}

static PyMethodDef switch_method = {
    "switch", (PyCFunction)green_hub_switch, METH_NOARGS,
    "Leave the current greenlet until somebody switches back to it; returns what they passed."
};
static PyMethodDef trampoline_function = {
    "trampoline", FASTCALL(green_trampoline),
    "trampoline(fd, read=None, write=None, timeout=None, timeout_exc=None, mark_as_closed=None)\n--\n\n"
    "Wait in the hub until *fd* is ready; see `eventlet.hubs.trampoline`."
};

static PyObject *
make_switch(void)
{
    Py_XSETREF(python_switch, PyObject_GetAttr(parts.hub_class, names.switch_));
    return python_switch ? PyDescr_NewMethod((PyTypeObject *)parts.hub_class, &switch_method) : NULL;
}

static PyObject *
make_trampoline(void)
{
    return PyCFunction_New(&trampoline_function, NULL);
}

static PyObject **const switch_needs[] = {&parts.hub_class, NULL};
static PyObject **const trampoline_needs[] = {&parts.hub_local, &parts.throw_timeout, &parts.trampoline, NULL};

const Native switch_natives[] = {
    {"switch", make_switch, switch_needs},
    {"trampoline", make_trampoline, trampoline_needs},
    {NULL, NULL, NULL},
};
