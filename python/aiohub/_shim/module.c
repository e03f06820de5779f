/* The module aiohub._shim. */

#include "shim.h"

static PyObject *
set_library(PyObject *Py_UNUSED(module), PyObject *path)
{
    return engine_set_path(path) < 0 ? NULL : new_reference(Py_None);
}

static PyMethodDef functions[] = {
    {"set_library", set_library, METH_O, "Say where the engine library is; it is loaded when the first loop is made."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "aiohub._shim",
    .m_doc = "The C layer between asyncio's objects and the engine.",
    .m_size = -1,
    .m_methods = functions,
};

/* A transport type derives from asyncio's class and begins with its one slot, `_extra`. */
static PyObject *
transport_type(const char *base_name, PyType_Spec *spec)
{
    PyObject *module = PyImport_ImportModule("asyncio.transports");
    PyObject *base = module ? PyObject_GetAttrString(module, base_name) : NULL;
    PyObject *type = NULL;
    if (base != NULL) {
        if (((PyTypeObject *)base)->tp_basicsize != offsetof(TransportHead, end)) {
            PyErr_Format(PyExc_ImportError, "asyncio.%s has another layout in this Python", base_name);
        }
        else {
            type = PyType_FromSpecWithBases(spec, base);
        }
    }
    Py_XDECREF(module);
    Py_XDECREF(base);
    return type;
}

PyMODINIT_FUNC
PyInit__shim(void)
{
    if (names_init() < 0 || fork_init() < 0 || PyType_Ready(&Handle_Type) < 0 || PyType_Ready(&Timer_Type) < 0
        || PyType_Ready(&Loop_Type) < 0) {
        return NULL;
    }
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL) {
        return NULL;
    }
    PyObject *stream = transport_type("Transport", &stream_spec);
    PyObject *datagram = transport_type("DatagramTransport", &datagram_spec);
    if (stream == NULL || datagram == NULL || PyModule_AddObjectRef(module, "Stream", stream) < 0
        || PyModule_AddObjectRef(module, "Datagram", datagram) < 0
        || PyModule_AddObjectRef(module, "Handle", (PyObject *)&Handle_Type) < 0
        || PyModule_AddObjectRef(module, "TimerHandle", (PyObject *)&Timer_Type) < 0
        || PyModule_AddObjectRef(module, "Loop", (PyObject *)&Loop_Type) < 0) {
        Py_CLEAR(module);
    }
    Py_XDECREF(stream);
    Py_XDECREF(datagram);
    return module;
}
