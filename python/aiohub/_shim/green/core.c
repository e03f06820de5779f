/* HubCore: what native code reads and writes of a hub at every turn, as fields. aiohub.hub.Hub extends it. */

#include "green/green.h"
#include "native.h"

static PyObject *
new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    chunks_keep();
    return PyType_GenericNew(type, args, keywords);
}

static int
traverse(Core *core, visitproc visit, void *arg)
{
    Py_VISIT(core->greenlet);
    Py_VISIT(core->loop);
    Py_VISIT(core->context);
    Py_VISIT(core->watcher);
    Py_VISIT(core->timers);
    Py_VISIT(core->closed_listeners);
    Py_VISIT(core->clock);
    Py_VISIT(core->debug_blocking);
    return drivers_traverse(&core->drivers, visit, arg);
}

static int
clear(Core *core)
{
    Py_CLEAR(core->greenlet);
    Py_CLEAR(core->loop);
    Py_CLEAR(core->context);
    Py_CLEAR(core->watcher);
    Py_CLEAR(core->timers);
    Py_CLEAR(core->closed_listeners);
    Py_CLEAR(core->clock);
    Py_CLEAR(core->debug_blocking);
    drivers_clear(&core->drivers);
    return 0;
}

static void
dealloc(Core *core)
{
    PyObject_GC_UnTrack(core);
    clear(core);
    Py_TYPE(core)->tp_free((PyObject *)core);
}

static PyObject *
drop_drivers(Core *core, PyObject *Py_UNUSED(ignored))
{
    drivers_clear(&core->drivers);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
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
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "aiohub._shim.HubCore",
    .tp_doc = "The fields of a hub that native code uses.",
    .tp_basicsize = sizeof(Core),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = new,
    .tp_dealloc = (destructor)dealloc,
    .tp_traverse = (traverseproc)traverse,
    .tp_clear = (inquiry)clear,
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
    PyObject *hub = hub_here();
    if (unlikely(hub != NULL && !PyObject_TypeCheck(hub, &Core_Type))) {
        Py_CLEAR(hub);
    }
    return (Core *)hub;
}
