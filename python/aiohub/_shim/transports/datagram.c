/* Datagram transports: the hot half; aiohub/_loop/transports.py has the rest. */

#include "transports/transport.h"

/* Peers whose address tuple is kept: making one takes longer than the rest of a small datagram. */
#define PEERS 64

typedef struct {
    PyObject *object; /* the tuple, or NULL */
    struct sockaddr_storage address;
    socklen_t length;
} Peer;

typedef struct {
    Transport base;
    PyObject *address; /* the only address it sends to, or NULL */
    int family;
    bool connected; /* the socket has a peer */
    Peer *last; /* the sender of the last datagram, within `peers` */
    Peer peers[PEERS];
} Datagram;

/* The engine has answered *code*, which is negative: the protocol is told. */
static int
tell_error(Datagram *self, int64_t code)
{
    (void)raise_engine(self->base.loop->api, code);
    PyObject *error = take_exception();
    PyObject *protocol = new_reference(self->base.protocol);
    if (protocol == NULL || error == NULL) {
        Py_XDECREF(protocol);
        Py_XDECREF(error);
        return 0;
    }
    PyObject *result = PyObject_CallMethodOneArg(protocol, names.error_received, error);
    Py_DECREF(protocol);
    Py_DECREF(error);
    return transport_settle(&self->base, result);
}

/* Receiving. */

static Peer *
peer_of(Datagram *self, const struct sockaddr *address, socklen_t length)
{
    uint32_t hash = 2166136261u;
    for (socklen_t i = 0; i < length; i++) {
        hash = (hash ^ ((const unsigned char *)address)[i]) * 16777619u;
    }
    Peer *peer = &self->peers[(hash ^ hash >> 16) % PEERS];
    if (likely(peer->object != NULL && peer->length == length && memcmp(&peer->address, address, length) == 0)) {
        return peer;
    }
    PyObject *object = address_object(address, length);
    if (object == NULL) {
        return NULL;
    }
    Py_XSETREF(peer->object, object);
    memcpy(&peer->address, address, length);
    peer->length = length;
    return peer;
}

/* What one system call has brought. */
typedef struct {
    int64_t count; /* or -errno */
    PyObject *data[AIO_DATAGRAMS];
    Peer *peers[AIO_DATAGRAMS];
    PyObject *senders[AIO_DATAGRAMS];
} Batch;

/* Receive what is there, as objects: the buffer is not ours any more when the protocol is called. -1 with MemoryError.
 * Not inlined: what it needs of the stack is not to be on it when the protocol is called and greenlet copies it. */
static __attribute__((noinline)) int
receive(Datagram *self, Batch *batch)
{
    struct sockaddr_storage addresses[AIO_DATAGRAMS];
    struct aio_datagram items[AIO_DATAGRAMS];
    /* UDP's largest datagram is 65507 bytes; a Unix one may have as much as the sender's buffer. */
    int64_t size = self->family == AF_UNIX ? READ_MAX : 64 * 1024, room = READ_BUFFER / size;
    char *buffer = loop_read_buffer(self->base.loop);
    batch->count = 0;
    if (unlikely(buffer == NULL)) {
        return -1;
    }
    for (int64_t i = 0; i < room; i++) {
        items[i] = (struct aio_datagram){
            .data = buffer + i * size, .len = size, .addr = &addresses[i], .addr_len = sizeof(addresses[i]),
        };
    }
    int64_t got = self->base.loop->api->receive_now(self->base.fd, items, room);
    if (unlikely(got < 0)) {
        batch->count = got;
    }
    for (int64_t i = 0; i < got; i++) {
        Peer *peer = peer_of(self, (struct sockaddr *)&addresses[i], items[i].addr_len);
        PyObject *data = peer ? PyBytes_FromStringAndSize(items[i].data, (Py_ssize_t)items[i].len) : NULL;
        if (data == NULL) {
            return -1;
        }
        batch->data[i] = data;
        batch->peers[i] = peer;
        batch->senders[i] = new_reference(peer->object);
        batch->count++;
    }
    return 0;
}

static int
on_readable(Datagram *self)
{
    Transport *base = &self->base;
    Batch batch;
    const unsigned long forks = fork_count;
    if (!transport_wants_data(base) || !transport_is_connected(base)) {
        return 0;
    }
    int code = receive(self, &batch) < 0 ? transport_report(base) : 0;
    if (batch.count < 0) {
        return batch.count == -EAGAIN ? 0 : tell_error(self, batch.count);
    }
    for (int64_t i = 0; i < batch.count; i++) {
        /* In the child of a fork that the protocol has made, the rest is the parent's. */
        if (code == 0 && likely(forks == fork_count) && transport_wants_data(base)) {
            self->last = batch.peers[i];
            PyObject *args[] = {new_reference(base->protocol), batch.data[i], batch.senders[i]};
            PyObject *result = PyObject_VectorcallMethod(names.datagram_received, args, 3, NULL);
            Py_DECREF(args[0]);
            code = transport_settle(base, result);
        }
        Py_DECREF(batch.data[i]);
        Py_DECREF(batch.senders[i]);
    }
    return code;
}

/* Sending. */

/* Some of the queue is done with. */
static int
go_on(Datagram *self)
{
    Transport *base = &self->base;
    if (transport_maybe_resume(base) < 0) { /* may send more */
        return -1;
    }
    if (base->outgoing.count != 0 || !base->closing || base->conn_lost) {
        return 0;
    }
    return transport_settle(base, PyObject_CallMethodNoArgs((PyObject *)self, names._on_drained));
}

/* Have the engine send *bytes*; 0, or its answer, or -1 with an exception. */
static int
queue_bytes(Datagram *self, PyObject *bytes, const void *to, socklen_t length)
{
    Transport *base = &self->base;
    Loop *loop = base->loop;
    if (unlikely(outgoing_reserve(&base->outgoing) < 0 || transport_enter(base) < 0)) {
        return -1;
    }
    int64_t code = loop->api->dgram_queue(loop->engine, base->id, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), to,
                                          length);
    if (unlikely(code < 0)) {
        return tell_error(self, code);
    }
    outgoing_push(&base->outgoing, bytes, 0);
    return transport_maybe_pause(base);
}

/* Send *bytes*: what the kernel does not take now is queued in the engine and kept alive here. */
static int
send_bytes(Datagram *self, PyObject *bytes, const struct sockaddr_storage *address, socklen_t length)
{
    Transport *base = &self->base;
    const void *to = length ? address : NULL;
    if (likely(base->outgoing.count == 0)) {
        /* Nearly always it goes at once: that needs no crossing to Go. */
        const char *data = PyBytes_AS_STRING(bytes);
        int64_t code = base->loop->api->send_now(base->fd, data, PyBytes_GET_SIZE(bytes), to, length);
        if (likely(code >= 0)) {
            return 0;
        }
        if (code != -EAGAIN) {
            return tell_error(self, code);
        }
    }
    return queue_bytes(self, bytes, to, length);
}

/* The numbers of *target*, whose name is looked up, which blocks, as it does in socket.sendto. A green look-up
 * switches. */
static int
resolve(Datagram *self, PyObject *target, struct sockaddr_storage *address, socklen_t *length)
{
    PyObject *numeric = PyObject_CallMethodOneArg((PyObject *)self, names._resolve, target);
    if (numeric == NULL) {
        return -1;
    }
    int parsed = address_parse(self->family, numeric, address, length);
    if (!parsed) {
        PyErr_Format(PyExc_TypeError, "%R is not an address of this socket's family", target);
    }
    Py_DECREF(numeric);
    return parsed ? 0 : -1;
}

static int
drop_write(Datagram *self)
{
    return transport_drop_write(&self->base, self->address != NULL);
}

/* Send to *target*, which is not known in numbers. */
static int
send_to_name(Datagram *self, PyObject *bytes, PyObject *target)
{
    Transport *base = &self->base;
    struct sockaddr_storage address;
    socklen_t length = 0;
    int found = resolve(self, target, &address, &length);
    if (found < 0 && !PyErr_ExceptionMatches(PyExc_OSError)) {
        return -1;
    }
    if (base->conn_lost) { /* meanwhile: its number may be another file's by now */
        PyErr_Clear();
        return drop_write(self);
    }
    if (found < 0) {
        PyObject *error = take_exception();
        PyObject *protocol = new_reference(base->protocol);
        PyObject *result = protocol ? PyObject_CallMethodOneArg(protocol, names.error_received, error)
                                    : new_reference(Py_None);
        Py_XDECREF(protocol);
        Py_XDECREF(error);
        Py_XDECREF(result);
        return result ? 0 : -1;
    }
    return transport_check_connected(base) < 0 ? -1 : send_bytes(self, bytes, &address, length);
}

/* Send to *target*, NULL for the socket's own peer. */
static int
send_to(Datagram *self, PyObject *bytes, PyObject *target)
{
    struct sockaddr_storage address;
    socklen_t length = 0;
    if (self->base.conn_lost) {
        return drop_write(self);
    }
    if (transport_check_connected(&self->base) < 0) {
        return -1;
    }
    if (target == NULL) {
        return send_bytes(self, bytes, NULL, 0);
    }
    Peer *peer = self->last;
    if (likely(peer != NULL && peer->object == target)) {
        return send_bytes(self, bytes, &peer->address, peer->length);
    }
    if (likely(address_parse(self->family, target, &address, &length))) {
        return send_bytes(self, bytes, &address, length);
    }
    return send_to_name(self, bytes, target);
}

/* -1 with ValueError for an address other than the only one. */
static int
check_target(Datagram *self, PyObject *target)
{
    PyObject *only = self->address;
    if (only == NULL || target == Py_None || target == only) {
        return 0;
    }
    int same = PyObject_RichCompareBool(target, only, Py_EQ);
    if (same == 0) {
        PyErr_Format(PyExc_ValueError, "Invalid address: must be None or %S", only);
    }
    return same > 0 ? 0 : -1;
}

static PyObject *
method_sendto(Datagram *self, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords)
{
    PyObject *data = nargs > 0 ? args[0] : NULL, *target = nargs > 1 ? args[1] : Py_None;
    Py_ssize_t named = keywords ? PyTuple_GET_SIZE(keywords) : 0;
    for (Py_ssize_t i = 0; i < named; i++) {
        PyObject *key = PyTuple_GET_ITEM(keywords, i);
        if (PyUnicode_CompareWithASCIIString(key, "addr") == 0) {
            target = args[nargs + i];
        }
        else if (PyUnicode_CompareWithASCIIString(key, "data") == 0) {
            data = args[nargs + i];
        }
        else {
            PyErr_Format(PyExc_TypeError, "sendto() got an unexpected keyword argument %R", key);
            return NULL;
        }
    }
    if (data == NULL || nargs > 2) {
        PyErr_SetString(PyExc_TypeError, "sendto() takes data and optionally addr");
        return NULL;
    }
    if (!PyBytes_Check(data) && !PyByteArray_Check(data) && !PyMemoryView_Check(data)) {
        PyErr_Format(PyExc_TypeError, "data argument must be a bytes-like object, not '%s'", short_name(Py_TYPE(data)));
        return NULL;
    }
    PyObject *bytes = PyBytes_CheckExact(data) ? new_reference(data) : PyBytes_FromObject(data);
    if (bytes == NULL) {
        return NULL;
    }
#if PY_VERSION_HEX < 0x030d0000
    /* Only newer Pythons send empty datagrams. */
    if (PyBytes_GET_SIZE(bytes) == 0) {
        Py_DECREF(bytes);
        Py_RETURN_NONE;
    }
#endif
    int code = check_target(self, target);
    if (code == 0) {
        code = send_to(self, bytes, self->connected ? NULL : self->address ? self->address : target);
    }
    Py_DECREF(bytes);
    return code < 0 ? NULL : new_reference(Py_None);
}

/* Events. */

static int
on_event(Transport *transport, const aio_event *event)
{
    Datagram *self = (Datagram *)transport;
    if (unlikely(transport->protocol == NULL || transport->conn_lost)) {
        return 0;
    }
    switch (event->kind) {
    case AIO_EV_READABLE:
        return on_readable(self);
    case AIO_EV_ERROR:
        return transport->closing ? 0 : tell_error(self, event->result);
    case AIO_EV_SENT:
        outgoing_take_pieces(&transport->outgoing, (size_t)event->result);
        return go_on(self);
    case AIO_EV_SEND_FAILED:
        outgoing_take_pieces(&transport->outgoing, 1); /* now: the protocol may send more, or close */
        return tell_error(self, event->result) < 0 ? -1 : go_on(self);
    default:
        return 0;
    }
}

static int64_t
open_in_engine(Transport *transport, uint32_t flags)
{
    const Loop *loop = transport->loop;
    return loop->api->dgram_open(loop->engine, transport->fd, flags, transport->token);
}

static const TransportKind datagram_kind = {.open = open_in_engine, .event = on_event};

/* Methods for aiohub/_loop/transports.py. */

static PyObject *
method_open(Datagram *self, PyObject *args)
{
    Loop *loop;
    PyObject *sock, *address;
    int fd, family, connected, has_address;
    if (!PyArg_ParseTuple(args, "O!OiiOp", &Loop_Type, &loop, &sock, &fd, &family, &address, &connected)
        || (has_address = PyObject_IsTrue(address)) < 0 || transport_check_descriptor(fd) < 0) {
        return NULL;
    }
    self->family = family;
    self->connected = connected;
    Py_XSETREF(self->address, has_address ? new_reference(address) : NULL);
    return transport_open(&self->base, &datagram_kind, loop, sock, fd) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
set_protocol(Datagram *self, PyObject *protocol)
{
    return transport_set_protocol(&self->base, protocol) < 0 ? NULL : new_reference(Py_None);
}

/* Life. */

static int
datagram_traverse(Datagram *self, visitproc visit, void *arg)
{
    Py_VISIT(self->address);
    for (int i = 0; i < PEERS; i++) {
        Py_VISIT(self->peers[i].object);
    }
    return transport_traverse(&self->base, visit, arg);
}

static int
datagram_clear(Datagram *self)
{
    Py_CLEAR(self->address);
    self->last = NULL;
    for (int i = 0; i < PEERS; i++) {
        Py_CLEAR(self->peers[i].object);
    }
    return transport_clear(&self->base);
}

static void
datagram_dealloc(Datagram *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, datagram_dealloc)
    datagram_clear(self);
    transport_free(&self->base);
    Py_TRASHCAN_END
}

static PyMethodDef datagram_methods[] = {
    {"sendto", (PyCFunction)(void (*)(void))method_sendto, METH_FASTCALL | METH_KEYWORDS, "Send one datagram."},
    {"set_protocol", (PyCFunction)set_protocol, METH_O, "Have another protocol get what is received from now on."},
    {"_open", (PyCFunction)method_open, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef datagram_members[] = {
    {"_address", T_OBJECT, offsetof(Datagram, address), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

TRANSPORT_TYPE(datagram, Datagram, "Datagram", "The hot half of a datagram transport.", )
