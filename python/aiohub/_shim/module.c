/* The module aiohub._shim. */

#include "green/green.h"
#include "native.h"
#include "transports/plain_sockets.h"
#include "transports/stream.h"

static PyObject *
set_library(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *path, *error_class;
    if (!PyArg_ParseTuple(args, "UO", &path, &error_class)) {
        return NULL;
    }
    return engine_set_library(path, error_class) < 0 ? NULL : new_reference(Py_None);
}

/* The functions of the engine that can be made to fail. */
static const struct {
    const char *name;
    enum aio_function number;
} faulty[] = {
#define FUNCTION(name) {#name, AIO_FN_##name},
#define NONE(name)
    AIO_FUNCTIONS(FUNCTION, NONE)
#undef FUNCTION
#undef NONE
};

#define FAULTY_COUNT (sizeof(faulty) / sizeof(faulty[0]))

/* For tests: the next call of one function of the engine fails as if the engine had a fault. */
static PyObject *
inject_fault(PyObject *Py_UNUSED(module), PyObject *name)
{
    const EngineApi *api = engine_api();
    for (size_t i = 0; api != NULL && i < FAULTY_COUNT; i++) {
        if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, faulty[i].name) == 0) {
            api->inject_panic(faulty[i].number);
            Py_RETURN_NONE;
        }
    }
    if (api != NULL) {
        PyErr_Format(PyExc_ValueError, "%R is no function of the engine that can be made to fail", name);
    }
    return NULL;
}

/* Add the tuple FAULTS: what inject_fault takes. */
static int
add_faults(PyObject *module)
{
    PyObject *names_of = PyTuple_New(FAULTY_COUNT);
    for (size_t i = 0; names_of != NULL && i < FAULTY_COUNT; i++) {
        PyObject *name = PyUnicode_FromString(faulty[i].name);
        if (name == NULL) {
            Py_CLEAR(names_of);
        }
        else {
            PyTuple_SET_ITEM(names_of, (Py_ssize_t)i, name);
        }
    }
    int code = names_of ? PyModule_AddObjectRef(module, "FAULTS", names_of) : -1;
    Py_XDECREF(names_of);
    return code;
}

static PyMethodDef functions[] = {
    {"inject_fault", inject_fault, METH_O, "For tests: make the next call of a function of the engine fail."},
    {"set_library", set_library, METH_VARARGS,
     "Say where the engine library is, and what to raise if it cannot be loaded; that is done when the first loop is made."},
    {"prepare", (PyCFunction)(void (*)(void))prepare, METH_VARARGS | METH_KEYWORDS,
     "Say what native code stands for and needs (parts.h); returns what can be made of that now, by name."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "aiohub._shim",
    .m_doc = "The C layer between asyncio's objects and the engine.",
    .m_size = -1,
    .m_methods = functions,
};

/* Add a type that derives from *base* and from asyncio's class *kind*, so that isinstance says the same as of asyncio's
 * own transports. A new reference. */
static PyObject *
add_transport(PyObject *module, PyObject *base, const char *kind, PyType_Spec *spec)
{
    PyObject *transports = PyImport_ImportModule("asyncio.transports");
    PyObject *abstract = transports ? PyObject_GetAttrString(transports, kind) : NULL;
    PyObject *bases = abstract ? PyTuple_Pack(2, base, abstract) : NULL;
    PyObject *type = bases ? PyType_FromSpecWithBases(spec, bases) : NULL;
    if (type != NULL && PyModule_AddObjectRef(module, strrchr(spec->name, '.') + 1, type) < 0) {
        Py_CLEAR(type);
    }
    Py_XDECREF(bases);
    Py_XDECREF(abstract);
    Py_XDECREF(transports);
    return type;
}

static int
add_transports(PyObject *module)
{
    PyObject *transports = PyImport_ImportModule("asyncio.transports");
    PyObject *mixin = transports ? PyObject_GetAttrString(transports, "_FlowControlMixin") : NULL;
    PyObject *base = NULL, *stream = NULL, *datagram = NULL;
    if (mixin != NULL && ((PyTypeObject *)mixin)->tp_basicsize != offsetof(TransportHead, end)) {
        PyErr_SetString(PyExc_ImportError, "asyncio's transports have another layout in this Python");
    }
    else if (mixin != NULL && (base = add_transport(module, mixin, "BaseTransport", &transport_spec)) != NULL
             && (stream = add_transport(module, base, "Transport", &stream_spec)) != NULL) {
        datagram = add_transport(module, base, "DatagramTransport", &datagram_spec);
    }
    Py_XDECREF(stream);
    Py_XDECREF(base);
    Py_XDECREF(mixin);
    Py_XDECREF(transports);
    Py_XDECREF(datagram);
    return datagram ? 0 : -1;
}

PyMODINIT_FUNC
PyInit__shim(void)
{
    if (names_init() < 0 || fork_init() < 0 || reader_init() < 0 || loop_init() < 0
        || plain_sockets_init() < 0 || connection_init() < 0) {
        return NULL;
    }
    PyTypeObject *types[] = {&Handle_Type, &Timer_Type, &Loop_Type, &Waits_Type, &Listener_Type,
                             &Step_Type, &Soon_Type, &Core_Type, &HubTimers_Type, &Driver_Type, &Nursery_Type,
                             &WakeUp_Type, &Accepted_Type};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (PyType_Ready(types[i]) < 0) {
            return NULL;
        }
    }
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL) {
        return NULL;
    }
    if (add_transports(module) < 0 || add_faults(module) < 0
        || PyModule_AddObjectRef(module, "Handle", (PyObject *)&Handle_Type) < 0
        || PyModule_AddObjectRef(module, "TimerHandle", (PyObject *)&Timer_Type) < 0
        || PyModule_AddObjectRef(module, "Waits", (PyObject *)&Waits_Type) < 0
        || PyModule_AddObjectRef(module, "HubCore", (PyObject *)&Core_Type) < 0
        || PyModule_AddObjectRef(module, "HubTimers", (PyObject *)&HubTimers_Type) < 0
        || PyModule_AddObjectRef(module, "WakeUp", (PyObject *)&WakeUp_Type) < 0
        || PyModule_AddObjectRef(module, "Loop", (PyObject *)&Loop_Type) < 0) {
        Py_CLEAR(module);
    }
    return module;
}
