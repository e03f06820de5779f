/* HubCore: what native code reads and writes of a hub at every turn, as fields. aiohub.hub.Hub extends it. */

#include "collected.h"
#include "green/green.h"
#include "native.h"

static PyObject *
new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    chunks_keep();
    return PyType_GenericNew(type, args, keywords);
}

#define CORE_REFERENCES(REFERENCE)                                                                                     \
    REFERENCE(greenlet)                                                                                                \
    REFERENCE(loop)                                                                                                    \
    REFERENCE(context)                                                                                                 \
    REFERENCE(watcher)                                                                                                 \
    REFERENCE(timers)                                                                                                  \
    REFERENCE(closed_listeners)                                                                                        \
    REFERENCE(clock)                                                                                                   \
    REFERENCE(debug_blocking)

static int
core_traverse(Core *self, visitproc visit, void *arg)
{
    CORE_REFERENCES(VISIT_REFERENCE)
    return drivers_traverse(&self->drivers, visit, arg);
}

static int
core_clear(Core *self)
{
    CORE_REFERENCES(CLEAR_REFERENCE)
    drivers_clear(&self->drivers);
    return 0;
}

DEFINE_DEALLOC(core, Core)

static PyObject *
drop_drivers(Core *core, PyObject *Py_UNUSED(ignored))
{
    drivers_clear(&core->drivers);
    Py_RETURN_NONE;
}

static PyObject *
open_nursery(Core *core, PyObject *in_turn)
{
    if (drivers_open_nursery(core, in_turn == Py_True ? NURSERY_OF_STEPS : NURSERY_OF_HUB) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"_open_nursery", (PyCFunction)open_nursery, METH_O,
     "Have a place, as deep as this one, where greenlets for tasks are begun that others than the hub need."},
    {"_drop_drivers", (PyCFunction)drop_drivers, METH_NOARGS, "End the greenlets that are kept for the next tasks."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"greenlet", T_OBJECT_EX, offsetof(Core, greenlet), 0, NULL},
    {"loop", T_OBJECT_EX, offsetof(Core, loop), 0, NULL},
    {"watcher", T_OBJECT, offsetof(Core, watcher), 0, NULL},
    {"_context", T_OBJECT_EX, offsetof(Core, context), 0, NULL},
    {"timer_queue", T_OBJECT_EX, offsetof(Core, timers), 0, NULL},
    {"closed", T_OBJECT_EX, offsetof(Core, closed_listeners), 0, NULL},
    {"clock", T_OBJECT_EX, offsetof(Core, clock), 0, NULL},
    {"debug_blocking", T_OBJECT_EX, offsetof(Core, debug_blocking), 0, NULL},
    {"_leaving", T_BOOL, offsetof(Core, leaving), 0, NULL},
    {"_plain_tasks", T_BOOL, offsetof(Core, plain_tasks), 0, NULL},
    {"_closed", T_BOOL, offsetof(Core, closed), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject Core_Type = {
    COLLECTED_TYPE(core, Core, "HubCore", Py_TPFLAGS_BASETYPE, "The fields of a hub that native code uses."),
    .tp_new = new,
    .tp_methods = methods,
    .tp_members = members,
};

PyObject *
hub_here(void)
{
    PyObject *hub = parts.hub_local ? PyObject_GetAttr(parts.hub_local, names.hub) : NULL;
    if (unlikely(hub == NULL)) {
        PyErr_Clear();
    }
    return hub;
}

Core *
core_here(void)
{
    Waits *waits = waits_here();
    if (likely(waits != NULL)) {
        Core *core = (Core *)new_reference(waits->hub);
        Py_DECREF(waits);
        return core;
    }
    PyObject *hub = hub_here();
    if (unlikely(hub != NULL && !PyObject_TypeCheck(hub, &Core_Type))) {
        Py_CLEAR(hub);
    }
    return (Core *)hub;
}
