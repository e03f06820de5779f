/* Stream transports: the hot half of TCP and Unix connections; aiohub/_transports.py has the rest.
 *
 * The engine says which streams are readable; each is read when its turn in the events has come, right before its
 * protocol is called. A write is tried at once; what the kernel does not take waits here and in the engine, which sends it
 * gathered when the socket is writable.
 */

#include "shim.h"

/* After how many vain writes to a lost connection asyncio begins to warn. */
#define WARN_AFTER 5

/* Reading. */

static bool
wants_data(Stream *stream)
{
    return stream->reading && !stream->paused && !stream->closing && !stream->conn_lost && stream->protocol != NULL;
}

/* Tell the engine whether to say that there is something to read. */
static int
apply_reading(Stream *stream)
{
    if (!CONNECTED(stream)) {
        return 0;
    }
    Loop *loop = stream->loop;
    bool reads = wants_data(stream);
    if (stream->engine_reads == reads) {
        return 0;
    }
    int64_t code = loop->api->reading(loop->engine, stream->id, reads);
    stream->engine_reads = reads;
    return code < 0 ? raise_engine(loop->api, code) : 0;
}

/* A callback of the protocol failed: the connection is lost, as `_fatal_error` says. 0, or -1 to end the loop. */
static int
fail(Stream *stream, PyObject *message)
{
    if (exception_ends_loop()) {
        return -1;
    }
    PyObject *error = take_exception();
    PyObject *result = PyObject_CallMethodObjArgs((PyObject *)stream, names._fatal_error, error, message, NULL);
    Py_DECREF(error);
    Py_XDECREF(result);
    if (result != NULL) {
        return 0;
    }
    if (exception_ends_loop()) {
        return -1;
    }
    return loop_report(stream->loop, names._transport_failed, (PyObject *)stream, NULL);
}

/* The engine has answered *code*, which is negative. */
static int
fail_with_code(Stream *stream, int64_t code, PyObject *message)
{
    (void)raise_engine(stream->loop->api, code);
    return fail(stream, message);
}

/* A read of this size is worth the memory of its own that the next one gets. */
#define LARGE (64 * 1024)

/*
 * Read into a new bytes object. Most reads are small, and go through the loop's buffer into an object of the right size. One after a large
 * read goes straight into an object with twice the room, which is then cut: copying a large one costs more.
 */
static int64_t
read_bytes(Stream *stream, PyObject **bytes)
{
    const EngineApi *api = stream->loop->api;
    int64_t got;
    *bytes = NULL;
    if (likely(stream->last_read < LARGE)) {
        char *buffer = stream->loop->read_buffer;
        got = api->recv_now(stream->fd, buffer, READ_MAX);
        if (likely(got > 0)) {
            *bytes = PyBytes_FromStringAndSize(buffer, (Py_ssize_t)got);
        }
    }
    else {
        Py_ssize_t room = Py_MIN(2 * stream->last_read, READ_MAX);
        if ((*bytes = PyBytes_FromStringAndSize(NULL, room)) == NULL) {
            return 1;
        }
        got = api->recv_now(stream->fd, PyBytes_AS_STRING(*bytes), room);
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
    PyObject *protocol = new_reference(stream->protocol);
    PyObject *args[] = {protocol, bytes};
    PyObject *result = PyObject_VectorcallMethod(names.data_received, args, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(protocol);
    if (likely(result != NULL)) {
        Py_DECREF(result);
        return 0;
    }
    return fail(stream, names.data_received_failed);
}

/* The protocol's buffer for what is to come, at least one byte; 0 if it failed and the connection is lost. */
static int
ask_for_buffer(Stream *stream, Py_buffer *view)
{
    PyObject *protocol = new_reference(stream->protocol);
    PyObject *hint = PyLong_FromLong(-1);
    PyObject *args[] = {protocol, hint};
    PyObject *buffer = hint ? PyObject_VectorcallMethod(names.get_buffer, args, 2, NULL) : NULL;
    Py_XDECREF(hint);
    Py_DECREF(protocol);
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
    return fail(stream, names.get_buffer_failed);
}

static int
buffer_updated(Stream *stream, Py_ssize_t length)
{
    PyObject *protocol = new_reference(stream->protocol);
    PyObject *count = PyLong_FromSsize_t(length);
    PyObject *args[] = {protocol, count};
    PyObject *result = count ? PyObject_VectorcallMethod(names.buffer_updated, args, 2, NULL) : NULL;
    Py_XDECREF(count);
    Py_DECREF(protocol);
    if (likely(result != NULL)) {
        Py_DECREF(result);
        return 0;
    }
    return fail(stream, names.buffer_updated_failed);
}

static int
on_eof(Stream *stream)
{
    PyObject *protocol = new_reference(stream->protocol);
    PyObject *result = PyObject_CallMethodNoArgs((PyObject *)stream, names._on_eof);
    Py_DECREF(protocol);
    if (result == NULL) {
        return fail(stream, names.eof_received_failed);
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
    Py_buffer view;
    int code = ask_for_buffer(stream, &view);
    if (code <= 0) {
        return code;
    }
    if (!CONNECTED(stream)) {
        PyBuffer_Release(&view);
        return 0; /* get_buffer() has closed the transport */
    }
    int64_t got = stream->loop->api->recv_now(stream->fd, view.buf, view.len);
    PyBuffer_Release(&view);
    return likely(got > 0) ? buffer_updated(stream, (Py_ssize_t)got) : on_no_data(stream, got);
}

/* Read once and give it to the protocol: what is left is reported again in the next turn, after everybody else's. */
static int
on_readable(Stream *stream)
{
    if (unlikely(!wants_data(stream) || !CONNECTED(stream))) {
        return 0; /* paused or closed by an earlier callback of this turn */
    }
    if (stream->buffered) {
        return read_into_protocol(stream);
    }
    if (stream->reader != NULL) {
        char *buffer = stream->loop->read_buffer;
        int64_t got = stream->loop->api->recv_now(stream->fd, buffer, READ_MAX);
        if (unlikely(got <= 0)) {
            return on_no_data(stream, got);
        }
        PyObject *reader = new_reference(stream->reader);
        int done = reader_feed(reader, (PyObject *)stream, buffer, (Py_ssize_t)got);
        Py_DECREF(reader);
        return done < 0 ? fail(stream, names.data_received_failed) : 0;
    }
    PyObject *bytes;
    int64_t got = read_bytes(stream, &bytes);
    if (unlikely(got <= 0)) {
        return on_no_data(stream, got);
    }
    if (unlikely(bytes == NULL)) {
        return fail(stream, names.read_failed);
    }
    int code = deliver_bytes(stream, bytes);
    Py_DECREF(bytes);
    return code;
}

/* Writing. */

static void
drop_queue(Stream *stream)
{
    /* Dropping bytes runs no code of anybody's: the queue stays as it is. */
    while (stream->queue_count) {
        Piece *piece = &stream->queue[stream->queue_head++];
        stream->queue_count--;
        Py_DECREF(piece->bytes);
    }
    stream->queue_head = 0;
    stream->queued = 0;
}

/* Keep *bytes*, of which the engine has queued all from *start* on. */
static int
enqueue(Stream *stream, PyObject *bytes, Py_ssize_t start)
{
    if (stream->queue_head + stream->queue_count == stream->queue_size) {
        if (stream->queue_head > stream->queue_size / 2) {
            memmove(stream->queue, stream->queue + stream->queue_head, stream->queue_count * sizeof(Piece));
        }
        else {
            size_t size = stream->queue_size ? stream->queue_size * 2 : 8;
            Piece *larger = PyMem_New(Piece, size);
            if (larger == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            if (stream->queue_count) {
                memcpy(larger, stream->queue + stream->queue_head, stream->queue_count * sizeof(Piece));
            }
            PyMem_Free(stream->queue);
            stream->queue = larger;
            stream->queue_size = size;
        }
        stream->queue_head = 0;
    }
    Piece *piece = &stream->queue[stream->queue_head + stream->queue_count++];
    piece->bytes = new_reference(bytes);
    piece->start = start;
    piece->length = PyBytes_GET_SIZE(bytes) - start;
    stream->queued += (size_t)piece->length;
    return 0;
}

/* pause_writing and resume_writing of the protocol; what they raise goes to the loop's exception handler. */
static int
call_flow(Stream *stream, PyObject *method, PyObject *message)
{
    if (stream->protocol == NULL) {
        return 0;
    }
    PyObject *protocol = new_reference(stream->protocol);
    PyObject *result = PyObject_CallMethodNoArgs(protocol, method);
    Py_DECREF(protocol);
    if (result != NULL) {
        Py_DECREF(result);
        return 0;
    }
    if (exception_ends_loop()) {
        return -1;
    }
    PyObject *error = take_exception();
    result = PyObject_CallMethodObjArgs((PyObject *)stream, names._flow_failed, error, message, NULL);
    Py_DECREF(error);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

static int
maybe_pause(Stream *stream)
{
    if (likely(stream->queued <= stream->high) || stream->protocol_paused) {
        return 0;
    }
    stream->protocol_paused = true;
    return call_flow(stream, names.pause_writing, names.pause_writing_failed);
}

static int
maybe_resume(Stream *stream)
{
    if (!stream->protocol_paused || stream->queued > stream->low) {
        return 0;
    }
    stream->protocol_paused = false;
    return call_flow(stream, names.resume_writing, names.resume_writing_failed);
}

/* The engine has sent *sent* more bytes of what waits. */
static int
take_off_queue(Stream *stream, int64_t sent)
{
    stream->queued -= (size_t)sent;
    while (sent > 0 && stream->queue_count) {
        Piece *piece = &stream->queue[stream->queue_head];
        if (sent < piece->length) {
            piece->start += sent;
            piece->length -= sent;
            break;
        }
        sent -= piece->length;
        PyObject *bytes = piece->bytes;
        stream->queue_head++;
        stream->queue_count--;
        Py_DECREF(bytes);
    }
    if (maybe_resume(stream) < 0) { /* may write more */
        return -1;
    }
    if (stream->queue_count != 0 || stream->conn_lost) {
        return 0;
    }
    stream->queue_head = 0;
    PyObject *result = PyObject_CallMethodNoArgs((PyObject *)stream, names._on_drained);
    Py_XDECREF(result);
    if (result == NULL && !exception_ends_loop()) {
        return loop_report(stream->loop, names._transport_failed, (PyObject *)stream, NULL);
    }
    return result ? 0 : -1;
}

static int
may_write(Stream *stream)
{
    if (unlikely(stream->eof)) {
        PyErr_SetString(PyExc_RuntimeError, "Cannot call write() after write_eof()");
        return -1;
    }
    if (unlikely(stream->empty_waiter != NULL && stream->empty_waiter != Py_None)) {
        PyErr_SetString(PyExc_RuntimeError, "unable to write; sendfile is in progress");
        return -1;
    }
    return 0;
}

static int
drop_write(Stream *stream)
{
    if (stream->conn_lost >= WARN_AFTER) {
        PyObject *result = PyObject_CallMethodNoArgs((PyObject *)stream, names._warn_lost);
        Py_XDECREF(result);
        if (result == NULL) {
            return -1;
        }
    }
    stream->conn_lost++;
    return 0;
}

/* Send bytes: what the kernel does not take now is queued in the engine and kept alive here. */
static int
write_bytes(Stream *stream, PyObject *bytes)
{
    Py_ssize_t length = PyBytes_GET_SIZE(bytes);
    if (unlikely(length == 0)) {
        return 0;
    }
    if (unlikely(stream->conn_lost)) {
        return drop_write(stream);
    }
    if (unlikely(!CONNECTED(stream))) {
        if (loop_check_open(stream->loop) == 0) {
            PyErr_SetString(PyExc_RuntimeError, "the transport is not connected");
        }
        return -1;
    }
    Loop *loop = stream->loop;
    const char *start = PyBytes_AS_STRING(bytes);
    int64_t sent = 0;
    if (likely(stream->queue_count == 0)) {
        /* Nearly always all of it goes at once: that needs no crossing to Go. */
        sent = loop->api->send_now(stream->fd, start, length, NULL, 0);
        if (likely(sent == length)) {
            return 0;
        }
        if (unlikely(sent < 0 && sent != -EAGAIN)) {
            return fail_with_code(stream, sent, names.write_failed);
        }
        sent = sent < 0 ? 0 : sent;
    }
    int64_t code = loop->api->stream_queue(loop->engine, stream->id, start + sent, length - sent);
    if (unlikely(code < 0)) {
        drop_queue(stream);
        return fail_with_code(stream, code, names.write_failed);
    }
    if (enqueue(stream, bytes, sent) < 0) {
        return -1;
    }
    return maybe_pause(stream);
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

static int
on_error(Stream *stream, const aio_event *event)
{
    int code = (int)-event->result;
    bool writing = event->flags & AIO_OUT;
    if (stream->conn_lost || (stream->closing && !writing)) {
        return 0;
    }
    drop_queue(stream);
    int result = fail_with_code(stream, -code, writing ? names.write_failed : names.read_failed);
    if (result == 0 && writing && stream->empty_waiter != NULL && stream->empty_waiter != Py_None) {
        PyObject *error = os_error(code);
        PyObject *done = error ? PyObject_CallMethodOneArg(stream->empty_waiter, names.set_exception, error) : NULL;
        Py_XDECREF(error);
        Py_XDECREF(done);
        return done ? 0 : loop_report(stream->loop, names._transport_failed, (PyObject *)stream, NULL);
    }
    return result;
}

static int
on_event(PyObject *self, const aio_event *event)
{
    Stream *stream = (Stream *)self;
    if (unlikely(stream->protocol == NULL)) {
        return 0; /* connection_lost was called */
    }
    switch (event->kind) {
    case AIO_EV_READABLE:
        return on_readable(stream);
    case AIO_EV_WROTE:
        return stream->conn_lost ? 0 : take_off_queue(stream, event->result);
    case AIO_EV_ERROR:
        return on_error(stream, event);
    default:
        return 0;
    }
}

/* Make the engine's stream. */
static int
attach(Stream *stream, bool reads)
{
    Loop *loop = stream->loop;
    int64_t id = loop->api->stream_open(loop->engine, stream->fd, reads ? 0 : AIO_PAUSED, stream->token);
    if (id < 0) {
        stream->id = 0;
        return raise_engine(loop->api, id);
    }
    stream->id = id;
    stream->engine_reads = reads;
    return 0;
}

static void
detach(Stream *stream)
{
    if (CONNECTED(stream)) {
        stream->loop->api->close(stream->loop->engine, stream->id);
    }
    stream->id = 0;
}

/* In the child of a fork: the new engine reads what the parent's did. What waits is the parent's to send. */
static int
restore(PyObject *self)
{
    Stream *stream = (Stream *)self;
    if (stream->id == 0) {
        return 0;
    }
    drop_queue(stream);
    return attach(stream, wants_data(stream));
}

/* Methods for aiohub/_transports.py, which keeps what is said and decided; here is what is stored. */

static PyObject *
stream_open(Stream *stream, PyObject *args)
{
    Loop *loop;
    PyObject *sock;
    if (!PyArg_ParseTuple(args, "O!Oi", &Loop_Type, &loop, &sock, &stream->fd)) {
        return NULL;
    }
    if (loop_check_open(loop) < 0) {
        return NULL;
    }
    stream->event = on_event;
    stream->restore = restore;
    Py_XSETREF(stream->loop, (Loop *)new_reference((PyObject *)loop));
    Py_XSETREF(stream->sock, new_reference(sock));
    Py_XSETREF(stream->context, PyContext_CopyCurrent());
    if (stream->context == NULL || slots_add(&loop->objects, (PyObject *)stream, &stream->token) < 0) {
        return NULL;
    }
    /* It will read as soon as connection_made has been called. What is there before is not looked at: it is said again. */
    if (attach(stream, true) < 0) {
        slots_remove(&loop->objects, stream->token);
        return NULL;
    }
    Py_RETURN_NONE;
}

/* Leave the engine for good: nothing is read or written any more. The socket is still open. */
static PyObject *
stream_detach(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    drop_queue(stream);
    detach(stream);
    slots_remove(&stream->loop->objects, stream->token);
    Py_RETURN_NONE;
}

/* Leave the engine for a while: somebody else uses the descriptor, which no longer has anything queued. */
static PyObject *
stream_suspend(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    detach(stream);
    Py_RETURN_NONE;
}

static PyObject *
stream_unsuspend(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    if (stream->sock == NULL || stream->sock == Py_None || stream->loop->closed || stream->id != 0) {
        Py_RETURN_NONE; /* lost meanwhile */
    }
    return attach(stream, wants_data(stream)) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
stream_start_reading(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    stream->reading = true;
    return apply_reading(stream) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
stream_stop_reading(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    stream->reading = false;
    return apply_reading(stream) < 0 ? NULL : new_reference(Py_None);
}

/* The connection is lost: what waits will not be sent, and nothing is read. */
static PyObject *
stream_give_up(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    drop_queue(stream);
    detach(stream);
    Py_RETURN_NONE;
}

static PyObject *
stream_pause(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    if (stream->paused || stream->closing) {
        Py_RETURN_NONE;
    }
    stream->paused = true;
    return apply_reading(stream) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
stream_resume(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    if (stream->closing || !stream->paused) {
        Py_RETURN_NONE;
    }
    stream->paused = false;
    return apply_reading(stream) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
stream_is_closing(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(stream->closing);
}

static PyObject *
stream_is_reading(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(!stream->closing && !stream->paused);
}

static PyObject *
stream_get_protocol(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    return new_reference(stream->protocol ? stream->protocol : Py_None);
}

static PyObject *
stream_set_protocol(Stream *stream, PyObject *args)
{
    PyObject *protocol;
    int buffered;
    if (!PyArg_ParseTuple(args, "Op", &protocol, &buffered)) {
        return NULL;
    }
    Py_XSETREF(stream->protocol, protocol == Py_None ? NULL : new_reference(protocol));
    stream->buffered = buffered;
    Py_XSETREF(stream->reader, stream->protocol ? reader_find(stream->protocol) : NULL);
    return apply_reading(stream) < 0 ? NULL : new_reference(Py_None);
}

static PyObject *
stream_buffer_size(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromSize_t(stream->queued);
}

static PyObject *
stream_get_limits(Stream *stream, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("nn", (Py_ssize_t)stream->low, (Py_ssize_t)stream->high);
}

static PyObject *
stream_set_limits(Stream *stream, PyObject *args)
{
    Py_ssize_t low, high;
    if (!PyArg_ParseTuple(args, "nn", &low, &high)) {
        return NULL;
    }
    stream->low = (size_t)low;
    stream->high = (size_t)high;
    return maybe_pause(stream) < 0 ? NULL : new_reference(Py_None);
}

/* Life. */

static int
traverse(Stream *stream, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(stream));
    Py_VISIT(stream->extra);
    Py_VISIT(stream->loop);
    Py_VISIT(stream->protocol);
    Py_VISIT(stream->sock);
    Py_VISIT(stream->server);
    Py_VISIT(stream->reader);
    Py_VISIT(stream->context);
    Py_VISIT(stream->empty_waiter);
    return 0;
}

static int
clear(Stream *stream)
{
    drop_queue(stream);
    Py_CLEAR(stream->extra);
    Py_CLEAR(stream->loop);
    Py_CLEAR(stream->protocol);
    Py_CLEAR(stream->sock);
    Py_CLEAR(stream->server);
    Py_CLEAR(stream->reader);
    Py_CLEAR(stream->context);
    Py_CLEAR(stream->empty_waiter);
    return 0;
}

static void
dealloc(Stream *stream)
{
    PyTypeObject *type = Py_TYPE(stream);
    PyObject_GC_UnTrack(stream);
    clear(stream);
    PyMem_Free(stream->queue);
    type->tp_free((PyObject *)stream);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"write", (PyCFunction)stream_write, METH_O, "Send *data*; what cannot be sent now is kept and sent later."},
    {"writelines", (PyCFunction)stream_writelines, METH_O, "Send a list of bytes-like objects."},
    {"pause_reading", (PyCFunction)stream_pause, METH_NOARGS, "Call data_received no more until resume_reading."},
    {"resume_reading", (PyCFunction)stream_resume, METH_NOARGS, "End pause_reading."},
    {"is_closing", (PyCFunction)stream_is_closing, METH_NOARGS, "Whether the transport is closing or closed."},
    {"is_reading", (PyCFunction)stream_is_reading, METH_NOARGS, "Whether the transport receives."},
    {"get_protocol", (PyCFunction)stream_get_protocol, METH_NOARGS, "The protocol; None when it has been lost."},
    {"get_write_buffer_size", (PyCFunction)stream_buffer_size, METH_NOARGS, "Bytes that wait to be sent."},
    {"get_write_buffer_limits", (PyCFunction)stream_get_limits, METH_NOARGS, "The water marks (low, high) in bytes."},
    {"_open", (PyCFunction)stream_open, METH_VARARGS, NULL},
    {"_detach", (PyCFunction)stream_detach, METH_NOARGS, NULL},
    {"_start_reading", (PyCFunction)stream_start_reading, METH_NOARGS, NULL},
    {"_stop_reading", (PyCFunction)stream_stop_reading, METH_NOARGS, NULL},
    {"_give_up", (PyCFunction)stream_give_up, METH_NOARGS, NULL},
    {"_suspend", (PyCFunction)stream_suspend, METH_NOARGS, NULL},
    {"_unsuspend", (PyCFunction)stream_unsuspend, METH_NOARGS, NULL},
    {"_set_protocol", (PyCFunction)stream_set_protocol, METH_VARARGS, NULL},
    {"_set_limits", (PyCFunction)stream_set_limits, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"_loop", T_OBJECT, offsetof(Stream, loop), READONLY, NULL},
    {"_sock", T_OBJECT, offsetof(Stream, sock), 0, NULL},
    {"_sock_fd", T_INT, offsetof(Stream, fd), READONLY, NULL},
    {"_server", T_OBJECT, offsetof(Stream, server), 0, NULL},
    {"_protocol", T_OBJECT, offsetof(Stream, protocol), READONLY, NULL},
    {"_empty_waiter", T_OBJECT, offsetof(Stream, empty_waiter), 0, NULL},
    {"_conn_lost", T_INT, offsetof(Stream, conn_lost), 0, NULL},
    {"_closing", T_BOOL, offsetof(Stream, closing), 0, NULL},
    {"_paused", T_BOOL, offsetof(Stream, paused), READONLY, NULL},
    {"_eof", T_BOOL, offsetof(Stream, eof), 0, NULL},
    {"_protocol_paused", T_BOOL, offsetof(Stream, protocol_paused), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "The hot half of a stream transport."},
    {Py_tp_dealloc, dealloc},
    {Py_tp_traverse, traverse},
    {Py_tp_clear, clear},
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {0, NULL},
};

PyType_Spec stream_spec = {
    .name = "aiohub._shim.Stream",
    .basicsize = sizeof(Stream),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};
