/* GreenSocket.accept. */

#include "green/sockets.h"
#include "transports/plain_sockets.h"
#include "transports/transport.h"

#include <sys/socket.h>
#include <unistd.h>

static PyObject *only_set_nonblocking; /* the tuple ("set_nonblocking",) */

int
accept_init(void)
{
    only_set_nonblocking = Py_BuildValue("(s)", "set_nonblocking");
    return only_set_nonblocking ? 0 : -1;
}

/* hubs.notify_opened: whoever waits for a former file of the number *fd* learns that it is gone. */
static int
notify_opened(Waits *waits, int fd)
{
    if (unlikely(waits->hub == NULL)) {
        /* Closed while the green thread waited, by a fork or `use_hub`: look where the hub of now has its waiters. */
        Waits *present = waits_here();
        int result = present ? notify_opened(present, fd) : 0;
        Py_XDECREF(present);
        return result;
    }
    PyObject *number = PyLong_FromLong(fd), *result = NULL;
    PyObject *tables[] = {waits->readers, waits->writers, waits->more_readers, waits->more_writers};
    int found = number ? 0 : -1;
    for (size_t i = 0; found == 0 && i < sizeof(tables) / sizeof(tables[0]); i++) {
        found = tables[i] ? PyDict_Contains(tables[i], number) : 0;
    }
    if (unlikely(found > 0)) {
        PyObject *hub = new_reference(waits->hub);
        result = hub ? PyObject_CallMethodObjArgs(hub, names.mark_as_reopened, number, NULL) : new_reference(Py_None);
        Py_XDECREF(hub);
        found = result ? 0 : -1;
        Py_XDECREF(result);
    }
    Py_XDECREF(number);
    return found;
}

/* (GreenSocket, address) of a connection that has been accepted; *fd* is closed if that fails. */
static PyObject *
accepted(State *state, int fd, const struct sockaddr *address, socklen_t length)
{
    PyObject *client = socket_like(state->sock, fd);
    if (unlikely(client == NULL)) {
        close(fd);
        return NULL;
    }
    PyObject *green = NULL, *peer = NULL, *result = NULL;
    if (likely(notify_opened(state->waits, fd) == 0)) {
        PyObject *args[] = {client, Py_False};
        green = PyObject_Vectorcall((PyObject *)python.socket_class, args, 1, only_set_nonblocking);
    }
    if (likely(green != NULL && (peer = address_object(address, length)) != NULL)) {
        result = PyTuple_Pack(2, green, peer);
    }
    Py_XDECREF(peer);
    Py_XDECREF(green);
    Py_DECREF(client);
    return result;
}

/* Whether the addresses of *sock*'s family are those that address.c knows. */
static bool
has_known_addresses(PyObject *sock)
{
    int family = socket_family(sock);
    PyErr_Clear();
    return family == AF_INET || family == AF_INET6 || family == AF_UNIX;
}

PyObject *
green_accept(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    State state;
    if (unlikely(!state_of(self, &state))) {
        return PyObject_CallOneArg(python.accept, self);
    }
    PyObject *result = NULL;
    Path waited = has_known_addresses(state.sock) ? PATH_DONE : PATH_NOT_FAST;
    while (waited == PATH_DONE) {
        struct sockaddr_storage address;
        socklen_t length = sizeof(address);
        int fd = accept4(state.fd, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (likely(fd >= 0)) {
            result = accepted(&state, fd, (struct sockaddr *)&address, length);
            break;
        }
        if (errno == EAGAIN) {
            waited = wait_on(self, &state, WAIT_READ);
        }
        else if (errno != EINTR || PyErr_CheckSignals() < 0) {
            if (!PyErr_Occurred()) {
                PyErr_SetFromErrno(PyExc_OSError);
            }
            break;
        }
    }
    state_drop(&state);
    return waited == PATH_NOT_FAST ? PyObject_CallOneArg(python.accept, self) : result;
}
