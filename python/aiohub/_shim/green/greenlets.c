/* Loading greenlet's C API. */

#include "green/greenlets.h"

void **greenlet_functions;
static PyObject *plain_switch; /* greenlet.greenlet.switch */
static PyGetSetDef *context_attribute; /* greenlet.greenlet.gr_context */

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
    PyObject *attribute = PyObject_GetAttrString((PyObject *)functions[GREENLET_TYPE], "gr_context");
    if (attribute == NULL || !Py_IS_TYPE(attribute, &PyGetSetDescr_Type)) {
        Py_XDECREF(attribute);
        PyErr_SetString(PyExc_ImportError, "this version of greenlet has no gr_context");
        return -1;
    }
    context_attribute = ((PyGetSetDescrObject *)attribute)->d_getset; /* the type has a reference for good */
    Py_DECREF(attribute);
    greenlet_functions = functions;
    return 0;
}

PyObject *
greenlet_context(PyObject *green)
{
    return context_attribute->get(green, context_attribute->closure);
}

int
greenlet_set_context(PyObject *green, PyObject *context)
{
    return context_attribute->set(green, context, context_attribute->closure);
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
