/* A transport's place in its loop, and in the engine. */

#include "transports/transport.h"

#include <fcntl.h>

static int
enter_engine(Transport *transport, bool reads)
{
    int64_t id = transport->kind->open(transport, reads ? 0 : AIO_PAUSED);
    if (id < 0) {
        transport->id = 0;
        transport->connected = false;
        return raise_engine(transport->loop->api, id);
    }
    transport->id = id;
    transport->engine_reads = reads;
    return 0;
}

int
transport_enter(Transport *transport)
{
    return likely(transport->id != 0) ? 0 : enter_engine(transport, transport_wants_data(transport));
}

int
transport_apply_reading(Transport *transport)
{
    if (!transport_is_connected(transport)) {
        return 0;
    }
    Loop *loop = transport->loop;
    bool reads = transport_wants_data(transport);
    if (transport->id == 0) {
        return reads ? enter_engine(transport, true) : 0;
    }
    if (transport->engine_reads == reads) {
        return 0;
    }
    int64_t code = loop->api->reading(loop->engine, transport->id, reads);
    transport->engine_reads = reads;
    return code < 0 ? raise_engine(loop->api, code) : 0;
}

int
transport_set_protocol(Transport *transport, PyObject *protocol)
{
    Py_XSETREF(transport->protocol, protocol == Py_None ? NULL : new_reference(protocol));
    return transport_apply_reading(transport);
}

int
transport_attach(Transport *transport)
{
    transport->connected = true;
    return enter_engine(transport, transport_wants_data(transport));
}

void
transport_detach(Transport *transport)
{
    bool is_gone = true;
    if (transport->id != 0 && transport_is_connected(transport)) {
        is_gone = transport->loop->api->close(transport->loop->engine, transport->id) != AIO_PANIC;
    }
    transport->id = 0;
    transport->connected = false;
    /* After the engine has forgotten their addresses: another OS thread may be in the midst of sending. */
    if (likely(is_gone)) {
        outgoing_drop(&transport->outgoing);
    }
    else {
        transport->outgoing = (Outgoing){.ring = NULL}; /* what it may still send has to stay, for good */
    }
}

/* Which transport has a descriptor: asyncio refuses to use one of an open transport for anything else. */

int
transport_note(Transport *transport)
{
    Transport **place = fdtable_make(&transport->loop->transports, transport->fd);
    if (place == NULL) {
        return -1;
    }
    *place = transport;
    return 0;
}

void
transport_unnote(Transport *transport)
{
    Transport **place = fdtable_find(&transport->loop->transports, transport->fd);
    if (place != NULL && *place == transport) {
        *place = NULL;
    }
}

PyObject *
transport_find(Loop *loop, PyObject *fd)
{
    long number = PyLong_AsLong(fd);
    if (number == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject **place = number >= 0 && number <= INT_MAX ? fdtable_find(&loop->transports, (int)number) : NULL;
    return new_reference(place && *place ? *place : Py_None);
}

void
transport_leave(Transport *transport)
{
    transport_detach(transport);
    if (transport->loop != NULL) {
        transport_unnote(transport);
        slots_remove(&transport->loop->objects, transport->token);
    }
}

int
transport_check_descriptor(int fd)
{
    if (fcntl(fd, F_GETFD) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return 0;
}

int
transport_open(Transport *transport, const TransportKind *kind, Loop *loop, PyObject *sock, int fd)
{
    if (transport->loop != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the transport was opened already");
        return -1;
    }
    if (loop_check_open(loop) < 0 || (transport->context = PyContext_CopyCurrent()) == NULL) {
        return -1;
    }
    if (slots_add(&loop->objects, (PyObject *)transport, &transport->token) < 0) {
        Py_CLEAR(transport->context);
        return -1;
    }
    transport->kind = kind;
    transport->fd = fd;
    transport->loop = (Loop *)new_reference((PyObject *)loop);
    transport->sock = new_reference(sock);
    if (transport_note(transport) < 0) {
        transport_leave(transport);
        return -1;
    }
    transport->connected = true;
    return 0;
}

/* The new engine reads what the parent's did. What waits is the parent's to send. */
void
transports_restore(Loop *loop)
{
    for (uint32_t i = 0; i < loop->objects.used; i++) {
        Transport *transport = (Transport *)new_reference(loop->objects.slots[i].object);
        if (transport != NULL && transport->id != 0) {
            outgoing_drop(&transport->outgoing);
            if (transport_attach(transport) < 0) {
                PyErr_Clear(); /* its descriptor was closed in the child: its owner has to close the transport, too */
            }
        }
        Py_XDECREF(transport);
    }
}
