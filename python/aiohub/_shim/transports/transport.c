/* The base of stream and datagram transports; see transport.h. */

#include "transports/transport.h"

/* After how many vain writes to a lost connection asyncio begins to warn. */
#define WARN_AFTER 5

int
transport_check_connected(Transport *transport)
{
    if (transport_is_connected(transport)) {
        return 0;
    }
    if (transport->loop == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the transport was not opened: its __init__ has not been called");
    }
    else if (loop_check_open(transport->loop) == 0) {
        PyErr_SetString(PyExc_RuntimeError, "the transport is not connected");
    }
    return -1;
}

/* Failures. */

int
transport_report(Transport *transport)
{
    if (exception_ends_loop()) {
        return -1;
    }
    return loop_report(transport->loop, names._transport_failed, (PyObject *)transport, NULL);
}

int
transport_settle(Transport *transport, PyObject *result)
{
    if (likely(result != NULL)) {
        Py_DECREF(result);
        return 0;
    }
    return transport_report(transport);
}

int
transport_fail(Transport *transport, PyObject *message)
{
    if (exception_ends_loop()) {
        return -1;
    }
    PyObject *error = take_exception();
    PyObject *result = PyObject_CallMethodObjArgs((PyObject *)transport, names._fatal_error, error, message, NULL);
    Py_XDECREF(error);
    return transport_settle(transport, result);
}

int
transport_drop_write(Transport *transport, bool warns)
{
    if (warns && transport->conn_lost >= WARN_AFTER) {
        PyObject *result = PyObject_CallMethodNoArgs((PyObject *)transport, names._warn_lost);
        Py_XDECREF(result);
        if (result == NULL) {
            return -1;
        }
    }
    transport->conn_lost++;
    return 0;
}

/* Flow control. */

/* pause_writing and resume_writing of the protocol; what they raise goes to the loop's exception handler. */
static int
call_flow(Transport *transport, PyObject *method, PyObject *message)
{
    PyObject *protocol = new_reference(transport->protocol);
    if (protocol == NULL) {
        return 0;
    }
    PyObject *result = PyObject_CallMethodNoArgs(protocol, method);
    Py_DECREF(protocol);
    if (result == NULL && !exception_ends_loop()) {
        PyObject *error = take_exception();
        result = PyObject_CallMethodObjArgs((PyObject *)transport, names._flow_failed, error, message, NULL);
        Py_XDECREF(error);
    }
    Py_XDECREF(result);
    return result ? 0 : -1;
}

int
transport_maybe_pause(Transport *transport)
{
    if (likely(transport->outgoing.bytes <= transport->high) || transport->protocol_paused) {
        return 0;
    }
    transport->protocol_paused = true;
    return call_flow(transport, names.pause_writing, names.pause_writing_failed);
}

int
transport_maybe_resume(Transport *transport)
{
    if (!transport->protocol_paused || transport->outgoing.bytes > transport->low) {
        return 0;
    }
    transport->protocol_paused = false;
    return call_flow(transport, names.resume_writing, names.resume_writing_failed);
}

/* Events. */

int
transport_dispatch(Loop *loop, const aio_event *event)
{
    Transport *transport = (Transport *)new_reference(slots_get(&loop->objects, event->token));
    if (transport == NULL) {
        return 0; /* closed by an earlier callback of this turn */
    }
    PyObject *context = new_reference(transport->context);
    int result = PyContext_Enter(context);
    if (likely(result == 0)) {
        result = transport->kind->event(transport, event);
        if (result == 0) {
            result = PyContext_Exit(context);
        }
        else {
            PyObject *error = take_exception(); /* it is to outlive the exit */
            (void)PyContext_Exit(context);
            raise_again(error);
        }
    }
    Py_DECREF(context);
    Py_DECREF(transport);
    return result;
}

/* Methods for users. */

static PyObject *
set_paused(Transport *transport, bool on)
{
    if (transport->closing) {
        Py_RETURN_NONE;
    }
    transport->paused = on;
    return transport_apply_reading(transport) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
pause_reading(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return set_paused(transport, true);
}

static PyObject *
resume_reading(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return set_paused(transport, false);
}

static PyObject *
is_closing(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(transport->closing);
}

static PyObject *
is_reading(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(!transport->closing && !transport->paused);
}

static PyObject *
get_protocol(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return new_reference(transport->protocol ? transport->protocol : Py_None);
}

static PyObject *
get_write_buffer_size(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromSize_t(transport->outgoing.bytes);
}

static PyObject *
get_write_buffer_limits(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("nn", (Py_ssize_t)transport->low, (Py_ssize_t)transport->high);
}

/* Methods for aiohub/_loop/transports.py, which keeps what is said and decided; here is what is stored. */

static PyObject *
set_limits(Transport *transport, PyObject *args)
{
    Py_ssize_t low, high;
    if (!PyArg_ParseTuple(args, "nn", &low, &high)) {
        return NULL;
    }
    transport->low = (size_t)low;
    transport->high = (size_t)high;
    return transport_maybe_pause(transport) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
set_reading(Transport *transport, bool on)
{
    transport->reading = on;
    return transport_apply_reading(transport) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
start_reading(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return set_reading(transport, true);
}

static PyObject *
stop_reading(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return set_reading(transport, false);
}

/* The connection is lost: what waits will not be sent, and nothing is read. */
static PyObject *
give_up(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    transport_detach(transport);
    Py_RETURN_NONE;
}

/* Leave the loop for good. The socket is still open. */
static PyObject *
detach(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    transport_leave(transport);
    Py_RETURN_NONE;
}

int
transport_let_go(Transport *transport)
{
    transport_leave(transport);
    PyObject *sock = transport->sock;
    if (sock == NULL || sock == Py_None) {
        return 0;
    }
    transport->sock = NULL;
    PyObject *result = PyObject_CallMethodNoArgs(sock, names.close);
    Py_XDECREF(result);
    Py_DECREF(sock);
    return result ? 0 : -1;
}

static PyObject *
let_go(Transport *transport, PyObject *Py_UNUSED(ignored))
{
    return transport_let_go(transport) < 0 ? NULL : new_reference(Py_None);
}

/* The last a protocol hears, and the end of the connection, whatever it says to that. */
static PyObject *
call_connection_lost(Transport *transport, PyObject *reason)
{
    PyObject *protocol = new_reference(transport->protocol), *error = NULL;
    if (likely(protocol != NULL)) {
        PyObject *result = PyObject_CallMethodOneArg(protocol, names.connection_lost, reason);
        Py_DECREF(protocol);
        error = result ? NULL : take_exception();
        Py_XDECREF(result);
    }
    PyObject *gone = PyObject_CallMethodNoArgs((PyObject *)transport, names._let_go);
    if (unlikely(error != NULL)) {
        Py_CLEAR(gone);
        raise_again(error);
    }
    return gone;
}

/* Nobody has closed it. */
static void
transport_finalize(Transport *transport)
{
    if (likely(transport->sock == NULL || transport->sock == Py_None)) {
        return;
    }
    PyObject *error = take_exception();
    PyObject *result = PyObject_CallMethodNoArgs((PyObject *)transport, names._warn_unclosed);
    if (result == NULL) {
        PyErr_WriteUnraisable((PyObject *)transport);
    }
    Py_XDECREF(result);
    if (error != NULL) {
        raise_again(error);
    }
}

/* Life. */

/* The loop stays until the end: what is dropped here may still ask for it. */
#define TRANSPORT_REFERENCES(REFERENCE)                                                                                \
    REFERENCE(extra) REFERENCE(protocol) REFERENCE(sock) REFERENCE(context)

int
transport_traverse(Transport *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->loop);
    TRANSPORT_REFERENCES(VISIT_REFERENCE)
    return 0;
}

int
transport_clear(Transport *self)
{
    TRANSPORT_REFERENCES(CLEAR_REFERENCE)
    return 0;
}

void
transport_free(Transport *transport)
{
    PyTypeObject *type = Py_TYPE(transport);
    if (transport->loop != NULL) {
        transport_unnote(transport);
    }
    outgoing_free(&transport->outgoing);
    transport_clear(transport);
    Py_CLEAR(transport->loop);
    type->tp_free((PyObject *)transport);
    Py_DECREF(type);
}

static void
transport_dealloc(Transport *transport)
{
    PyObject_GC_UnTrack(transport);
    Py_TRASHCAN_BEGIN(transport, transport_dealloc)
    transport_free(transport);
    Py_TRASHCAN_END
}

static PyMethodDef transport_methods[] = {
    {"pause_reading", (PyCFunction)pause_reading, METH_NOARGS, "Receive no more until resume_reading."},
    {"resume_reading", (PyCFunction)resume_reading, METH_NOARGS, "End pause_reading."},
    {"is_closing", (PyCFunction)is_closing, METH_NOARGS, "Whether the transport is closing or closed."},
    {"is_reading", (PyCFunction)is_reading, METH_NOARGS, "Whether the transport receives."},
    {"get_protocol", (PyCFunction)get_protocol, METH_NOARGS, "The protocol; None when it has been lost."},
    {"get_write_buffer_size", (PyCFunction)get_write_buffer_size, METH_NOARGS, "Bytes that wait to be sent."},
    {"get_write_buffer_limits", (PyCFunction)get_write_buffer_limits, METH_NOARGS,
     "The water marks (low, high) in bytes."},
    {"_call_connection_lost", (PyCFunction)call_connection_lost, METH_O, "Tell the protocol, and let the socket go."},
    {"_let_go", (PyCFunction)let_go, METH_NOARGS, "Give the descriptor back."},
    {"_detach", (PyCFunction)detach, METH_NOARGS, NULL},
    {"_start_reading", (PyCFunction)start_reading, METH_NOARGS, NULL},
    {"_stop_reading", (PyCFunction)stop_reading, METH_NOARGS, NULL},
    {"_give_up", (PyCFunction)give_up, METH_NOARGS, NULL},
    {"_set_limits", (PyCFunction)set_limits, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef transport_members[] = {
    {"_loop", T_OBJECT, offsetof(Transport, loop), READONLY, NULL},
    {"_sock", T_OBJECT, offsetof(Transport, sock), 0, NULL},
    {"_sock_fd", T_INT, offsetof(Transport, fd), READONLY, NULL},
    {"_protocol", T_OBJECT, offsetof(Transport, protocol), READONLY, NULL},
    {"_conn_lost", T_INT, offsetof(Transport, conn_lost), 0, NULL},
    {"_closing", T_BOOL, offsetof(Transport, closing), 0, NULL},
    {"_paused", T_BOOL, offsetof(Transport, paused), READONLY, NULL},
    {"_protocol_paused", T_BOOL, offsetof(Transport, protocol_paused), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

TRANSPORT_TYPE(transport, Transport, "BaseTransport", "What the hot halves of stream and datagram transports share.",
               {Py_tp_finalize, transport_finalize}, )
