/* Datagram transports: the hot half; aiohub/_transports.py has the rest. */

#include "shim.h"

#define WARN_AFTER 5
/* Peers whose address tuple is kept: making one takes longer than the rest of a small datagram. */
#define PEERS 64

typedef struct {
    PyObject *object; /* the tuple, or NULL */
    struct sockaddr_storage address;
    socklen_t length;
} Peer;

typedef struct {
    TRANSPORT_HEAD
    PyObject *address; /* the only address it sends to, or NULL */
    PyObject *waiting; /* deque-like list of bytes that the engine has queued, or NULL */
    size_t queued;     /* bytes in it */
    size_t low, high;
    int family;
    bool connected; /* the socket has a peer */
    bool closing, reading, paused, engine_reads, protocol_paused;
    Peer *last; /* the sender of the last datagram, within `peers` */
    Peer peers[PEERS];
} Datagram;

static int
apply_reading(Datagram *self)
{
    if (!CONNECTED(self)) {
        return 0;
    }
    bool reads = self->reading && !self->paused && !self->closing && !self->conn_lost;
    if (reads == self->engine_reads) {
        return 0;
    }
    int64_t code = self->loop->api->reading(self->loop->engine, self->id, reads);
    self->engine_reads = reads;
    return code < 0 ? raise_engine(self->loop->api, code) : 0;
}

static int
attach(Datagram *self)
{
    Loop *loop = self->loop;
    int64_t id = loop->api->dgram_open(loop->engine, self->fd, AIO_PAUSED, self->token);
    if (id < 0) {
        self->id = 0;
        return raise_engine(loop->api, id);
    }
    self->id = id;
    self->engine_reads = false;
    return apply_reading(self);
}

/* What a call into the protocol has left: its exception goes to the loop's handler. Takes *result*. */
static int
settle(Datagram *self, PyObject *result)
{
    if (likely(result != NULL)) {
        Py_DECREF(result);
        return 0;
    }
    if (exception_ends_loop()) {
        return -1;
    }
    return loop_report(self->loop, names._transport_failed, (PyObject *)self, NULL);
}

/* The engine has answered *code*, which is negative: the protocol is told. */
static int
tell_error(Datagram *self, int64_t code)
{
    (void)raise_engine(self->loop->api, code);
    PyObject *error = take_exception();
    PyObject *protocol = new_reference(self->protocol);
    PyObject *result = NULL;
    if (error != NULL && protocol != NULL) {
        result = PyObject_CallMethodOneArg(protocol, names.error_received, error);
    }
    Py_XDECREF(protocol);
    Py_XDECREF(error);
    return protocol ? settle(self, result) : 0;
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

/* Receive what is there, as objects: the buffer is not ours any more when the protocol is called. -1 with MemoryError. Not
 * inlined: what it needs of the stack is not to be on it when the protocol is called and greenlet copies it. */
static __attribute__((noinline)) int
receive(Datagram *self, Batch *batch)
{
    struct sockaddr_storage addresses[AIO_DATAGRAMS];
    struct aio_datagram items[AIO_DATAGRAMS];
    /* UDP's largest datagram is 65507 bytes; a Unix one may have as much as the sender's buffer. */
    int64_t size = self->family == AF_UNIX ? READ_MAX : 64 * 1024, room = READ_BUFFER / size;
    for (int64_t i = 0; i < room; i++) {
        items[i] = (struct aio_datagram){
            .data = self->loop->read_buffer + i * size, .len = size, .addr = &addresses[i], .addr_len = sizeof(addresses[i])};
    }
    int64_t got = self->loop->api->receive_now(self->fd, items, room);
    batch->count = got < 0 ? got : 0;
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
    Batch batch;
    if (!self->reading || self->closing || self->paused || !CONNECTED(self)) {
        return 0;
    }
    int code = receive(self, &batch) < 0 ? settle(self, NULL) : 0;
    if (batch.count < 0) {
        return batch.count == -EAGAIN ? 0 : tell_error(self, batch.count);
    }
    for (int64_t i = 0; i < batch.count; i++) {
        if (code == 0 && !self->closing && !self->paused && !self->conn_lost && self->protocol != NULL) {
            self->last = batch.peers[i];
            PyObject *args[] = {new_reference(self->protocol), batch.data[i], batch.senders[i]};
            PyObject *result = PyObject_VectorcallMethod(names.datagram_received, args, 3, NULL);
            Py_DECREF(args[0]);
            code = settle(self, result);
        }
        Py_DECREF(batch.data[i]);
        Py_DECREF(batch.senders[i]);
    }
    return code;
}

/* Sending. */

static int
call_flow(Datagram *self, PyObject *method, PyObject *message)
{
    PyObject *protocol = new_reference(self->protocol);
    if (protocol == NULL) {
        return 0;
    }
    PyObject *result = PyObject_CallMethodNoArgs(protocol, method);
    Py_DECREF(protocol);
    if (result == NULL && !exception_ends_loop()) {
        PyObject *error = take_exception();
        result = PyObject_CallMethodObjArgs((PyObject *)self, names._flow_failed, error, message, NULL);
        Py_DECREF(error);
    }
    Py_XDECREF(result);
    return result ? 0 : -1;
}

static int
maybe_pause(Datagram *self)
{
    if (self->queued <= self->high || self->protocol_paused) {
        return 0;
    }
    self->protocol_paused = true;
    return call_flow(self, names.pause_writing, names.pause_writing_failed);
}

/* The engine has done with the first *count* datagrams of the queue. */
static int
take_off_queue(Datagram *self, Py_ssize_t count)
{
    if (self->waiting == NULL) {
        return 0;
    }
    count = Py_MIN(count, PyList_GET_SIZE(self->waiting));
    for (Py_ssize_t i = 0; i < count; i++) {
        self->queued -= (size_t)PyBytes_GET_SIZE(PyList_GET_ITEM(self->waiting, i));
    }
    if (PyList_SetSlice(self->waiting, 0, count, NULL) < 0) {
        return -1;
    }
    if (self->protocol_paused && self->queued <= self->low) {
        self->protocol_paused = false;
        if (call_flow(self, names.resume_writing, names.resume_writing_failed) < 0) {
            return -1;
        }
    }
    if (self->waiting == NULL || PyList_GET_SIZE(self->waiting) || !self->closing || self->conn_lost) {
        return 0;
    }
    return settle(self, PyObject_CallMethodNoArgs((PyObject *)self, names._on_drained));
}

/* Send *bytes*: the kernel's answer, or queued. */
static int
send_bytes(Datagram *self, PyObject *bytes, const struct sockaddr_storage *address, socklen_t length)
{
    Loop *loop = self->loop;
    const void *to = length ? address : NULL;
    int64_t code = -EAGAIN;
    if (likely(self->waiting == NULL || PyList_GET_SIZE(self->waiting) == 0)) {
        /* Nearly always it goes at once: that needs no crossing to Go. */
        code = loop->api->send_now(self->fd, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), to, length);
        if (likely(code >= 0)) {
            return 0;
        }
    }
    if (code == -EAGAIN) {
        code = loop->api->dgram_queue(loop->engine, self->id, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), to, length);
    }
    if (code < 0) {
        return tell_error(self, code);
    }
    if (self->waiting == NULL && (self->waiting = PyList_New(0)) == NULL) {
        return -1;
    }
    if (PyList_Append(self->waiting, bytes) < 0) {
        return -1;
    }
    self->queued += (size_t)PyBytes_GET_SIZE(bytes);
    return maybe_pause(self);
}

/* The numbers of *target*; names are looked up, which blocks, as it does in socket.sendto. */
static int
resolve(Datagram *self, PyObject *target, struct sockaddr_storage *address, socklen_t *length)
{
    if (address_parse(self->family, target, address, length)) {
        return 0;
    }
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

/* Send to *target*, NULL for the socket's own peer. */
static int
send_to(Datagram *self, PyObject *bytes, PyObject *target)
{
    struct sockaddr_storage address;
    socklen_t length = 0;
    if (!CONNECTED(self)) {
        if (loop_check_open(self->loop) == 0) {
            PyErr_SetString(PyExc_RuntimeError, "the transport is not connected");
        }
        return -1;
    }
    if (target == NULL) {
        return send_bytes(self, bytes, NULL, 0);
    }
    Peer *peer = self->last;
    if (likely(peer != NULL && peer->object == target)) {
        return send_bytes(self, bytes, &peer->address, peer->length);
    }
    if (resolve(self, target, &address, &length) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_OSError)) {
            return -1;
        }
        PyObject *error = take_exception();
        PyObject *protocol = new_reference(self->protocol);
        PyObject *result = PyObject_CallMethodOneArg(protocol, names.error_received, error);
        Py_DECREF(protocol);
        Py_DECREF(error);
        Py_XDECREF(result);
        return result ? 0 : -1;
    }
    return send_bytes(self, bytes, &address, length);
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
    int code = 0;
#if PY_VERSION_HEX < 0x030d0000
    /* Only newer Pythons send empty datagrams. */
    if (PyBytes_GET_SIZE(bytes) == 0) {
        Py_DECREF(bytes);
        Py_RETURN_NONE;
    }
#endif
    if (self->address != NULL && target != Py_None && target != self->address) {
        int same = PyObject_RichCompareBool(target, self->address, Py_EQ);
        if (same <= 0) {
            if (same == 0) {
                PyErr_Format(PyExc_ValueError, "Invalid address: must be None or %S", self->address);
            }
            code = -1;
        }
    }
    if (code == 0 && self->conn_lost) {
        if (self->address != NULL && self->conn_lost >= WARN_AFTER) {
            code = settle(self, PyObject_CallMethodNoArgs((PyObject *)self, names._warn_lost));
        }
        self->conn_lost++;
    }
    else if (code == 0) {
        target = self->connected ? NULL : self->address ? self->address : target;
        code = send_to(self, bytes, target);
    }
    Py_DECREF(bytes);
    return code < 0 ? NULL : new_reference(Py_None);
}

/* Events. */

static int
on_event(PyObject *object, const aio_event *event)
{
    Datagram *self = (Datagram *)object;
    if (unlikely(self->protocol == NULL || self->conn_lost)) {
        return 0;
    }
    switch (event->kind) {
    case AIO_EV_READABLE:
        return on_readable(self);
    case AIO_EV_ERROR:
        return self->closing ? 0 : tell_error(self, event->result);
    case AIO_EV_SENT:
        return take_off_queue(self, (Py_ssize_t)event->result);
    case AIO_EV_SEND_FAILED: {
        int code = tell_error(self, event->result);
        return code < 0 ? code : take_off_queue(self, 1);
    }
    default:
        return 0;
    }
}

static int
restore(PyObject *object)
{
    Datagram *self = (Datagram *)object;
    if (self->id == 0) {
        return 0;
    }
    Py_CLEAR(self->waiting); /* the parent sends it */
    self->queued = 0;
    return attach(self);
}

/* Methods for aiohub/_transports.py. */

static PyObject *
method_open(Datagram *self, PyObject *args)
{
    Loop *loop;
    PyObject *sock, *address;
    int connected;
    if (!PyArg_ParseTuple(args, "O!OiiOp", &Loop_Type, &loop, &sock, &self->fd, &self->family, &address, &connected)
        || loop_check_open(loop) < 0) {
        return NULL;
    }
    self->event = on_event;
    self->restore = restore;
    self->connected = connected;
    Py_XSETREF(self->loop, (Loop *)new_reference((PyObject *)loop));
    Py_XSETREF(self->sock, new_reference(sock));
    Py_XSETREF(self->address, PyObject_IsTrue(address) > 0 ? new_reference(address) : NULL);
    Py_XSETREF(self->context, PyContext_CopyCurrent());
    if (self->context == NULL || slots_add(&loop->objects, (PyObject *)self, &self->token) < 0) {
        return NULL;
    }
    if (attach(self) < 0) {
        slots_remove(&loop->objects, self->token);
        return NULL;
    }
    Py_RETURN_NONE;
}

static void
leave_engine(Datagram *self)
{
    if (CONNECTED(self)) {
        self->loop->api->close(self->loop->engine, self->id);
    }
    self->id = 0;
    Py_CLEAR(self->waiting);
    self->queued = 0;
}

static PyObject *
method_give_up(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    leave_engine(self);
    Py_RETURN_NONE;
}

static PyObject *
method_detach(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    leave_engine(self);
    slots_remove(&self->loop->objects, self->token);
    Py_RETURN_NONE;
}

static PyObject *
set_reading(Datagram *self, bool on)
{
    self->reading = on;
    return apply_reading(self) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
method_start(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    return set_reading(self, true);
}

static PyObject *
method_stop(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    return set_reading(self, false);
}

static PyObject *
set_paused(Datagram *self, bool on)
{
    if (self->closing) {
        Py_RETURN_NONE;
    }
    self->paused = on;
    return apply_reading(self) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
method_pause(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    return set_paused(self, true);
}

static PyObject *
method_resume(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    return set_paused(self, false);
}

static PyObject *
is_closing(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(self->closing);
}

static PyObject *
is_reading(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(!self->closing && !self->paused);
}

static PyObject *
get_protocol(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    return new_reference(self->protocol ? self->protocol : Py_None);
}

static PyObject *
set_protocol(Datagram *self, PyObject *protocol)
{
    Py_XSETREF(self->protocol, protocol == Py_None ? NULL : new_reference(protocol));
    Py_RETURN_NONE;
}

static PyObject *
buffer_size(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromSize_t(self->queued);
}

static PyObject *
get_limits(Datagram *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("nn", (Py_ssize_t)self->low, (Py_ssize_t)self->high);
}

static PyObject *
set_limits(Datagram *self, PyObject *args)
{
    Py_ssize_t low, high;
    if (!PyArg_ParseTuple(args, "nn", &low, &high)) {
        return NULL;
    }
    self->low = (size_t)low;
    self->high = (size_t)high;
    return maybe_pause(self) < 0 ? NULL : new_reference(Py_None);
}

/* Life. */

static int
traverse(Datagram *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->extra);
    Py_VISIT(self->loop);
    Py_VISIT(self->protocol);
    Py_VISIT(self->sock);
    Py_VISIT(self->context);
    Py_VISIT(self->address);
    Py_VISIT(self->waiting);
    return 0;
}

static int
clear(Datagram *self)
{
    Py_CLEAR(self->extra);
    Py_CLEAR(self->loop);
    Py_CLEAR(self->protocol);
    Py_CLEAR(self->sock);
    Py_CLEAR(self->context);
    Py_CLEAR(self->address);
    Py_CLEAR(self->waiting);
    self->last = NULL;
    for (int i = 0; i < PEERS; i++) {
        Py_CLEAR(self->peers[i].object);
    }
    return 0;
}

static void
dealloc(Datagram *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    clear(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"sendto", (PyCFunction)(void (*)(void))method_sendto, METH_FASTCALL | METH_KEYWORDS, "Send one datagram."},
    {"pause_reading", (PyCFunction)method_pause, METH_NOARGS, "Receive no more until resume_reading."},
    {"resume_reading", (PyCFunction)method_resume, METH_NOARGS, "End pause_reading."},
    {"is_closing", (PyCFunction)is_closing, METH_NOARGS, "Whether the transport is closing or closed."},
    {"is_reading", (PyCFunction)is_reading, METH_NOARGS, "Whether the transport receives."},
    {"get_protocol", (PyCFunction)get_protocol, METH_NOARGS, "The protocol; None when it has been lost."},
    {"get_write_buffer_size", (PyCFunction)buffer_size, METH_NOARGS, "Bytes that wait to be sent."},
    {"get_write_buffer_limits", (PyCFunction)get_limits, METH_NOARGS, "The water marks (low, high) in bytes."},
    {"set_protocol", (PyCFunction)set_protocol, METH_O, "Have another protocol get what is received from now on."},
    {"_open", (PyCFunction)method_open, METH_VARARGS, NULL},
    {"_give_up", (PyCFunction)method_give_up, METH_NOARGS, NULL},
    {"_detach", (PyCFunction)method_detach, METH_NOARGS, NULL},
    {"_start_reading", (PyCFunction)method_start, METH_NOARGS, NULL},
    {"_stop_reading", (PyCFunction)method_stop, METH_NOARGS, NULL},
    {"_set_limits", (PyCFunction)set_limits, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"_loop", T_OBJECT, offsetof(Datagram, loop), READONLY, NULL},
    {"_sock", T_OBJECT, offsetof(Datagram, sock), 0, NULL},
    {"_sock_fd", T_INT, offsetof(Datagram, fd), READONLY, NULL},
    {"_protocol", T_OBJECT, offsetof(Datagram, protocol), READONLY, NULL},
    {"_address", T_OBJECT, offsetof(Datagram, address), READONLY, NULL},
    {"_conn_lost", T_INT, offsetof(Datagram, conn_lost), 0, NULL},
    {"_closing", T_BOOL, offsetof(Datagram, closing), 0, NULL},
    {"_paused", T_BOOL, offsetof(Datagram, paused), READONLY, NULL},
    {"_protocol_paused", T_BOOL, offsetof(Datagram, protocol_paused), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "The hot half of a datagram transport."},
    {Py_tp_dealloc, dealloc},
    {Py_tp_traverse, traverse},
    {Py_tp_clear, clear},
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {0, NULL},
};

PyType_Spec datagram_spec = {
    .name = "aiohub._shim.Datagram",
    .basicsize = sizeof(Datagram),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};
