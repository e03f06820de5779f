/* Stream transports: the hot half of TCP and Unix connections; aiohub/_loop/transports.py has the rest.
 *
 * The engine says which streams are readable; each is read when its turn in the events has come, right before its
 * protocol is called. A write is tried at once; what the kernel does not take waits here and in the engine, which sends
 * it gathered when the socket is writable.
 */

#include "transports/stream.h"

/* Reading. */

/* The engine has answered *code*, which is negative. */
static int
fail_with_code(Stream *stream, int64_t code, PyObject *message)
{
    (void)raise_engine(stream->base.loop->api, code);
    return transport_fail(&stream->base, message);
}

/* A read of this size is worth the memory of its own that the next one gets. */
#define LARGE (64 * 1024)

/* Read into a new bytes object. Most reads are small, and go through the loop's buffer into an object of the right
 * size. One after a large read goes straight into an object with twice the room, which is then cut: copying a large one
 * costs more. */
static int64_t
read_bytes(Stream *stream, PyObject **bytes)
{
    Loop *loop = stream->base.loop;
    int64_t got;
    *bytes = NULL;
    if (likely(stream->last_read < LARGE)) {
        char *buffer = loop_read_buffer(loop);
        if (unlikely(buffer == NULL)) {
            return 1;
        }
        got = loop->api->recv_now(stream->base.fd, buffer, READ_MAX);
        if (likely(got > 0)) {
            *bytes = PyBytes_FromStringAndSize(buffer, (Py_ssize_t)got);
        }
    }
    else {
        Py_ssize_t room = Py_MIN(2 * stream->last_read, READ_MAX);
        if ((*bytes = PyBytes_FromStringAndSize(NULL, room)) == NULL) {
            return 1;
        }
        got = loop->api->recv_now(stream->base.fd, PyBytes_AS_STRING(*bytes), room);
        if (unlikely(got <= 0)) {
            Py_CLEAR(*bytes);
        }
        else if (got < room) {
            (void)_PyBytes_Resize(bytes, (Py_ssize_t)got);
        }
    }
    stream->last_read = got > 0 ? (Py_ssize_t)got : 0;
    return got;
}

static int
deliver_bytes(Stream *stream, PyObject *bytes)
{
    PyObject *protocol = new_reference(stream->base.protocol);
    PyObject *args[] = {protocol, bytes};
    PyObject *result = PyObject_VectorcallMethod(names.data_received, args, 2, NULL);
    Py_DECREF(protocol);
    if (likely(result != NULL)) {
        Py_DECREF(result);
        return 0;
    }
    return transport_fail(&stream->base, names.data_received_failed);
}

/* The protocol's buffer for what is to come, at least one byte; 0 if it failed and the connection is lost. */
static int
ask_for_buffer(Stream *stream, PyObject *protocol, Py_buffer *view)
{
    PyObject *hint = PyLong_FromLong(-1);
    PyObject *args[] = {protocol, hint};
    PyObject *buffer = hint ? PyObject_VectorcallMethod(names.get_buffer, args, 2, NULL) : NULL;
    Py_XDECREF(hint);
    if (buffer != NULL) {
        int code = PyObject_GetBuffer(buffer, view, PyBUF_WRITABLE);
        Py_DECREF(buffer);
        if (code == 0) {
            if (view->len > 0) {
                return 1;
            }
            PyBuffer_Release(view);
            PyErr_SetString(PyExc_RuntimeError, "get_buffer() returned an empty buffer");
        }
    }
    return transport_fail(&stream->base, names.get_buffer_failed);
}

static int
buffer_updated(Stream *stream, PyObject *protocol, Py_ssize_t length)
{
    PyObject *count = PyLong_FromSsize_t(length);
    PyObject *args[] = {protocol, count};
    PyObject *result = count ? PyObject_VectorcallMethod(names.buffer_updated, args, 2, NULL) : NULL;
    Py_XDECREF(count);
    if (likely(result != NULL)) {
        Py_DECREF(result);
        return 0;
    }
    return transport_fail(&stream->base, names.buffer_updated_failed);
}

static int
on_eof(Stream *stream)
{
    PyObject *protocol = new_reference(stream->base.protocol);
    PyObject *result = PyObject_CallMethodNoArgs((PyObject *)stream, names._on_eof);
    Py_DECREF(protocol);
    if (result == NULL) {
        return transport_fail(&stream->base, names.eof_received_failed);
    }
    Py_DECREF(result);
    return 0;
}

/* What a read has brought that is no data: the end of the stream, an error, or nothing. */
static int
on_no_data(Stream *stream, int64_t got)
{
    if (got == 0) {
        return on_eof(stream);
    }
    if (got == -EAGAIN) {
        return 0; /* said too often: by a turn that has read it already */
    }
    return fail_with_code(stream, got, names.read_failed);
}

/* Read straight into the buffer of a BufferedProtocol. */
static int
read_into_protocol(Stream *stream)
{
    Transport *base = &stream->base;
    PyObject *protocol = new_reference(base->protocol);
    Py_buffer view;
    int code = ask_for_buffer(stream, protocol, &view);
    if (likely(code > 0)) {
        int64_t got = -EAGAIN; /* if get_buffer has paused or closed the transport, or given it another protocol */
        if (likely(transport_wants_data(base) && base->protocol == protocol && transport_is_connected(base))) {
            got = base->loop->api->recv_now(base->fd, view.buf, view.len);
        }
        PyBuffer_Release(&view);
        code = likely(got > 0) ? buffer_updated(stream, protocol, (Py_ssize_t)got) : on_no_data(stream, got);
    }
    Py_DECREF(protocol);
    return code;
}

/* Read straight into the buffer of a StreamReader. */
static int
read_into_reader(Stream *stream)
{
    Loop *loop = stream->base.loop;
    char *buffer = loop_read_buffer(loop);
    if (unlikely(buffer == NULL)) {
        return transport_fail(&stream->base, names.read_failed);
    }
    int64_t got = loop->api->recv_now(stream->base.fd, buffer, READ_MAX);
    if (unlikely(got <= 0)) {
        return on_no_data(stream, got);
    }
    PyObject *reader = new_reference(stream->reader);
    int done = reader_feed(reader, (PyObject *)stream, buffer, (Py_ssize_t)got);
    Py_DECREF(reader);
    return done < 0 ? transport_fail(&stream->base, names.data_received_failed) : 0;
}

/* Read once and give it to the protocol: what is left is reported again in the next turn, after everybody else's. */
static int
on_readable(Stream *stream)
{
    if (unlikely(!transport_wants_data(&stream->base) || !transport_is_connected(&stream->base))) {
        return 0; /* paused or closed by an earlier callback of this turn */
    }
    if (stream->buffered) {
        return read_into_protocol(stream);
    }
    if (stream->reader != NULL) {
        return read_into_reader(stream);
    }
    PyObject *bytes;
    int64_t got = read_bytes(stream, &bytes);
    if (unlikely(got <= 0)) {
        return on_no_data(stream, got);
    }
    if (unlikely(bytes == NULL)) {
        return transport_fail(&stream->base, names.read_failed);
    }
    int code = deliver_bytes(stream, bytes);
    Py_DECREF(bytes);
    return code;
}

/* Writing. */

static bool
has_empty_waiter(const Stream *stream)
{
    return unlikely(stream->empty_waiter != NULL && stream->empty_waiter != Py_None);
}

/* The engine has sent *sent* more bytes of what waits. */
static int
on_wrote(Stream *stream, int64_t sent)
{
    Transport *base = &stream->base;
    const unsigned long forks = fork_count;
    outgoing_take_bytes(&base->outgoing, (size_t)sent);
    if (transport_maybe_resume(base) < 0) { /* may write more */
        return -1;
    }
    /* In the child of a fork made there the queue is empty because the parent sends it: nothing has drained. */
    if (base->outgoing.count != 0 || base->conn_lost || unlikely(forks != fork_count)) {
        return 0;
    }
    return transport_settle(base, PyObject_CallMethodNoArgs((PyObject *)stream, names._on_drained));
}

static int
may_write(Stream *stream)
{
    if (unlikely(stream->eof)) {
        PyErr_SetString(PyExc_RuntimeError, "Cannot call write() after write_eof()");
        return -1;
    }
    if (has_empty_waiter(stream)) {
        PyErr_SetString(PyExc_RuntimeError, "unable to write; sendfile is in progress");
        return -1;
    }
    return 0;
}

/* Have the engine send what *bytes* has from *start* on, the kernel having taken the rest. */
static int
queue_bytes(Stream *stream, PyObject *bytes, Py_ssize_t start)
{
    Transport *base = &stream->base;
    Loop *loop = base->loop;
    if (unlikely(outgoing_reserve(&base->outgoing) < 0)) {
        /* Without its rest what was sent is of no use: the stream must not go on after it. */
        return start == 0 ? -1 : transport_fail(base, names.write_failed);
    }
    if (unlikely(transport_enter(base) < 0)) {
        return transport_fail(base, names.write_failed);
    }
    const char *rest = PyBytes_AS_STRING(bytes) + start;
    int64_t code = loop->api->stream_queue(loop->engine, base->id, rest, PyBytes_GET_SIZE(bytes) - start);
    if (unlikely(code < 0)) {
        transport_detach(base);
        return fail_with_code(stream, code, names.write_failed);
    }
    outgoing_push(&base->outgoing, bytes, start);
    return transport_maybe_pause(base);
}

/* Send bytes: what the kernel does not take now is queued in the engine and kept alive here. */
static int
write_bytes(Stream *stream, PyObject *bytes)
{
    Transport *base = &stream->base;
    Py_ssize_t length = PyBytes_GET_SIZE(bytes);
    if (unlikely(length == 0)) {
        return 0;
    }
    if (unlikely(base->conn_lost)) {
        return transport_drop_write(base, true);
    }
    if (unlikely(transport_check_connected(base) < 0)) {
        return -1;
    }
    int64_t sent = 0;
    if (likely(base->outgoing.count == 0)) {
        /* Nearly always all of it goes at once: that needs no crossing to Go. */
        sent = base->loop->api->send_now(base->fd, PyBytes_AS_STRING(bytes), length, NULL, 0);
        if (likely(sent == length)) {
            return 0;
        }
        if (unlikely(sent < 0 && sent != -EAGAIN)) {
            return fail_with_code(stream, sent, names.write_failed);
        }
        sent = sent < 0 ? 0 : sent;
    }
    return queue_bytes(stream, bytes, (Py_ssize_t)sent);
}

static PyObject *
stream_write(Stream *stream, PyObject *data)
{
    PyObject *bytes;
    if (likely(PyBytes_CheckExact(data))) {
        bytes = new_reference(data);
    }
    else if (PyBytes_Check(data) || PyByteArray_Check(data) || PyMemoryView_Check(data)) {
        bytes = PyBytes_FromObject(data); /* what can change is copied: some of it may have to wait */
    }
    else {
        PyErr_Format(PyExc_TypeError, "data argument must be a bytes-like object, not '%s'", short_name(Py_TYPE(data)));
        return NULL;
    }
    if (bytes == NULL) {
        return NULL;
    }
    int code = may_write(stream);
    if (likely(code == 0)) {
        code = write_bytes(stream, bytes);
    }
    Py_DECREF(bytes);
    return code < 0 ? NULL : new_reference(Py_None);
}

/* Several pieces at once: the kernel gets them gathered. */
static PyObject *
stream_writelines(Stream *stream, PyObject *lines)
{
    PyObject *joined = PyObject_CallMethodOneArg(names.empty_bytes, names.join, lines);
    if (joined == NULL) {
        return NULL;
    }
    PyObject *result = stream_write(stream, joined);
    Py_DECREF(joined);
    return result;
}

/* Events. */

/* sendfile waits for the queue to drain, which it will not. */
static int
fail_empty_waiter(Stream *stream, int code)
{
    PyObject *waiter = new_reference(stream->empty_waiter);
    PyObject *done = PyObject_CallMethodNoArgs(waiter, names.done);
    if (done == Py_False) {
        PyObject *error = os_error(code);
        Py_SETREF(done, error ? PyObject_CallMethodOneArg(waiter, names.set_exception, error) : NULL);
        Py_XDECREF(error);
    }
    Py_DECREF(waiter);
    return transport_settle(&stream->base, done);
}

static int
on_error(Stream *stream, const aio_event *event)
{
    Transport *base = &stream->base;
    int code = (int)-event->result;
    bool writing = event->flags & AIO_OUT;
    if (base->conn_lost || (base->closing && !writing)) {
        return 0;
    }
    transport_detach(base);
    int result = fail_with_code(stream, -code, writing ? names.write_failed : names.read_failed);
    return result == 0 && writing && has_empty_waiter(stream) ? fail_empty_waiter(stream, code) : result;
}

static int
on_event(Transport *transport, const aio_event *event)
{
    Stream *stream = (Stream *)transport;
    if (unlikely(transport->protocol == NULL)) {
        return 0; /* connection_lost was called */
    }
    switch (event->kind) {
    case AIO_EV_READABLE:
        return on_readable(stream);
    case AIO_EV_WROTE:
        return transport->conn_lost ? 0 : on_wrote(stream, event->result);
    case AIO_EV_ERROR:
        return on_error(stream, event);
    default:
        return 0;
    }
}

static int64_t
open_in_engine(Transport *transport, uint32_t flags)
{
    const Loop *loop = transport->loop;
    return loop->api->stream_open(loop->engine, transport->fd, flags, transport->token);
}

const TransportKind stream_kind = {.open = open_in_engine, .event = on_event};

/* Methods for aiohub/_loop/transports.py. */

/* Leave the engine for a while: somebody else uses the descriptor, which no longer has anything queued. */
static PyObject *
stream_suspend(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    transport_detach(&stream->base);
    if (stream->base.loop != NULL) {
        transport_unnote(&stream->base);
    }
    Py_RETURN_NONE;
}

static PyObject *
stream_unsuspend(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    Transport *base = &stream->base;
    if (base->sock == NULL || base->sock == Py_None || base->loop == NULL || base->loop->closed || base->connected) {
        Py_RETURN_NONE; /* lost meanwhile */
    }
    return transport_note(base) < 0 || transport_attach(base) < 0 ? NULL : new_reference(Py_None);
}

/* Life. */

#define STREAM_REFERENCES(REFERENCE) REFERENCE(server) REFERENCE(reader) REFERENCE(empty_waiter) REFERENCE(described)

static int
stream_traverse(Stream *self, visitproc visit, void *arg)
{
    STREAM_REFERENCES(VISIT_REFERENCE)
    return transport_traverse(&self->base, visit, arg);
}

static int
stream_clear(Stream *self)
{
    STREAM_REFERENCES(CLEAR_REFERENCE)
    return transport_clear(&self->base);
}

static void
stream_dealloc(Stream *stream)
{
    PyObject_GC_UnTrack(stream);
    Py_TRASHCAN_BEGIN(stream, stream_dealloc)
    stream_clear(stream);
    transport_free(&stream->base);
    Py_TRASHCAN_END
}

static PyMethodDef stream_methods[] = {
    {"write", (PyCFunction)stream_write, METH_O, "Send *data*; what cannot be sent now is kept and sent later."},
    {"writelines", (PyCFunction)stream_writelines, METH_O, "Send a list of bytes-like objects."},
    {"set_protocol", (PyCFunction)stream_set_protocol, METH_O, "Have *protocol* get what is received from now on."},
    {"close", (PyCFunction)stream_close, METH_NOARGS,
     "Close when what waits has been sent; nothing is received any more."},
    {"_let_go", (PyCFunction)stream_let_go, METH_NOARGS, "Give the descriptor back."},
    {"_suspend", (PyCFunction)stream_suspend, METH_NOARGS, NULL},
    {"_unsuspend", (PyCFunction)stream_unsuspend, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef stream_members[] = {
    {"_server", T_OBJECT, offsetof(Stream, server), 0, NULL},
    {"_empty_waiter", T_OBJECT, offsetof(Stream, empty_waiter), 0, NULL},
    {"_eof", T_BOOL, offsetof(Stream, eof), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef stream_getset[] = {
    {"_extra", (getter)stream_get_extra, (setter)stream_set_extra, "What get_extra_info knows.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

TRANSPORT_TYPE(stream, Stream, "Stream", "The hot half of a stream transport.", {Py_tp_init, stream_init},
               {Py_tp_getset, stream_getset}, )
