/* Fast paths of GreenSocket: what the files about them share. */

#ifndef AIOHUB_SOCKETS_H
#define AIOHUB_SOCKETS_H

#include "green/green.h"
#include "native.h"

/* What the fast paths stand in for, and what they know it by. */
extern struct originals {
    PyTypeObject *socket_class;   /* eventlet's GreenSocket */
    PyTypeObject *original_class; /* the original socket.socket */
    PyObject *fileno;             /* its method */
    PyObject *io_closed;          /* the exception class IOClosed */
    PyObject *socket_timeout;     /* the exception class socket.timeout */
    PyObject *recv, *recv_into, *send, *sendall, *accept; /* the Python functions */
} python;

/* A socket's state, as far as a fast path needs it. */
typedef struct {
    Waits *waits;      /* owned */
    PyObject *timeout; /* owned; a number or None */
    PyObject *sock;    /* owned; an original socket */
    int fd;
} State;

/* Whether a fast path applies: *state* is filled and to be dropped. */
bool state_of(PyObject *self, State *state);

static inline void
state_drop(State *state)
{
    Py_CLEAR(state->waits);
    Py_CLEAR(state->timeout);
    Py_CLEAR(state->sock);
}

/* GreenSocket._trampoline. Fails with IOClosed, too. */
Path wait_on(PyObject *self, State *state, uint32_t mask);

/* accept.c */

int accept_init(void);

PyObject *green_accept(PyObject *self, PyObject *ignored);

#endif
