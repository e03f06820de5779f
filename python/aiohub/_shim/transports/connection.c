/* The beginning and the end of a stream transport.
 *
 * A server's connections begin without Python's frames and without what may never be asked for: the addresses stay as
 * the kernel has given them until somebody wants to know them (`_extra`).
 */

#include "transports/stream.h"

#include <netinet/tcp.h>

/* The water marks a transport begins with, as asyncio's. */
#define LOW (16 * 1024)
#define HIGH (64 * 1024)

static PyObject *buffered_protocol, *transport_socket, *set_result; /* of asyncio */
static bool server_is_told_which; /* Server._attach has the transport as its argument: Python 3.13 */

static PyObject *
attribute_of(const char *module_name, const char *name)
{
    PyObject *module = PyImport_ImportModule(module_name);
    PyObject *value = module ? PyObject_GetAttrString(module, name) : NULL;
    Py_XDECREF(module);
    return value;
}

/* How many arguments the Python function *name* of *type* has, with self; -1 with an exception. */
static long
arguments_of(PyObject *type, const char *name)
{
    PyObject *function = type ? PyObject_GetAttrString(type, name) : NULL;
    PyObject *code = function ? PyObject_GetAttrString(function, "__code__") : NULL;
    PyObject *count = code ? PyObject_GetAttrString(code, "co_argcount") : NULL;
    long number = count ? PyLong_AsLong(count) : -1;
    Py_XDECREF(count);
    Py_XDECREF(code);
    Py_XDECREF(function);
    return number;
}

int
connection_init(void)
{
    buffered_protocol = attribute_of("asyncio.protocols", "BufferedProtocol");
    transport_socket = attribute_of("asyncio.trsock", "TransportSocket");
    set_result = attribute_of("asyncio.futures", "_set_result_unless_cancelled");
    PyObject *server = attribute_of("asyncio.base_events", "Server");
    long arguments = arguments_of(server, "_attach");
    Py_XDECREF(server);
    server_is_told_which = arguments > 1;
    return buffered_protocol && transport_socket && set_result && arguments > 0 ? 0 : -1;
}

/* What get_extra_info knows. */

static PyObject *
address_or_none(const Address *address)
{
    return address_object(&address->any, address->length); /* of length 0: None */
}

static PyObject *
describe(Stream *stream)
{
    PyObject *extra = PyDict_New(), *peer = NULL, *local = NULL, *sock = NULL;
    int code = -1;
    if (extra != NULL && (peer = address_or_none(&stream->peer)) != NULL
        && (local = address_or_none(&stream->local)) != NULL
        && (sock = PyObject_CallOneArg(transport_socket, stream->described)) != NULL
        && PyDict_SetItemString(extra, "peername", peer) == 0 && PyDict_SetItemString(extra, "socket", sock) == 0) {
        code = PyDict_SetItemString(extra, "sockname", local);
    }
    Py_XDECREF(peer);
    Py_XDECREF(local);
    Py_XDECREF(sock);
    if (code < 0) {
        Py_CLEAR(extra);
    }
    return extra;
}

PyObject *
stream_get_extra(Stream *stream, void *Py_UNUSED(closure))
{
    if (stream->described != NULL) {
        PyObject *extra = describe(stream);
        if (extra == NULL) {
            return NULL;
        }
        Py_XSETREF(stream->base.extra, extra);
        Py_CLEAR(stream->described);
    }
    if (stream->base.extra == NULL) {
        PyErr_SetString(PyExc_AttributeError, "_extra");
        return NULL;
    }
    return new_reference(stream->base.extra);
}

int
stream_set_extra(Stream *stream, PyObject *value, void *Py_UNUSED(closure))
{
    Py_CLEAR(stream->described);
    Py_XSETREF(stream->base.extra, new_reference(value));
    return 0;
}

/* The beginning. */

PyObject *
stream_set_protocol(Stream *stream, PyObject *protocol)
{
    int buffered = PyObject_IsInstance(protocol, buffered_protocol);
    if (buffered < 0) {
        return NULL;
    }
    PyObject *old = stream->reader;
    stream->reader = protocol == Py_None ? NULL : reader_find(protocol);
    stream->buffered = buffered;
    int code = transport_set_protocol(&stream->base, protocol);
    Py_XDECREF(old); /* last: it may run code of anybody's */
    return code < 0 ? NULL : new_reference(Py_None);
}

/* Take the reference *result*. */
static int
done(PyObject *result)
{
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* loop.call_soon(*callback*, *first*, *second*); the arguments may be NULL. */
static int
call_soon(Loop *loop, PyObject *callback, PyObject *first, PyObject *second)
{
    PyObject *stack[] = {(PyObject *)loop, callback, first, second};
    size_t count = 2 + (first != NULL) + (second != NULL);
    return done(PyObject_VectorcallMethod(names.call_soon, stack, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL));
}

/* The same with the method *name* of *object*. */
static int
call_method_soon(Loop *loop, PyObject *object, PyObject *name, PyObject *argument)
{
    PyObject *method = PyObject_GetAttr(object, name);
    int code = method ? call_soon(loop, method, argument, NULL) : -1;
    Py_XDECREF(method);
    return code;
}

/* Have the server know of the transport, or with names._detach no longer. */
static int
tell_server(PyObject *server, PyObject *name, Stream *stream)
{
    PyObject *stack[] = {server, (PyObject *)stream};
    size_t count = server_is_told_which ? 2 : 1;
    return done(PyObject_VectorcallMethod(name, stack, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL));
}

static int
begin(Stream *stream, Loop *loop, PyObject *sock, int fd, PyObject *protocol, PyObject *waiter, PyObject *server)
{
    Transport *base = &stream->base;
    if (transport_open(base, &stream_kind, loop, sock, fd) < 0) {
        return -1;
    }
    base->low = LOW;
    base->high = HIGH;
    stream->server = new_reference(server);
    bool told = false;
    if (done(stream_set_protocol(stream, protocol)) == 0
        && (server == Py_None || (told = tell_server(server, names._attach, stream) == 0))
        && call_method_soon(loop, protocol, names.connection_made, (PyObject *)stream) == 0
        /* It reads only when connection_made has been called. */
        && call_method_soon(loop, (PyObject *)stream, names._start_reading, NULL) == 0
        && (waiter == Py_None || call_soon(loop, set_result, waiter, Py_None) == 0)) {
        return 0;
    }
    PyObject *error = take_exception();
    transport_leave(base); /* the socket stays with who has made it */
    Py_CLEAR(base->sock);
    if (told && tell_server(server, names._detach, stream) < 0) {
        PyErr_WriteUnraisable(server);
    }
    raise_again(error);
    return -1;
}

/* Send small writes at once. */
static void
set_nodelay(int fd)
{
    const int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* other sockets refuse it, and need it not */
}

static int
number_of(PyObject *sock)
{
    PyObject *number = PyObject_CallMethodNoArgs(sock, names.fileno);
    long fd = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    return fd == -1 && PyErr_Occurred() ? -2 : (int)fd;
}

/* StreamTransport(loop, sock, protocol, waiter=None, extra=None, server=None) */
int
stream_init(Stream *stream, PyObject *args, PyObject *keywords)
{
    static char *words[] = {"loop", "sock", "protocol", "waiter", "extra", "server", NULL};
    Loop *loop;
    PyObject *sock, *protocol, *waiter = Py_None, *extra = Py_None, *server = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!OO|OOO", words, &Loop_Type, &loop, &sock, &protocol, &waiter,
                                     &extra, &server)) {
        return -1;
    }
    PyObject *known = PyObject_CallMethodObjArgs((PyObject *)stream, names._describe, sock, extra, NULL);
    int fd = known ? number_of(sock) : -2;
    if (fd == -2) {
        Py_XDECREF(known);
        return -1;
    }
    (void)stream_set_extra(stream, known, NULL);
    Py_DECREF(known);
    if (transport_check_descriptor(fd) < 0 || begin(stream, loop, sock, fd, protocol, waiter, server) < 0) {
        return -1;
    }
    set_nodelay(fd);
    return 0;
}

PyObject *
stream_accepted(PyTypeObject *type, Loop *loop, PyObject *sock, int fd, PyObject *protocol, PyObject *server,
                const Address *peer)
{
    Stream *stream = (Stream *)type->tp_alloc(type, 0);
    if (stream == NULL) {
        return NULL;
    }
    stream->local.length = sizeof(stream->local);
    if (getsockname(fd, &stream->local.any, &stream->local.length) < 0) {
        stream->local.length = 0;
    }
    stream->peer = *peer;
    stream->described = new_reference(sock);
    if (begin(stream, loop, sock, fd, protocol, Py_None, server) < 0) {
        Py_DECREF(stream);
        return NULL;
    }
    set_nodelay(fd);
    return (PyObject *)stream;
}

/* The end. */

PyObject *
stream_close(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    Transport *base = &stream->base;
    int code = 0;
    if (base->loop == NULL) {
        (void)transport_check_connected(base);
        return NULL;
    }
    if (!base->closing) {
        base->closing = true;
        if (base->outgoing.bytes != 0) {
            base->reading = false;
            code = transport_apply_reading(base);
        }
        else {
            base->conn_lost++;
            code = call_method_soon(base->loop, (PyObject *)stream, names._call_connection_lost, Py_None);
        }
    }
    return code < 0 ? NULL : new_reference(Py_None);
}

/* sendfile waits for the queue to drain, which it will not. */
static int
end_empty_waiter(PyObject *waiter)
{
    PyObject *is_done = PyObject_CallMethodNoArgs(waiter, names.done), *error = NULL;
    int code = is_done ? 0 : -1;
    if (is_done == Py_False) {
        error = PyObject_CallFunction(PyExc_ConnectionError, "s", "Connection is closed by peer");
        code = error ? done(PyObject_CallMethodOneArg(waiter, names.set_exception, error)) : -1;
    }
    Py_XDECREF(error);
    Py_XDECREF(is_done);
    return code;
}

PyObject *
stream_let_go(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    int code = transport_let_go(&stream->base);
    PyObject *error = code < 0 ? take_exception() : NULL;
    code = done(stream_set_protocol(stream, Py_None));
    PyObject *server = stream->server;
    stream->server = NULL;
    if (code == 0 && server != NULL && server != Py_None) {
        code = tell_server(server, names._detach, stream);
    }
    Py_XDECREF(server);
    if (code == 0 && stream->empty_waiter != NULL && stream->empty_waiter != Py_None) {
        PyObject *waiter = new_reference(stream->empty_waiter);
        code = end_empty_waiter(waiter);
        Py_DECREF(waiter);
    }
    if (error != NULL) {
        raise_again(error);
        return NULL;
    }
    return code < 0 ? NULL : new_reference(Py_None);
}
