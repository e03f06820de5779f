/* prepare(**parts): Python says what native code stands for, and gets what stands for it. */

#include "native.h"

#include "green/greenlets.h"

struct Parts parts;

static bool
is_object(PyObject *Py_UNUSED(part))
{
    return true;
}

static bool
is_class(PyObject *part)
{
    return PyType_Check(part);
}

static bool
is_tuple(PyObject *part)
{
    return PyTuple_Check(part);
}

static bool
is_variable(PyObject *part)
{
    return PyContextVar_CheckExact(part);
}

static bool
is_function(PyObject *part)
{
    return PyCallable_Check(part);
}

static const struct {
    const char *name, *kind;
    PyObject **place;
    bool (*is_right)(PyObject *part);
} known[] = {
#define PART(name, kind) {#name, #kind, &parts.name, is_##kind},
#include "parts.h"
};

static int
take_part(PyObject *name, PyObject *part)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (PyUnicode_CompareWithASCIIString(name, known[i].name) != 0) {
            continue;
        }
        if (!known[i].is_right(part)) {
            PyErr_Format(PyExc_TypeError, "prepare(): %s is to be a %s, not %R", known[i].name, known[i].kind, part);
            return -1;
        }
        Py_XSETREF(*known[i].place, new_reference(part));
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "prepare() got an unexpected keyword argument %R", name);
    return -1;
}

static bool
has_needs(const Native *native)
{
    for (size_t i = 0; native->needs[i] != NULL; i++) {
        if (*native->needs[i] == NULL) {
            return false;
        }
    }
    return true;
}

/* Add what can be made of *natives* to *made*. *done* is which have been made before. */
static int
make_natives(const Native *natives, uint64_t *done, PyObject *made)
{
    for (size_t i = 0; natives[i].name != NULL; i++) {
        if (*done & UINT64_C(1) << i || !has_needs(&natives[i])) {
            continue;
        }
        PyObject *native = natives[i].make();
        int code = native ? PyDict_SetItemString(made, natives[i].name, native) : -1;
        Py_XDECREF(native);
        if (code < 0) {
            return -1;
        }
        *done |= UINT64_C(1) << i;
    }
    return 0;
}

PyObject *
prepare(PyObject *Py_UNUSED(module), PyObject *args, PyObject *keywords)
{
    static const Native *const all[] = {step_natives,  running_natives, wait_natives,   thread_natives,
                                        timer_natives, sleep_natives,   socket_natives, switch_natives};
    static uint64_t done[sizeof(all) / sizeof(all[0])];
    if (!PyArg_ParseTuple(args, ":prepare") || greenlets_init() < 0) {
        return NULL;
    }
    PyObject *name, *part, *made = PyDict_New();
    Py_ssize_t position = 0;
    while (made != NULL && keywords != NULL && PyDict_Next(keywords, &position, &name, &part)) {
        if (take_part(name, part) < 0) {
            Py_CLEAR(made);
        }
    }
    for (size_t i = 0; made != NULL && i < sizeof(all) / sizeof(all[0]); i++) {
        if (make_natives(all[i], &done[i], made) < 0) {
            Py_CLEAR(made);
        }
    }
    return made;
}
