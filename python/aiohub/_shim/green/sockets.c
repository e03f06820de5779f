/* GreenSocket's recv, recv_into, send and sendall (accept: accept.c).
 *
 * Each does what the Python function does for a plain green thread and a plain GreenSocket, and calls that function for
 * everything else: subclasses, sockets made non-blocking by their user, flags, unusual arguments, green tasks.
 */

#include "green/sockets.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What is read by a recv of small messages goes through here: no allocation of the size that was asked for. */
#define SCRATCH_SIZE (64 * 1024)

struct originals python;

/* Whether the attribute *name* of *object* is false; false, too, if it cannot be had. */
static bool
is_false(PyObject *object, PyObject *name)
{
    PyObject *value = PyObject_GenericGetAttr(object, name);
    bool result = value == Py_False;
    Py_XDECREF(value);
    return result;
}

/* Whether *type* is a class socket.socket as Python has it. A process has two, the original's and that of the module
 * socket, from which socketpair takes its sockets. */
static bool
is_plain_class(PyTypeObject *type)
{
    static PyTypeObject *other; /* kept for good, so that no other class comes to have the address */
    static const char *const methods[] = {"recv", "recv_into", "send", "fileno"};
    PyTypeObject *original = python.original_class;
    if (likely(type == original || type == other)) {
        return true;
    }
    bool is_plain = type->tp_base == original->tp_base && strcmp(type->tp_name, "socket") == 0;
    for (size_t i = 0; is_plain && i < sizeof(methods) / sizeof(methods[0]); i++) {
        PyObject *ours = PyObject_GetAttrString((PyObject *)original, methods[i]);
        PyObject *theirs = PyObject_GetAttrString((PyObject *)type, methods[i]);
        is_plain = ours != NULL && ours == theirs;
        Py_XDECREF(ours);
        Py_XDECREF(theirs);
    }
    if (is_plain) {
        Py_INCREF(type);
        Py_XSETREF(other, type);
    }
    return is_plain;
}

/* sock.fileno() of a plain socket: most of it is to find the method, which nobody replaces. */
static PyObject *
number_of(PyObject *sock)
{
    if (likely(_PyType_Lookup(Py_TYPE(sock), names.fileno) == python.fileno
               && Py_IS_TYPE(python.fileno, &PyMethodDescr_Type))) {
        return ((PyMethodDescrObject *)python.fileno)->d_method->ml_meth(sock, NULL);
    }
    return PyObject_CallMethodNoArgs(sock, names.fileno);
}

bool
state_of(PyObject *self, State *state)
{
    *state = (State){.fd = -1};
    if (unlikely(!Py_IS_TYPE(self, python.socket_class) || (state->waits = waits_here()) == NULL)) {
        return false;
    }
    PyObject *number = NULL;
    if (likely(is_false(self, names.act_non_blocking) && is_false(self, names._closed)
               && (state->timeout = PyObject_GenericGetAttr(self, names._timeout)) != NULL
               && (state->sock = PyObject_GenericGetAttr(self, names.fd)) != NULL
               && is_plain_class(Py_TYPE(state->sock))
               && (number = number_of(state->sock)) != NULL)) {
        state->fd = (int)PyLong_AsLong(number);
    }
    else {
        state->fd = -1;
    }
    Py_XDECREF(number);
    if (unlikely(PyErr_Occurred() != NULL)) {
        PyErr_Clear();
        state->fd = -1;
    }
    if (unlikely(state->fd < 0)) {
        state_drop(state);
        return false;
    }
    return true;
}

/* Raise *type*, an exception class, with *args* in the place of the current exception, which becomes its context. */
static void
raise_instead(PyObject *type, PyObject *args)
{
    PyObject *context = take_exception();
    PyObject *error = PyObject_CallObject(type, args);
    Py_XDECREF(args);
    if (error == NULL) {
        Py_XDECREF(context);
        return;
    }
    PyException_SetContext(error, context); /* takes the reference */
    raise_again(error);
}

Path
wait_on(PyObject *self, State *state, uint32_t mask)
{
    PyObject *error = NULL, *result = NULL;
    if (state->timeout != Py_None) {
        error = PyObject_CallFunction(python.socket_timeout, "s", "timed out");
    }
    if (likely(state->timeout == Py_None || error != NULL)) {
        result = wait_for_timeout(state->waits, state->fd, mask, self, state->timeout, error);
    }
    Py_XDECREF(error);
    if (unlikely(result == NULL && PyErr_ExceptionMatches(python.io_closed))) {
        PyObject *closed = take_exception();
        Py_XDECREF(PyObject_CallMethodNoArgs(self, names._mark_as_closed));
        raise_again(closed);
    }
    if (result == NOT_FAST) {
        return PATH_NOT_FAST;
    }
    Py_XDECREF(result);
    return result ? PATH_DONE : PATH_FAILED;
}

static bool
is_closed_by_peer(int code)
{
    return code == ECONNRESET || code == ESHUTDOWN || code == EPIPE;
}

/* One recv(2): the count, or -errno. Not the C library's function: that is a cancellation point, for which it does some
 * work in a process with threads. So with send below. */
static Py_ssize_t
receive(int fd, void *place, size_t size)
{
    ssize_t got;
    do {
        got = syscall(SYS_recvfrom, fd, place, size, 0, NULL, NULL);
    } while (unlikely(got < 0 && errno == EINTR));
    return got < 0 ? -errno : got;
}

static PyObject *
call_python(PyObject *function, PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    PyObject *stack[8];
    Py_ssize_t count = nargs + (keywords ? PyTuple_GET_SIZE(keywords) : 0);
    if (unlikely(count > (Py_ssize_t)(sizeof(stack) / sizeof(stack[0])) - 1)) {
        PyErr_SetString(PyExc_TypeError, "too many arguments");
        return NULL;
    }
    stack[0] = self;
    for (Py_ssize_t i = 0; i < count; i++) {
        stack[1 + i] = args[i];
    }
    return PyObject_Vectorcall(function, stack, (size_t)nargs + 1, keywords);
}

/* After a receive that has answered *code*: wait if it would block. */
static Path
wait_to_read(PyObject *self, State *state, Py_ssize_t code)
{
    if (code != -EAGAIN) {
        return PATH_NOT_FAST;
    }
    Path waited = wait_on(self, state, WAIT_READ);
    if (unlikely(waited == PATH_FAILED && PyErr_ExceptionMatches(python.io_closed))) {
        raise_instead(PyExc_EOFError, NULL);
    }
    return waited;
}

static PyObject *
green_recv(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    static char scratch[SCRATCH_SIZE]; /* used between two points where no Python code runs */
    State state;
    if (unlikely(nargs != 1 || keywords || !PyLong_CheckExact(args[0]) || !state_of(self, &state))) {
        return call_python(python.recv, self, args, nargs, keywords);
    }
    Py_ssize_t size = PyLong_AsSsize_t(args[0]);
    PyObject *result = NULL;
    PyErr_Clear();
    Path waited = size > 0 ? PATH_DONE : PATH_NOT_FAST;
    /* A system call saved: it would say EAGAIN. Where it would not, the wait is over at once. */
    if (waited == PATH_DONE && take_drained(state.waits, state.fd)) {
        waited = wait_to_read(self, &state, -EAGAIN);
    }
    while (waited == PATH_DONE) {
        PyObject *large = NULL;
        if (unlikely(size > SCRATCH_SIZE) && (large = PyBytes_FromStringAndSize(NULL, size)) == NULL) {
            break;
        }
        Py_ssize_t got = receive(state.fd, large ? PyBytes_AS_STRING(large) : scratch, (size_t)size);
        if (likely(got >= 0)) {
            if (large == NULL) {
                result = PyBytes_FromStringAndSize(scratch, got);
            }
            else if (_PyBytes_Resize(&large, got) == 0) {
                result = large;
            }
            note_drained(state.waits, state.fd, got > 0 && got < size);
            break;
        }
        Py_XDECREF(large);
        if (is_closed_by_peer((int)-got)) {
            result = new_reference(names.empty_bytes);
            break;
        }
        if (unlikely(got != -EAGAIN && got != -ENOTCONN)) {
            errno = (int)-got;
            PyErr_SetFromErrno(PyExc_OSError);
            break;
        }
        waited = wait_to_read(self, &state, got);
    }
    state_drop(&state);
    return waited == PATH_NOT_FAST ? call_python(python.recv, self, args, nargs, keywords) : result;
}

static PyObject *
green_recv_into(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    State state;
    Py_ssize_t wanted = 0;
    if (nargs == 2 && PyLong_CheckExact(args[1])) {
        wanted = PyLong_AsSsize_t(args[1]);
        PyErr_Clear();
    }
    if (unlikely(nargs < 1 || nargs > 2 || keywords || wanted < 0 || (nargs == 2 && !PyLong_CheckExact(args[1]))
                 || !state_of(self, &state))) {
        return call_python(python.recv_into, self, args, nargs, keywords);
    }
    PyObject *result = NULL;
    Path waited = take_drained(state.waits, state.fd) ? wait_to_read(self, &state, -EAGAIN) : PATH_DONE;
    while (waited == PATH_DONE) {
        Py_buffer view;
        if (PyObject_GetBuffer(args[0], &view, PyBUF_WRITABLE) < 0) {
            PyErr_Clear();
            waited = PATH_NOT_FAST;
            break;
        }
        if (unlikely(view.len == 0 || wanted > view.len)) {
            PyBuffer_Release(&view);
            waited = PATH_NOT_FAST;
            break;
        }
        Py_ssize_t size = wanted ? wanted : view.len;
        Py_ssize_t got = receive(state.fd, view.buf, (size_t)size);
        PyBuffer_Release(&view); /* whoever waits holds no buffer: its owner may want to resize it */
        if (likely(got >= 0)) {
            result = PyLong_FromSsize_t(got);
            note_drained(state.waits, state.fd, got > 0 && got < size);
            break;
        }
        if (is_closed_by_peer((int)-got)) {
            result = PyLong_FromLong(0);
            break;
        }
        if (unlikely(got != -EAGAIN && got != -ENOTCONN)) {
            errno = (int)-got;
            PyErr_SetFromErrno(PyExc_OSError);
            break;
        }
        waited = wait_to_read(self, &state, got);
    }
    state_drop(&state);
    return waited == PATH_NOT_FAST ? call_python(python.recv_into, self, args, nargs, keywords) : result;
}

/* After a send that would block. */
static Path
wait_to_write(PyObject *self, State *state)
{
    Path waited = wait_on(self, state, WAIT_WRITE);
    if (unlikely(waited == PATH_FAILED && PyErr_ExceptionMatches(python.io_closed))) {
        raise_instead(PyExc_OSError, Py_BuildValue("(is)", ECONNRESET, "Connection closed by another thread"));
    }
    return waited;
}

/* Send what *data* has from *done* on, once; adds to *done*. */
static Path
send_some(PyObject *self, State *state, PyObject *data, Py_ssize_t *done)
{
    Path waited;
    do {
        Py_buffer view;
        if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0) {
            PyErr_Clear();
            return PATH_NOT_FAST;
        }
        ssize_t sent = -1;
        int code = 0;
        if (likely(*done <= view.len)) {
            do {
                sent = syscall(SYS_sendto, state->fd, (char *)view.buf + *done, (size_t)(view.len - *done), MSG_NOSIGNAL,
                               NULL, 0);
            } while (unlikely(sent < 0 && errno == EINTR));
            code = errno;
        }
        PyBuffer_Release(&view);
        if (likely(sent >= 0)) {
            *done += sent;
            return PATH_DONE;
        }
        if (unlikely(code != EAGAIN)) {
            errno = code;
            PyErr_SetFromErrno(PyExc_OSError);
            return PATH_FAILED;
        }
        waited = wait_to_write(self, state);
    } while (waited == PATH_DONE);
    return waited;
}

static PyObject *
green_send(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    State state;
    if (unlikely(nargs != 1 || keywords || !state_of(self, &state))) {
        return call_python(python.send, self, args, nargs, keywords);
    }
    Py_ssize_t done = 0;
    Path path = send_some(self, &state, args[0], &done);
    state_drop(&state);
    if (unlikely(path == PATH_NOT_FAST)) {
        return call_python(python.send, self, args, nargs, keywords);
    }
    return path == PATH_DONE ? PyLong_FromSsize_t(done) : NULL;
}

/* Whether `self.send` is the function below, and neither a mock nor an attribute of this one socket. */
static bool
sends_plainly(PyObject *self)
{
    PyObject *method = PyObject_GenericGetAttr(self, names.send);
    bool is_plain = method != NULL && PyCFunction_CheckExact(method)
                    && PyCFunction_GET_FUNCTION(method) == (PyCFunction)(void (*)(void))green_send;
    Py_XDECREF(method);
    PyErr_Clear();
    return is_plain;
}

static PyObject *
green_sendall(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    State state;
    /* Of other buffers len() need not be the number of bytes, and they need not be what slicing gives. */
    if (unlikely(nargs != 1 || keywords || !(PyBytes_CheckExact(args[0]) || PyByteArray_CheckExact(args[0]))
                 || !sends_plainly(self) || !state_of(self, &state))) {
        return call_python(python.sendall, self, args, nargs, keywords);
    }
    Py_ssize_t done = 0, size = PyObject_Length(args[0]);
    Path path;
    do {
        path = send_some(self, &state, args[0], &done);
    } while (unlikely(path == PATH_DONE && done < size));
    state_drop(&state);
    if (likely(path == PATH_DONE)) {
        Py_RETURN_NONE;
    }
    PyObject *result = NULL;
    if (path == PATH_NOT_FAST) {
        PyObject *rest = done ? PySequence_GetSlice(args[0], done, size) : new_reference(args[0]);
        result = rest ? call_python(python.sendall, self, &rest, 1, NULL) : NULL;
        Py_XDECREF(rest);
    }
    return result;
}

static PyMethodDef socket_methods[] = {
    {"recv", FASTCALL(green_recv), "recv($self, bufsize, flags=0, /)\n--\n\n"},
    {"recv_into", FASTCALL(green_recv_into), "recv_into($self, buffer, nbytes=0, flags=0, /)\n--\n\n"},
    {"send", FASTCALL(green_send), "send($self, data, flags=0, /)\n--\n\n"},
    {"sendall", FASTCALL(green_sendall), "sendall($self, data, flags=0, /)\n--\n\n"},
    {"accept", green_accept, METH_NOARGS, "accept($self, /)\n--\n\n"},
};

/* The Python functions that those of this file stand for. */
static int
find_originals(void)
{
    struct {
        PyObject **place;
        PyObject *owner;
        const char *name;
    } functions[] = {
        {&python.recv, parts.socket_class, "recv"},       {&python.recv_into, parts.socket_class, "recv_into"},
        {&python.send, parts.socket_class, "send"},       {&python.sendall, parts.socket_class, "sendall"},
        {&python.accept, parts.socket_class, "accept"},   {&python.fileno, parts.original_socket_class, "fileno"},
    };
    python.socket_class = (PyTypeObject *)parts.socket_class;
    python.original_class = (PyTypeObject *)parts.original_socket_class;
    python.io_closed = parts.io_closed;
    python.socket_timeout = parts.socket_timeout;
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        Py_XSETREF(*functions[i].place, PyObject_GetAttrString(functions[i].owner, functions[i].name));
        if (*functions[i].place == NULL) {
            return -1;
        }
    }
    return accept_init();
}

/* {name: method of GreenSocket}. */
static PyObject *
make_socket_methods(void)
{
    PyObject *methods = find_originals() < 0 ? NULL : PyDict_New();
    for (size_t i = 0; methods != NULL && i < sizeof(socket_methods) / sizeof(socket_methods[0]); i++) {
        PyObject *method = PyDescr_NewMethod(python.socket_class, &socket_methods[i]);
        if (method == NULL || PyDict_SetItemString(methods, socket_methods[i].ml_name, method) < 0) {
            Py_CLEAR(methods);
        }
        Py_XDECREF(method);
    }
    return methods;
}

static PyObject **const socket_needs[] = {
    &parts.hub_local,      &parts.throw_timeout, &parts.socket_class, &parts.original_socket_class, &parts.io_closed,
    &parts.socket_timeout, NULL,
};

const Native socket_natives[] = {
    {"socket_methods", make_socket_methods, socket_needs},
    {NULL, NULL, NULL},
};
