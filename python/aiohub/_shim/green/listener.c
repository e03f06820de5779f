/* Listeners: what stands in the hub's tables for a green thread that waits in native code. */

#include "collected.h"
#include "green/sockets.h"

PyObject *
listener_new(PyObject *green, int fd, uint32_t mask, PyObject *owner)
{
    Listener *listener = PyObject_GC_New(Listener, &Listener_Type);
    if (listener != NULL) {
        listener->greenlet = new_reference(green);
        listener->owner = new_reference(owner);
        listener->fd = fd;
        listener->mask = mask;
        listener->spent = false;
        PyObject_GC_Track(listener);
    }
    return (PyObject *)listener;
}

#define LISTENER_REFERENCES(REFERENCE) REFERENCE(greenlet) REFERENCE(owner)

DEFINE_TRAVERSE(listener, Listener, LISTENER_REFERENCES)
DEFINE_CLEAR(listener, Listener, LISTENER_REFERENCES)
DEFINE_DEALLOC(listener, Listener)

static PyObject *
listener_evtype(Listener *listener, void *Py_UNUSED(closure))
{
    return new_reference(listener->mask == WAIT_READ ? names.read : names.write);
}

static PyObject *
nothing(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(fileno))
{
    Py_RETURN_NONE;
}

static PyMethodDef nothing_definition = {"closed_callback", nothing, METH_O, NULL};

static PyObject *
listener_cb(Listener *listener, void *Py_UNUSED(closure))
{
    if (listener->spent) {
        return PyCFunction_New(&nothing_definition, NULL);
    }
    return PyObject_GetAttr(listener->greenlet, names.switch_);
}

static PyObject *
listener_tb(Listener *listener, void *Py_UNUSED(closure))
{
    return PyObject_GetAttr(listener->greenlet, names.throw_);
}

static PyObject *
listener_mark_as_closed(Listener *listener, void *Py_UNUSED(closure))
{
    PyObject *owner = listener->owner;
    return Py_IS_TYPE(owner, python.socket_class) ? PyObject_GetAttr(owner, names._mark_as_closed) : new_reference(owner);
}

static PyObject *
listener_defang(Listener *listener, PyObject *Py_UNUSED(ignored))
{
    listener->spent = true;
    PyObject *mark = listener_mark_as_closed(listener, NULL);
    PyObject *result = mark && mark != Py_None ? PyObject_CallNoArgs(mark) : new_reference(mark);
    Py_XDECREF(mark);
    return result;
}

static PyObject *
listener_repr(Listener *listener)
{
    return PyUnicode_FromFormat("FdListener('%s', %d, %R)", listener->mask == WAIT_READ ? "read" : "write", listener->fd,
                                listener->greenlet);
}

static PyMethodDef listener_methods[] = {
    {"defang", (PyCFunction)listener_defang, METH_NOARGS, "The descriptor was closed: wake nobody, tell its owner."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef listener_members[] = {
    {"greenlet", T_OBJECT, offsetof(Listener, greenlet), READONLY, NULL},
    {"fileno", T_INT, offsetof(Listener, fd), READONLY, NULL},
    {"spent", T_BOOL, offsetof(Listener, spent), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef listener_getset[] = {
    GETTER(listener, evtype) GETTER(listener, cb) GETTER(listener, tb) GETTER(listener, mark_as_closed) END_OF_GETTERS
};

PyTypeObject Listener_Type = {
    COLLECTED_TYPE(listener, Listener, "Listener", 0,
                   "eventlet's FdListener for a green thread that waits in native code."),
    .tp_repr = (reprfunc)listener_repr,
    .tp_methods = listener_methods,
    .tp_members = listener_members,
    .tp_getset = listener_getset,
};
