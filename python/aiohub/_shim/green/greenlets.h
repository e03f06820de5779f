/* greenlet's C API, loaded when a hub first uses the engine: the loop alone needs no greenlet. */

#ifndef AIOHUB_GREENLETS_H
#define AIOHUB_GREENLETS_H

#include "shim.h"

/* The places of the functions in the capsule greenlet._C_API, which is fixed since greenlet 1.0. */
enum {
    GREENLET_TYPE = 0,
    GREENLET_GET_CURRENT = 4,
    GREENLET_SWITCH = 6,
    GREENLET_SET_PARENT = 7,
    GREENLET_STARTED = 9,
    GREENLET_ACTIVE = 10,
    GREENLET_GET_PARENT = 11,
};

extern void **greenlet_functions; /* NULL until greenlets_init */

int greenlets_init(void);

static inline PyTypeObject *
greenlet_type(void)
{
    return (PyTypeObject *)greenlet_functions[GREENLET_TYPE];
}

/* The running greenlet; a new reference. */
static inline PyObject *
greenlet_current(void)
{
    return ((PyObject * (*)(void)) greenlet_functions[GREENLET_GET_CURRENT])();
}

/* Switch to *green*; *args* is a tuple, or NULL for none. Returns what is passed to the greenlet that called this. */
static inline PyObject *
greenlet_switch(PyObject *green, PyObject *args)
{
    typedef PyObject *(*Switch)(PyObject *, PyObject *, PyObject *);
    return ((Switch)greenlet_functions[GREENLET_SWITCH])(green, args, NULL);
}

/* Whether it has begun and not ended. */
static inline bool
greenlet_is_active(PyObject *green)
{
    return ((int (*)(PyObject *))greenlet_functions[GREENLET_ACTIVE])(green) != 0;
}

static inline bool
greenlet_has_begun(PyObject *green)
{
    return ((int (*)(PyObject *))greenlet_functions[GREENLET_STARTED])(green) != 0;
}

static inline int
greenlet_set_parent(PyObject *green, PyObject *parent)
{
    return ((int (*)(PyObject *, PyObject *))greenlet_functions[GREENLET_SET_PARENT])(green, parent);
}

/* A new reference; NULL without an exception for an OS thread's first one. */
static inline PyObject *
greenlet_parent(PyObject *green)
{
    return ((PyObject * (*)(PyObject *)) greenlet_functions[GREENLET_GET_PARENT])(green);
}

static inline bool
greenlet_is_child_of(PyObject *green, PyObject *parent)
{
    PyObject *found = greenlet_parent(green);
    bool is_child = found == parent;
    Py_XDECREF(found);
    return is_child;
}

/* The attribute gr_context: a Context, or None. The getter gives a new reference. */
PyObject *greenlet_context(PyObject *green);
int greenlet_set_context(PyObject *green, PyObject *context);

/* Whether nobody has given *green*'s class a switch of its own, as aiohub's green tasks have. */
bool greenlet_switches_plainly(PyObject *green);

#endif
