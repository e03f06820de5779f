/* The C shim between CPython's objects and the engine: what all its rooms share.
 *
 *   loop/        the event loop: callbacks, timers, watched descriptors, turns, the engine and its copy after a fork
 *   transports/  stream and datagram transports
 *   green/       green threads: their hub's poller and timers, eventlet's hot calls
 *   border/      coroutines in greenlets of their own, and waiting across the border
 *
 * docs/architecture.md has the Python half of each file.
 *
 * The engine (engine/capi/engine.h) knows numbers only. The shim owns every reference to a Python object, hands the
 * engine tokens, and calls Python after the engine has returned. greenlet may switch away in the midst of any call
 * into Python and come back later, so across such a call nothing borrowed is kept, and no pointer into memory that
 * may move.
 */

#ifndef AIOHUB_SHIM_H
#define AIOHUB_SHIM_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#if PY_VERSION_HEX < 0x030a0000
#error "aiohub needs Python 3.10 or newer"
#endif

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

static inline PyObject *
new_reference(PyObject *object)
{
    Py_XINCREF(object);
    return object;
}

/* A method that is called with an array of arguments and a tuple of keywords, in a PyMethodDef. */
#define FASTCALL(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS

/* exceptions.c */

PyObject *take_exception(void); /* the current exception, normalized, with its traceback, or NULL; clears it */
void raise_again(PyObject *error); /* what was taken; takes the reference, and drops what was raised meanwhile */
bool exception_ends_loop(void); /* whether the current exception is a SystemExit or KeyboardInterrupt */
PyObject *os_error(int code);   /* OSError(code, text): the class and text CPython has for errno *code* */
const char *short_name(PyTypeObject *type); /* without the module */

/* names.c: strings and functions looked up once. */

extern struct Names {
#define NAME(name) PyObject *name;
#define NAME_AS(name, text) PyObject *name;
#define MESSAGE(name, text) PyObject *name;
#include "names.h"
    PyObject *empty_bytes;
    PyObject *extract_stack;
    PyObject *getframe;
} names;

int names_init(void);

#endif
