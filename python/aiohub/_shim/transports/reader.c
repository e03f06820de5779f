/* asyncio's streams: bytes go from the engine's memory straight into the StreamReader's buffer.
 *
 * What StreamReaderProtocol.data_received and StreamReader.feed_data do, without their frames and without a bytes
 * object between. Only for those very classes with their own methods; everything else is called as it is.
 */

#include "transports/transport.h"

static PyObject *protocol_type, *reader_type;
/* The functions this file stands for, as asyncio has them. */
static PyObject *data_received, *feed_data, *wakeup_waiter;

static PyObject *
own_attribute(PyObject *type, PyObject *name)
{
    return type ? PyObject_GetAttr(type, name) : NULL;
}

int
reader_init(void)
{
    PyObject *module = PyImport_ImportModule("asyncio.streams");
    if (module == NULL) {
        return -1;
    }
    protocol_type = PyObject_GetAttrString(module, "StreamReaderProtocol");
    reader_type = PyObject_GetAttrString(module, "StreamReader");
    Py_DECREF(module);
    data_received = own_attribute(protocol_type, names.data_received);
    feed_data = own_attribute(reader_type, names.feed_data);
    wakeup_waiter = own_attribute(reader_type, names._wakeup_waiter);
    return data_received && feed_data && wakeup_waiter ? 0 : -1;
}

static bool
is_still(PyObject *type, PyObject *name, PyObject *function)
{
    PyObject *found = PyObject_GetAttr(type, name);
    if (found == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(found);
    return found == function;
}

/* The reader of a protocol, a new reference, if both are asyncio's own and nobody has replaced what they do. */
static PyObject *
reader_of(PyObject *protocol)
{
    if ((PyObject *)Py_TYPE(protocol) != protocol_type
        || !is_still(protocol_type, names.data_received, data_received)) {
        return NULL;
    }
    PyObject *reader = PyObject_GetAttr(protocol, names._stream_reader);
    if (reader == NULL) {
        PyErr_Clear();
    }
    return reader;
}

PyObject *
reader_find(PyObject *protocol)
{
    PyObject *reader = reader_of(protocol);
    if (reader != NULL && (PyObject *)Py_TYPE(reader) == reader_type
        && is_still(reader_type, names.feed_data, feed_data)
        && is_still(reader_type, names._wakeup_waiter, wakeup_waiter)) {
        PyObject *weak = PyWeakref_NewRef(reader, NULL);
        Py_DECREF(reader);
        return weak;
    }
    Py_XDECREF(reader);
    return NULL;
}

/* A waiter has refused its result. That is no fault of one that was cancelled; any other's exception is kept. */
static PyObject *
forgive_cancelled(PyObject *waiter)
{
    PyObject *error = take_exception();
    PyObject *result = PyObject_CallMethodNoArgs(waiter, names.cancelled);
    if (result != NULL && result != Py_True) {
        Py_CLEAR(result);
        raise_again(error);
        return NULL;
    }
    Py_XDECREF(error);
    return result;
}

/* Wake the coroutine that waits for data, if one does. */
static int
wake_waiter(PyObject *reader)
{
    PyObject *waiter = PyObject_GetAttr(reader, names._waiter);
    if (waiter == NULL || waiter == Py_None) {
        Py_XDECREF(waiter);
        return waiter ? 0 : -1;
    }
    PyObject *result = NULL;
    if (PyObject_SetAttr(reader, names._waiter, Py_None) == 0) {
        result = PyObject_CallMethodOneArg(waiter, names.set_result, Py_None);
        if (unlikely(result == NULL)) {
            result = forgive_cancelled(waiter);
        }
    }
    Py_DECREF(waiter);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* Stop reading when the buffer holds twice the reader's limit. */
static int
pause_if_full(PyObject *reader, PyObject *transport, Py_ssize_t size)
{
    PyObject *limit = PyObject_GetAttr(reader, names._limit);
    Py_ssize_t bytes = limit ? PyNumber_AsSsize_t(limit, NULL) : -1;
    Py_XDECREF(limit);
    if (bytes < 0 || size / 2 <= bytes) {
        return PyErr_Occurred() ? -1 : 0;
    }
    PyObject *paused = PyObject_GetAttr(reader, names._paused);
    int is_paused = paused ? PyObject_IsTrue(paused) : -1;
    Py_XDECREF(paused);
    if (is_paused != 0) {
        return is_paused < 0 ? -1 : 0;
    }
    PyObject *result = PyObject_CallMethodNoArgs(transport, names.pause_reading);
    Py_XDECREF(result);
    return result ? PyObject_SetAttr(reader, names._paused, Py_True) : -1;
}

/* What a weak reference refers to, a new reference; NULL if it is gone. */
static PyObject *
referent(PyObject *weak)
{
#if PY_VERSION_HEX >= 0x030d0000
    PyObject *object = NULL;
    return PyWeakref_GetRef(weak, &object) > 0 ? object : NULL;
#else
    PyObject *object = PyWeakref_GET_OBJECT(weak);
    return object == Py_None ? NULL : new_reference(object);
#endif
}

int
reader_feed(PyObject *weak, PyObject *transport, const char *data, Py_ssize_t length)
{
    PyObject *reader = referent(weak);
    if (reader == NULL) {
        return 0; /* nobody will read it */
    }
    PyObject *buffer = PyObject_GetAttr(reader, names._buffer);
    int code = -1;
    Py_ssize_t size = 0;
    if (buffer != NULL && PyByteArray_CheckExact(buffer)) {
        Py_ssize_t before = PyByteArray_GET_SIZE(buffer);
        size = before + length;
        code = PyByteArray_Resize(buffer, size);
        if (code == 0) {
            memcpy(PyByteArray_AS_STRING(buffer) + before, data, (size_t)length);
        }
    }
    else if (buffer != NULL) {
        PyErr_Format(PyExc_TypeError, "the buffer of a StreamReader is a %.100s", Py_TYPE(buffer)->tp_name);
    }
    Py_XDECREF(buffer);
    if (code == 0) {
        code = wake_waiter(reader);
    }
    if (code == 0) {
        code = pause_if_full(reader, transport, size);
    }
    Py_DECREF(reader);
    return code;
}
