/* Loading greenlet's C API. */

#include "greenlets.h"

void **greenlet_functions;
static PyObject *plain_switch; /* greenlet.greenlet.switch */

int
greenlets_init(void)
{
    if (greenlet_functions != NULL) {
        return 0;
    }
    PyObject *module = PyImport_ImportModule("greenlet");
    Py_XDECREF(module);
    void **functions = module ? PyCapsule_Import("greenlet._C_API", 0) : NULL;
    if (functions == NULL) {
        return -1;
    }
    plain_switch = PyObject_GetAttr((PyObject *)functions[GREENLET_TYPE], names.switch_);
    if (plain_switch == NULL) {
        return -1;
    }
    greenlet_functions = functions;
    return 0;
}

bool
greenlet_switches_plainly(PyObject *green)
{
    /* The classes are few: the last two answers are almost always the ones that are asked for. */
    static PyTypeObject *known[2];
    static unsigned turn;
    PyTypeObject *type = Py_TYPE(green);
    if (likely(type == known[0] || type == known[1] || type == greenlet_type())) {
        return true;
    }
    PyObject *method = PyObject_GetAttr((PyObject *)type, names.switch_);
    bool is_plain = method == plain_switch;
    Py_XDECREF(method);
    PyErr_Clear();
    if (is_plain) {
        /* Kept for good, so that no other class comes to have the address. */
        Py_INCREF(type);
        Py_XSETREF(known[turn++ % 2], type);
    }
    return is_plain;
}
