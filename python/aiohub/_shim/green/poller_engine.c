/* Waits: one-shot waits in the engine's own poll set, and the way from an event to the green thread.
 *
 * The tables of who waits are the hub's (`listeners`, `secondaries`): everything that looks at them in Python, eventlet
 * included, finds what it expects. What is here does the common case, one plain green thread waiting for one
 * descriptor, without a Python frame, and leaves every other one to the Python methods.
 */

#include "collected.h"
#include "green/green.h"
#include "native.h"

#include <fcntl.h>

/* 0, or the errno. Always a call into the engine: the number may have come to mean another file. */
static int
arm(Waits *waits, int fd, uint32_t mask)
{
    Loop *loop = waits->loop;
    Armed *armed;
    if (fd < 0 || loop == NULL || !loop_has_engine(loop)) {
        return EBADF;
    }
    if ((armed = fdtable_find(&waits->armed, fd)) == NULL) {
        if (fcntl(fd, F_GETFD) < 0) {
            return EBADF; /* a number that means no file gets no place */
        }
        if ((armed = fdtable_make(&waits->armed, fd)) == NULL) {
            PyErr_Clear();
            return ENOMEM;
        }
    }
    if (armed->armed == 0) {
        armed->token = ++waits->last_token;
    }
    int64_t code = loop->api->wait(loop->engine, fd, mask, armed->token);
    if (unlikely(code < 0)) {
        armed->armed = 0;
        return code == AIO_PANIC ? EIO : (int)-code;
    }
    armed->armed |= mask;
    return 0;
}

static void
disarm(Waits *waits, int fd, uint32_t mask)
{
    Armed *armed = fdtable_find(&waits->armed, fd);
    if (armed != NULL && armed->armed & mask) {
        armed->armed &= ~mask;
        if (waits->loop != NULL && loop_has_engine(waits->loop)) {
            waits->loop->api->unwait(waits->loop->engine, fd, mask);
        }
    }
}

/* Waiting. */

char green_not_fast;
/* The waits made last in this OS thread; `hub` tells whether they are still the thread's hub's. */
static _Thread_local Waits *latest;

Waits *
waits_here(void)
{
    Waits *waits = latest;
    if (waits == NULL || waits->hub == NULL) {
        return NULL;
    }
    PyObject *hub = PyDict_GetItemWithError(waits->local, names.hub);
    return likely(hub == waits->hub) ? (Waits *)new_reference((PyObject *)waits) : NULL;
}

PyObject *
hub_switch(PyObject *hub)
{
    PyObject *current = greenlet_current();
    PyObject *main = new_reference(((Core *)hub)->greenlet);
    PyObject *result = main ? NULL : NOT_FAST;
    if (likely(current != NULL && main != NULL)) {
        if (likely(current != main && greenlet_switches_plainly(current) && greenlet_is_active(main)
                   && greenlet_is_child_of(current, main) && !PyObject_HasAttr(current, names.switch_out)
                   && likely(!((Core *)hub)->plain_tasks || PyObject_HasAttr(current, names._aiohub_has_waited)))) {
            result = greenlet_switch(main, NULL);
        }
        else {
            result = NOT_FAST;
        }
    }
    Py_XDECREF(current);
    Py_XDECREF(main);
    return result;
}

/* Call a method of the hub, with one argument. In the child of a fork the hub has new waits, and these are closed;
 * after `use_hub` the thread has another hub, which knows nothing of the waits in this one, or one of another kind. */
static PyObject *
call_hub(Waits *waits, PyObject *method, PyObject *argument)
{
    PyObject *hub = waits->hub ? new_reference(waits->hub) : (PyObject *)core_here();
    if (hub == NULL) { /* or the thread is ending */
        return new_reference(Py_None);
    }
    PyObject *result = PyObject_CallMethodOneArg(hub, method, argument);
    Py_DECREF(hub);
    return result;
}

/* Take *listener* out of the hub's tables; the current exception, if any, is kept. */
static int
leave(Waits *waits, Listener *listener, PyObject *number)
{
    if (listener->spent) {
        return 0;
    }
    bool is_read = listener->mask == WAIT_READ;
    PyObject *bucket = is_read ? waits->readers : waits->writers;
    PyObject *more = is_read ? waits->more_readers : waits->more_writers;
    PyObject *error = take_exception();
    int result = 0;
    if (likely(bucket != NULL && PyDict_GET_SIZE(more) == 0
               && PyDict_GetItemWithError(bucket, number) == (PyObject *)listener)) {
        result = PyDict_DelItem(bucket, number);
        disarm(waits, listener->fd, listener->mask);
    }
    else if (!PyErr_Occurred()) {
        PyObject *done = call_hub(waits, names.remove, (PyObject *)listener);
        result = done ? 0 : -1;
        Py_XDECREF(done);
    }
    if (error != NULL) {
        raise_again(error);
        return -1;
    }
    return result;
}

PyObject *
wait_for(Waits *waits, int fd, uint32_t mask, PyObject *owner)
{
    PyObject *current = greenlet_current();
    if (unlikely(current == NULL)) {
        return NULL;
    }
    PyObject *number = NULL, *listener = NULL, *result = NOT_FAST;
    if (likely(greenlet_switches_plainly(current) && waits->hub != NULL)) {
        number = PyLong_FromLong(fd);
        listener = number ? listener_new(current, fd, mask, owner) : NULL;
        PyObject *bucket = mask == WAIT_READ ? waits->readers : waits->writers;
        PyObject *present = listener ? PyDict_SetDefault(bucket, number, listener) : NULL;
        if (unlikely(present == NULL)) {
            result = NULL;
        }
        else if (likely(present == listener)) {
            if (likely(arm(waits, fd, mask) == 0)) {
                result = hub_switch(waits->hub);
            }
            if (unlikely(leave(waits, (Listener *)listener, number) < 0) && result != NULL) {
                if (result != NOT_FAST) {
                    Py_DECREF(result);
                }
                result = NULL;
            }
        }
    }
    Py_XDECREF(number);
    Py_XDECREF(listener);
    Py_DECREF(current);
    return result;
}

PyObject *
wait_for_timeout(Waits *waits, int fd, uint32_t mask, PyObject *owner, PyObject *seconds,
                 PyObject *timeout_error)
{
    if (seconds == Py_None) {
        return wait_for(waits, fd, mask, owner);
    }
    PyObject *current = greenlet_current();
    PyObject *hub = new_reference(waits->hub);
    PyObject *timer = NULL, *result = NOT_FAST;
    if (likely(current != NULL && hub != NULL)) {
        timer = PyObject_CallMethodObjArgs(hub, names.schedule_call_global, seconds, parts.throw_timeout, current,
                                           timeout_error, NULL);
    }
    if (unlikely(timer == NULL)) {
        result = current && hub == NULL ? NOT_FAST : NULL;
    }
    else {
        result = wait_for(waits, fd, mask, owner);
        PyObject *error = result == NULL ? take_exception() : NULL;
        PyObject *cancelled = PyObject_CallMethodNoArgs(timer, names.cancel);
        if (unlikely(cancelled == NULL)) {
            if (result != NOT_FAST) {
                Py_CLEAR(result);
            }
            result = NULL;
        }
        Py_XDECREF(cancelled);
        if (error != NULL) {
            raise_again(error);
        }
    }
    Py_XDECREF(timer);
    Py_XDECREF(current);
    Py_XDECREF(hub);
    return result;
}

/* Events. */

/* Call a method of aiohub._hub.descriptors.Descriptors with two arguments, or with three. */
static PyObject *
call_descriptors(PyObject *hub, PyObject *method, PyObject *first, PyObject *second, PyObject *third)
{
    PyObject *descriptors = PyObject_GetAttr(hub, names.descriptors);
    PyObject *result = NULL;
    if (likely(descriptors != NULL)) {
        result = PyObject_CallMethodObjArgs(descriptors, method, first, second, third, NULL);
        Py_DECREF(descriptors);
    }
    return result;
}

/* The listener of *number* in *bucket* learns that the wait is over. -1 for an exception that ends the loop. *hub* is
 * that of the waits: before control is back here, they may have been closed. */
static int
notify(PyObject *hub, PyObject *bucket, PyObject *number)
{
    PyObject *listener = new_reference(PyDict_GetItemWithError(bucket, number));
    if (listener == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    PyObject *result;
    if (likely(Py_IS_TYPE(listener, &Listener_Type) && !((Listener *)listener)->spent)) {
        PyObject *green = new_reference(((Listener *)listener)->greenlet);
        PyObject *args = PyTuple_Pack(1, number);
        result = args ? greenlet_switch(green, args) : NULL;
        Py_XDECREF(args);
        Py_DECREF(green);
    }
    else {
        PyObject *callback = PyObject_GetAttr(listener, names.cb);
        result = callback ? PyObject_CallOneArg(callback, number) : NULL;
        Py_XDECREF(callback);
    }
    Py_DECREF(listener);
    if (unlikely(result == NULL)) {
        PyObject *error = take_exception();
        result = error ? call_descriptors(hub, names.wait_failed, number, error, NULL) : NULL;
        Py_XDECREF(error);
    }
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* Whether the hub has somebody watch how long things take: then Python does it all. */
static int
is_watched(PyObject *hub)
{
    const Core *core = (Core *)hub;
    if (unlikely(!is_none(core->watcher))) {
        return 1;
    }
    return likely(core->debug_blocking == Py_False) ? 0 : core->debug_blocking ? PyObject_IsTrue(core->debug_blocking) : 0;
}

/* Of *done*, which the engine has just reported, somebody may still want to know: a listener that stays, or the next of
 * several readers. */
static int
rearm(Waits *waits, PyObject *number, int fd, uint32_t done)
{
    uint32_t wanted = 0;
    const Armed *armed = fdtable_find(&waits->armed, fd);
    if (waits->hub == NULL || (likely(armed != NULL) && (armed->armed & done) == done)) {
        return 0; /* the hub is gone, or who was woken waits again */
    }
    if (PyDict_GetItemWithError(waits->readers, number) != NULL) {
        wanted |= WAIT_READ;
    }
    if (PyDict_GetItemWithError(waits->writers, number) != NULL) {
        wanted |= WAIT_WRITE;
    }
    wanted &= armed ? ~armed->armed : UINT32_MAX;
    if (likely(wanted == 0) || arm(waits, fd, wanted) == 0) {
        return PyErr_Occurred() ? -1 : 0;
    }
    PyObject *result = call_hub(waits, names.mark_as_reopened, number); /* closed without a word */
    Py_XDECREF(result);
    return result ? 0 : -1;
}

static int
over(PyObject *self, const aio_event *event)
{
    Waits *waits = (Waits *)self;
    int fd = (int)event->result;
    Armed *armed = fdtable_find(&waits->armed, fd);
    if (waits->hub == NULL || armed == NULL || armed->token != event->token || armed->armed == 0) {
        return 0; /* of a file that is gone, or of a wait that has ended meanwhile */
    }
    uint32_t failed = event->flags & (AIO_ERR | AIO_HUP);
    uint32_t done = (event->flags | (failed ? WAIT_READ | WAIT_WRITE : 0)) & armed->armed;
    if (done & WAIT_READ) {
        done |= WAIT_READ;
    }
    armed->armed &= ~done;
    PyObject *number = PyLong_FromLong(fd);
    if (number == NULL) {
        return -1;
    }
    PyObject *hub = new_reference(waits->hub);
    int result = is_watched(hub);
    if (unlikely(result > 0)) {
        PyObject *answer = call_descriptors(hub, names.on_waited, number, done & WAIT_READ ? Py_True : Py_False,
                                            done & WAIT_WRITE ? Py_True : Py_False);
        Py_XDECREF(answer);
        result = answer ? 0 : -1;
    }
    else if (likely(result == 0)) {
        if (done & WAIT_READ) {
            result = notify(hub, waits->readers, number);
        }
        if (result == 0 && done & WAIT_WRITE && waits->hub != NULL) {
            result = notify(hub, waits->writers, number);
        }
    }
    Py_DECREF(hub);
    if (unlikely(result < 0)) {
        PyObject *error = take_exception();
        (void)rearm(waits, number, fd, done);
        raise_again(error);
    }
    else {
        result = rearm(waits, number, fd, done);
    }
    Py_DECREF(number);
    return result;
}

int
wait_over(Loop *loop, const aio_event *event)
{
    PyObject *waits = new_reference(loop->waits);
    int result = waits ? over(waits, event) : 0;
    Py_XDECREF(waits);
    return result;
}

/* The type. */

static PyObject *
waits_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *loop, *hub, *readers, *writers, *more_readers, *more_writers;
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!O!", &Loop_Type, &loop, &Core_Type, &hub, &PyDict_Type, &readers, &PyDict_Type, &writers,
                          &PyDict_Type, &more_readers, &PyDict_Type, &more_writers)) {
        return NULL;
    }
    Waits *waits = (Waits *)type->tp_alloc(type, 0);
    if (waits == NULL) {
        return NULL;
    }
    waits->armed.item_size = sizeof(Armed);
    waits->loop = (Loop *)new_reference(loop);
    waits->hub = new_reference(hub);
    waits->readers = new_reference(readers);
    waits->writers = new_reference(writers);
    waits->more_readers = new_reference(more_readers);
    waits->more_writers = new_reference(more_writers);
    if ((waits->local = PyObject_GetAttrString(parts.hub_local, "__dict__")) == NULL || !PyDict_Check(waits->local)) {
        Py_DECREF(waits);
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "the hubs of OS threads are not in a dict");
    }
    Py_XSETREF(((Loop *)loop)->waits, new_reference((PyObject *)waits));
    Py_XSETREF(latest, (Waits *)new_reference((PyObject *)waits));
    return (PyObject *)waits;
}

#define WAITS_REFERENCES(REFERENCE)                                                                                    \
    REFERENCE(loop)                                                                                                    \
    REFERENCE(hub)                                                                                                     \
    REFERENCE(readers)                                                                                                 \
    REFERENCE(writers)                                                                                                 \
    REFERENCE(more_readers)                                                                                            \
    REFERENCE(more_writers)                                                                                            \
    REFERENCE(local)

DEFINE_TRAVERSE(waits, Waits, WAITS_REFERENCES)
DEFINE_CLEAR(waits, Waits, WAITS_REFERENCES)

static void
waits_dealloc(Waits *waits)
{
    PyObject_GC_UnTrack(waits);
    waits_clear(waits);
    fdtable_free(&waits->armed);
    Py_TYPE(waits)->tp_free((PyObject *)waits);
}

static PyObject *
waits_close(Waits *waits, PyObject *Py_UNUSED(ignored))
{
    if (latest == waits) {
        latest = NULL;
        Py_DECREF(waits); /* the caller has a reference */
    }
    waits_clear(waits);
    Py_RETURN_NONE;
}

static PyObject *
waits_arm(Waits *waits, PyObject *args)
{
    int fd;
    unsigned int mask;
    if (!PyArg_ParseTuple(args, "iI", &fd, &mask)) {
        return NULL;
    }
    return PyLong_FromLong(arm(waits, fd, mask));
}

static PyObject *
waits_disarm(Waits *waits, PyObject *args)
{
    int fd;
    unsigned int mask;
    if (!PyArg_ParseTuple(args, "iI", &fd, &mask)) {
        return NULL;
    }
    disarm(waits, fd, mask);
    Py_RETURN_NONE;
}

static PyObject *
waits_forget(Waits *waits, PyObject *args)
{
    int fd;
    if (!PyArg_ParseTuple(args, "i", &fd)) {
        return NULL;
    }
    Armed *armed = fdtable_find(&waits->armed, fd);
    if (armed != NULL) {
        armed->armed = 0;
        armed->token = 0;
    }
    if (fd >= 0 && waits->loop != NULL && loop_has_engine(waits->loop)) {
        waits->loop->api->forget(waits->loop->engine, fd);
    }
    Py_RETURN_NONE;
}

static PyMethodDef waits_methods[] = {
    {"arm", (PyCFunction)waits_arm, METH_VARARGS, "Wait once for a descriptor; returns 0 or the errno."},
    {"disarm", (PyCFunction)waits_disarm, METH_VARARGS, "Nobody waits for these directions any more."},
    {"forget", (PyCFunction)waits_forget, METH_VARARGS, "The descriptor means another file, or none."},
    {"close", (PyCFunction)waits_close, METH_NOARGS, "Let go of the hub and the loop."},
    {NULL, NULL, 0, NULL},
};

PyTypeObject Waits_Type = {
    COLLECTED_TYPE(waits, Waits, "Waits", 0,
                   "Waits(loop, hub, readers, writers, more_readers, more_writers): a hub's poller in the engine."),
    .tp_new = waits_new,
    .tp_methods = waits_methods,
};
