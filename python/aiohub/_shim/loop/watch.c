/* add_reader and add_writer: descriptors that are watched until they are removed. */

#include "loop/loop.h"

#include <fcntl.h>

/* asyncio's _ensure_fd_no_transport takes what selectors take: a number, or an object with fileno(). */
static int
number_of(PyObject *file)
{
    if (likely(PyLong_Check(file))) {
        int overflow;
        long number = PyLong_AsLongAndOverflow(file, &overflow);
        if (!overflow && number >= 0 && number <= INT_MAX) {
            return (int)number;
        }
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_ValueError, "Invalid file descriptor: %S", file);
        }
        return -1;
    }
    PyObject *result = PyObject_CallMethodNoArgs(file, names.fileno);
    PyObject *number = result ? PyNumber_Long(result) : NULL;
    Py_XDECREF(result);
    if (number != NULL) {
        int fd = number_of(number);
        Py_DECREF(number);
        return fd;
    }
    if (PyErr_ExceptionMatches(PyExc_AttributeError) || PyErr_ExceptionMatches(PyExc_TypeError)
        || PyErr_ExceptionMatches(PyExc_ValueError)) {
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError, "Invalid file object: %R", file);
    }
    return -1;
}

static Watch *
watch_of(Loop *loop, int fd)
{
    return fdtable_find(&loop->watches, fd);
}

/* The same, made if there is none. A number that means no file gets none. */
static Watch *
make_watch(Loop *loop, int fd)
{
    Watch *watch = watch_of(loop, fd);
    if (watch == NULL && fcntl(fd, F_GETFD) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return NULL;
    }
    return watch ? watch : fdtable_make(&loop->watches, fd);
}

static uint32_t
wanted(const Watch *watch)
{
    return (watch->reader ? AIO_IN : 0u) | (watch->writer ? AIO_OUT : 0u);
}

/* Tell the engine what is wanted of *fd* now: its answer. */
static int64_t
apply(Loop *loop, int fd, Watch *watch)
{
    if (!loop_has_engine(loop)) {
        return 0;
    }
    uint32_t events = wanted(watch);
    if (events == 0) {
        watch->token = 0;
        loop->api->watch(loop->engine, fd, 0, 0);
        return 0;
    }
    uint64_t token = watch->token;
    if (token == 0) {
        token = (uint64_t)++loop->watch_generation << 32 | (uint32_t)fd;
    }
    int64_t code = loop->api->watch(loop->engine, fd, events, token);
    if (code >= 0) {
        watch->token = token;
    }
    return code;
}

static PyObject *
add(Loop *loop, PyObject *const *args, Py_ssize_t nargs, bool write)
{
    const char *name = write ? "add_writer" : "add_reader";
    if (nargs < 2) {
        PyErr_Format(PyExc_TypeError, "%s() missing required positional arguments: 'fd' and 'callback'", name);
        return NULL;
    }
    int fd = number_of(args[0]);
    if (fd < 0 || loop_check_open(loop) < 0) {
        return NULL;
    }
    Handle *handle = handle_new(loop, args[1], args + 2, nargs - 2, NULL);
    if (handle == NULL) {
        return NULL;
    }
    Watch *watch = make_watch(loop, fd); /* from here on nobody's code runs before the table is as it will be */
    if (watch == NULL) {
        Py_DECREF(handle);
        return NULL;
    }
    PyObject **place = write ? &watch->writer : &watch->reader;
    PyObject *previous = *place;
    *place = (PyObject *)handle;
    /* Always told: the number may have come to mean another file since the last time. */
    int64_t code = apply(loop, fd, watch);
    if (code < 0) {
        *place = previous;
        Py_DECREF(handle);
        (void)raise_engine(loop->api, code);
        return NULL;
    }
    Py_INCREF(handle);
    if (previous != NULL) {
        handle_cancel((Handle *)previous);
        Py_DECREF(previous);
    }
    return (PyObject *)handle;
}

static PyObject *
remove_watch(Loop *loop, PyObject *file, bool write)
{
    int fd = number_of(file);
    if (fd < 0) {
        return NULL;
    }
    Watch *watch = watch_of(loop, fd);
    if (watch == NULL || loop->closed) {
        Py_RETURN_FALSE;
    }
    PyObject **place = write ? &watch->writer : &watch->reader;
    PyObject *handle = *place;
    if (handle == NULL) {
        Py_RETURN_FALSE;
    }
    *place = NULL;
    (void)apply(loop, fd, watch); /* if it is closed already, there is nothing left to tell the kernel */
    handle_cancel((Handle *)handle);
    Py_DECREF(handle);
    Py_RETURN_TRUE;
}

PyObject *
watch_add_reader(Loop *loop, PyObject *const *args, Py_ssize_t nargs)
{
    return add(loop, args, nargs, false);
}

PyObject *
watch_add_writer(Loop *loop, PyObject *const *args, Py_ssize_t nargs)
{
    return add(loop, args, nargs, true);
}

PyObject *
watch_remove_reader(Loop *loop, PyObject *file)
{
    return remove_watch(loop, file, false);
}

PyObject *
watch_remove_writer(Loop *loop, PyObject *file)
{
    return remove_watch(loop, file, true);
}

/* A watched descriptor is ready: its handles run in this turn. */
int
watch_ready(Loop *loop, uint64_t token, uint32_t events)
{
    int fd = (int)(uint32_t)token;
    Watch *watch = watch_of(loop, fd);
    if (watch == NULL || watch->token != token) {
        return 0; /* removed by an earlier callback of this turn; perhaps the number is another file's by now */
    }
    /* Error and hang-up are for both, as with asyncio's selector. */
    if (events & (AIO_IN | AIO_ERR | AIO_HUP) && watch->reader && ready_push(&loop->ready, watch->reader) < 0) {
        return -1;
    }
    if (events & (AIO_OUT | AIO_ERR | AIO_HUP) && watch->writer && ready_push(&loop->ready, watch->writer) < 0) {
        return -1;
    }
    return 0;
}

PyObject *
watch_list(Loop *loop, PyObject *Py_UNUSED(ignored))
{
    PyObject *found = PyDict_New();
    for (int fd = 0; found != NULL && (fd = fdtable_next(&loop->watches, fd)) >= 0; fd++) {
        const Watch *watch = watch_of(loop, fd);
        if (wanted(watch) == 0) {
            continue;
        }
        PyObject *key = PyLong_FromLong(fd);
        PyObject *pair = key ? PyTuple_Pack(2, watch->reader ? watch->reader : Py_None,
                                            watch->writer ? watch->writer : Py_None)
                             : NULL;
        if (pair == NULL || PyDict_SetItem(found, key, pair) < 0) {
            Py_CLEAR(found);
        }
        Py_XDECREF(key);
        Py_XDECREF(pair);
    }
    return found;
}

/* Watch in a new engine what was watched in the parent's. Descriptors that are gone are dropped. */
void
watches_restore(Loop *loop)
{
    for (int fd = 0; (fd = fdtable_next(&loop->watches, fd)) >= 0; fd++) {
        Watch *watch = watch_of(loop, fd);
        if (wanted(watch) != 0) {
            (void)apply(loop, fd, watch); /* closed without being removed: the parent's loop has not noticed either */
        }
    }
}

void
watches_clear(Loop *loop)
{
    FdTable old = loop->watches; /* dropping a handle may run code that looks into the table: take it away first */
    loop->watches = (FdTable){.item_size = sizeof(Watch)};
    for (int fd = 0; (fd = fdtable_next(&old, fd)) >= 0; fd++) {
        Watch *watch = fdtable_find(&old, fd);
        Py_XDECREF(watch->reader);
        Py_XDECREF(watch->writer);
    }
    fdtable_free(&old);
}

int
watches_traverse(Loop *loop, visitproc visit, void *arg)
{
    for (int fd = 0; (fd = fdtable_next(&loop->watches, fd)) >= 0; fd++) {
        const Watch *watch = watch_of(loop, fd);
        Py_VISIT(watch->reader);
        Py_VISIT(watch->writer);
    }
    return 0;
}
