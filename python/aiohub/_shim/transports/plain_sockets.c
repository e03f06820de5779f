/* Python's own sockets, made without Python's frames. */

#include "transports/plain_sockets.h"

static PyTypeObject *base; /* _socket.socket */
/* Its members. socket.socket's properties of the same names make an enum of each. */
static PyObject *family_member, *type_member, *proto_member;

int
plain_sockets_init(void)
{
    PyObject *module = PyImport_ImportModule("_socket");
    base = module ? (PyTypeObject *)PyObject_GetAttrString(module, "socket") : NULL;
    Py_XDECREF(module);
    struct {
        PyObject **place;
        const char *name;
    } members[] = {{&family_member, "family"}, {&type_member, "type"}, {&proto_member, "proto"}};
    for (size_t i = 0; base != NULL && i < sizeof(members) / sizeof(members[0]); i++) {
        *members[i].place = PyObject_GetAttrString((PyObject *)base, members[i].name);
        if (*members[i].place == NULL) {
            return -1;
        }
        if (Py_TYPE(*members[i].place)->tp_descr_get == NULL) {
            PyErr_Format(PyExc_TypeError, "_socket.socket.%s is not a member", members[i].name);
            return -1;
        }
    }
    return base ? 0 : -1;
}

bool
socket_is_plain(PyObject *sock)
{
    PyTypeObject *type = Py_TYPE(sock);
    if (type->tp_base != base || strcmp(type->tp_name, "socket") != 0) {
        return false;
    }
    PyObject *method = PyObject_GetAttr((PyObject *)type, names.accept);
    bool is_plain = method != NULL && PyFunction_Check(method);
    Py_XDECREF(method);
    PyErr_Clear();
    return is_plain;
}

static int
number_of(PyObject *sock, PyObject *member)
{
    PyObject *value = Py_TYPE(member)->tp_descr_get(member, sock, (PyObject *)Py_TYPE(sock));
    long number = value ? PyLong_AsLong(value) : -1;
    Py_XDECREF(value);
    return (int)number;
}

int
socket_family(PyObject *sock)
{
    return number_of(sock, family_member);
}

PyObject *
socket_like(PyObject *listener, int fd)
{
    PyTypeObject *type = Py_TYPE(listener);
    /* SOCK_NONBLOCK gives it the timeout 0, as setblocking(0) does, without a system call. */
    PyObject *args = Py_BuildValue("iiii", number_of(listener, family_member),
                                   number_of(listener, type_member) | SOCK_NONBLOCK, number_of(listener, proto_member), fd);
    PyObject *zero = PyLong_FromLong(0), *sock = NULL;
    if (args != NULL && zero != NULL && !PyErr_Occurred() && (sock = type->tp_new(type, args, NULL)) != NULL
        && (base->tp_init(sock, args, NULL) < 0 || PyObject_SetAttr(sock, names._io_refs, zero) < 0
            || PyObject_SetAttr(sock, names._closed, Py_False) < 0)) {
        Py_CLEAR(sock);
    }
    Py_XDECREF(zero);
    Py_XDECREF(args);
    return sock;
}
