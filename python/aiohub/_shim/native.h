/* Native functions, methods and classes that stand for Python ones: what each needs to be given, and how it is made. */

#ifndef AIOHUB_NATIVES_H
#define AIOHUB_NATIVES_H

#include "shim.h"

extern struct Parts {
#define PART(name, kind) PyObject *name;
#include "parts.h"
} parts;

typedef struct {
    const char *name;         /* that `prepare` returns it under */
    PyObject *(*make)(void);  /* called once, when all is there */
    PyObject **const *needs;  /* places in `parts`, NULL at the end */
} Native;

/* One for each file that makes some; ends with a Native without a name. */
extern const Native step_natives[], running_natives[], wait_natives[], thread_natives[], timer_natives[],
    sleep_natives[], socket_natives[], switch_natives[];

/* prepare(**parts): returns a dict of what can be made now and could not before. */
PyObject *prepare(PyObject *module, PyObject *args, PyObject *keywords);

#endif
