/* eventlet.sleep(0). */

#include "green/green.h"
#include "native.h"

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
    PyObject *hub = NULL;
    if (unlikely(keywords || nargs > 1 || (nargs == 1 && !is_zero(args[0])) || (hub = (PyObject *)core_here()) == NULL)) {
        return PyObject_Vectorcall(parts.sleep, args, (size_t)nargs, keywords);
    }
    PyObject *current = greenlet_current(), *result = NOT_FAST;
    if (likely(current != NULL && current != ((Core *)hub)->greenlet
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
                raise_again(error);
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
        return PyErr_Occurred() ? NULL : PyObject_Vectorcall(parts.sleep, args, (size_t)nargs, NULL);
    }
    Py_XDECREF(result);
    return result ? new_reference(Py_None) : NULL;
}

static PyMethodDef sleep_function = {
    "sleep", (PyCFunction)(void (*)(void))green_sleep, METH_FASTCALL | METH_KEYWORDS,
    "sleep(seconds=0)\n--\n\nLet other green threads run for *seconds*; see `eventlet.sleep`."
};

static PyObject *
make_sleep(void)
{
    return PyCFunction_New(&sleep_function, NULL);
}

static PyObject **const sleep_needs[] = {&parts.hub_local, &parts.sleep, NULL};

const Native sleep_natives[] = {{"sleep", make_sleep, sleep_needs}, {NULL, NULL, NULL}};
