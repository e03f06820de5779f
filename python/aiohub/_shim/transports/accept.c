/* Accepting: what asyncio's accept loop does, for plain sockets without a frame and without a task for each connection.
 *
 * A connection that has been accepted waits for the next turn. There its socket, its protocol and its transport are
 * made, in a context of its own as asyncio's task would have it.
 */

#include "transports/plain_sockets.h"
#include "transports/stream.h"

#include <errno.h>
#include <unistd.h>

typedef struct {
    PyObject_HEAD
    PyObject *loop, *listener, *factory, *server, *transport_class;
    vectorcallfunc call;
    Address peer;
    int fd; /* -1 once it belongs to a socket */
} Accepted;

/* Make the transport of the connection *sock*. */
static int
make_transport(Accepted *self, PyObject *sock, int fd)
{
    PyObject *protocol = PyObject_CallNoArgs(self->factory);
    PyObject *transport = NULL;
    if (protocol != NULL) {
        transport = stream_accepted((PyTypeObject *)self->transport_class, (Loop *)self->loop, sock, fd, protocol,
                                    self->server, &self->peer);
    }
    Py_XDECREF(protocol);
    Py_XDECREF(transport);
    return transport ? 0 : -1;
}

/* What goes wrong ends the connection and, as in asyncio, is not told. */
static PyObject *
begin(PyObject *object, PyObject *const *Py_UNUSED(args), size_t Py_UNUSED(count), PyObject *Py_UNUSED(keywords))
{
    Accepted *self = (Accepted *)object;
    int fd = self->fd, code = -1;
    PyObject *sock = fd < 0 ? NULL : socket_like(self->listener, fd);
    if (likely(sock != NULL)) {
        self->fd = -1;
        code = make_transport(self, sock, fd);
    }
    if (unlikely(code < 0 && PyErr_Occurred() && !exception_ends_loop())) {
        PyErr_Clear();
        PyObject *closed = sock ? PyObject_CallMethodNoArgs(sock, names.close) : new_reference(Py_None);
        code = closed ? 0 : -1;
        Py_XDECREF(closed);
    }
    Py_XDECREF(sock);
    return PyErr_Occurred() ? NULL : new_reference(Py_None);
}

#define ACCEPTED_REFERENCES(REFERENCE)                                                                                 \
    REFERENCE(loop) REFERENCE(listener) REFERENCE(factory) REFERENCE(server) REFERENCE(transport_class)

DEFINE_TRAVERSE(accepted, Accepted, ACCEPTED_REFERENCES)
DEFINE_CLEAR(accepted, Accepted, ACCEPTED_REFERENCES)

static void
accepted_dealloc(Accepted *self)
{
    PyObject_GC_UnTrack(self);
    if (unlikely(self->fd >= 0)) {
        close(self->fd); /* the loop was closed before its turn came */
    }
    (void)accepted_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

PyTypeObject Accepted_Type = {
    COLLECTED_TYPE(accepted, Accepted, "Accepted", Py_TPFLAGS_HAVE_VECTORCALL,
                   "A connection that has been accepted; called, it begins."),
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Accepted, call),
};

/* Have the connection *fd* begin in the next turn; *fd* stays the caller's if that fails. */
static int
queue(Loop *loop, PyObject *const *args, int fd, const Address *peer)
{
    Accepted *self = PyObject_GC_New(Accepted, &Accepted_Type);
    if (self == NULL) {
        return -1;
    }
    self->loop = new_reference((PyObject *)loop);
    self->listener = new_reference(args[0]);
    self->factory = new_reference(args[1]);
    self->server = new_reference(args[2]);
    self->transport_class = new_reference(args[3]);
    self->call = begin;
    self->peer = *peer;
    self->fd = -1;
    PyObject_GC_Track(self);
    PyObject *handle = PyObject_CallMethodOneArg((PyObject *)loop, names.call_soon, (PyObject *)self);
    if (likely(handle != NULL)) {
        self->fd = fd;
        Py_DECREF(handle);
    }
    Py_DECREF(self);
    return handle ? 0 : -1;
}

/* Accept what waits, at most *most* connections. True, or False for an error that asyncio is to meet. */
static PyObject *
accept_some(Loop *loop, PyObject *const *args, int listener, long most)
{
    for (long i = 0; i < most; i++) {
        Address peer = {.length = sizeof(peer)};
        int fd = accept4(listener, &peer.any, &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (unlikely(fd < 0)) {
            return PyBool_FromLong(errno == EAGAIN || errno == EINTR || errno == ECONNABORTED);
        }
        if (unlikely(queue(loop, args, fd, &peer) < 0)) {
            close(fd);
            return NULL;
        }
    }
    Py_RETURN_TRUE;
}

/* _accept(listener, protocol factory, server, class of transport, how many at most): whether it has been done. */
PyObject *
loop_accept(Loop *loop, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 5 || !PyType_Check(args[3])) {
        PyErr_SetString(PyExc_TypeError, "_accept() takes a listener, a factory, a server, a class and a number");
        return NULL;
    }
    int family = socket_is_plain(args[0]) ? socket_family(args[0]) : AF_UNSPEC;
    long most = PyLong_AsLong(args[4]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (family != AF_INET && family != AF_INET6) {
        Py_RETURN_FALSE;
    }
    PyObject *number = PyObject_CallMethodNoArgs(args[0], names.fileno);
    long listener = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    return PyErr_Occurred() ? NULL : accept_some(loop, args, (int)listener, most);
}
