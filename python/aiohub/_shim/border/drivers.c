/* Drivers: the greenlets in which tasks run, one after the other.
 *
 * The birth and the death of a greenlet cost several switches (docs/design/0006-green-fast-paths.md), so a greenlet
 * whose task has returned waits for the next one. It must not be told from a fresh one: it goes on only if nobody has
 * a reference to it, strong or weak, and nothing was stored in it. Then its address is all that it has in common with
 * the one before, which a fresh one would have as well: the allocator gives out the memory of the last one.
 */

#include "collected.h"
#include "green/green.h"
#include "native.h"

#include <alloca.h>

/* Bytes of C stack between who starts a driver and the driver's own. Whoever switches to it later comes from about as
 * deep; what lies above the driver's stack need not be copied away for it. */
#define GAP 1024

static PyTypeObject *task_greenlet; /* aiohub._tasks.coroutine.TaskGreenlet */
static Py_ssize_t coroutine_offset; /* of its slot `coroutine` */

static inline PyObject **
coroutine_of(PyObject *green)
{
    return (PyObject **)((char *)green + coroutine_offset);
}

/* Here, in the greenlet, because greenlet takes a suspended one without a Python frame for a running one, whose
 * context is its own affair. */
static inline void
set_context(Driver *driver, PyObject *context)
{
    if (unlikely(greenlet_set_context(driver->green, context) < 0)) {
        PyErr_WriteUnraisable(driver->green); /* it runs, and the context is a Context: cannot be */
    }
}

/* Runs in the greenlet: task after task. Small, because its frame is copied at every switch. */
static PyObject *
driver_call(Driver *driver, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    if (driver->nursery != NULL) {
        PyObject *back = greenlet_switch(driver->nursery, NULL);
        if (back == NULL) {
            return NULL; /* nobody needs it: GreenletExit */
        }
        Py_DECREF(back);
    }
    while (driver->step != NULL) {
        set_context(driver, driver->context ? driver->context : Py_None);
        Py_CLEAR(driver->context);
        PyObject *home = step_run(driver->step);
        if (home == NULL) {
            driver->step = NULL;
            return PyErr_Occurred() ? NULL : new_reference(Py_None);
        }
        /* The task has returned, and its step takes the driver away from it. Nothing is owned here meanwhile. */
        set_context(driver, Py_None);
        PyObject *back = greenlet_switch(home, NULL);
        if (back == NULL) {
            driver->step = NULL;
            return NULL; /* nobody needs it any more: GreenletExit */
        }
        Py_DECREF(back);
    }
    return new_reference(Py_None);
}

#define DRIVER_REFERENCES(REFERENCE) REFERENCE(green) REFERENCE(context)

DEFINE_TRAVERSE(driver, Driver, DRIVER_REFERENCES)
DEFINE_CLEAR(driver, Driver, DRIVER_REFERENCES)
DEFINE_DEALLOC(driver, Driver)

PyTypeObject Driver_Type = {
    COLLECTED_TYPE(driver, Driver, "Driver", 0, "What runs in the greenlet of a task."),
    .tp_call = (ternaryfunc)driver_call,
};

/* Start *green* with a gap between this stack and its own. */
static PyObject *
start_below(PyObject *green)
{
    volatile char *gap = alloca(GAP);
    gap[0] = 0;
    PyObject *back = greenlet_switch(green, NULL);
    gap[0] = 1; /* not a tail call */
    return back;
}

/* A driver in a greenlet that has not begun. */
static Driver *
driver_new(Core *core, PyObject *home)
{
    Driver *driver = PyObject_GC_New(Driver, &Driver_Type);
    if (driver == NULL) {
        return NULL;
    }
    driver->green = driver->context = driver->nursery = NULL;
    driver->step = NULL;
    PyObject_GC_Track(driver);
    driver->green = PyObject_CallFunctionObjArgs((PyObject *)task_greenlet, driver, core->greenlet, NULL);
    if (driver->green == NULL) {
        Py_CLEAR(driver);
        return NULL;
    }
    /* One that was born in the midst of other code, for an eager task, begins with that code's depth of recursion. */
    driver->is_reusable = home == core->greenlet;
    return driver;
}

/* Where drivers are born for first steps that are not the hub's: a greenlet that begins as deep as those of the hub, or,
 * before the hub has run, as deep as who first needs it. */
typedef struct Nursery {
    PyObject_HEAD
    PyObject *green;
    PyObject *caller; /* borrowed: it waits */
    Driver *newborn;  /* borrowed */
    int depth; /* see border.h */
} Nursery;

static PyObject *
nursery_call(Nursery *nursery, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    for (;;) {
        PyObject *back = greenlet_switch(nursery->caller, NULL);
        if (back == NULL) {
            return NULL; /* nobody needs it any more: GreenletExit */
        }
        Py_DECREF(back);
        Py_XDECREF(driver_start(nursery->newborn)); /* an error is seen by the caller: the driver has not begun */
        PyErr_Clear();
    }
}

#define NURSERY_REFERENCES(REFERENCE) REFERENCE(green)

DEFINE_TRAVERSE(nursery, Nursery, NURSERY_REFERENCES)
DEFINE_CLEAR(nursery, Nursery, NURSERY_REFERENCES)
DEFINE_DEALLOC(nursery, Nursery)

PyTypeObject Nursery_Type = {
    COLLECTED_TYPE(nursery, Nursery, "Nursery", 0, "What runs in the greenlet that starts those of tasks."),
    .tp_call = (ternaryfunc)nursery_call,
};

int
drivers_open_nursery(Core *core, int depth)
{
    Nursery *nursery = core->drivers.nursery;
    if (nursery != NULL && nursery->depth >= depth) {
        return 0;
    }
    PyObject *current = greenlets_init() < 0 ? NULL : greenlet_current();
    if (current == NULL) {
        return -1;
    }
    drivers_clear(&core->drivers);
    nursery = PyObject_GC_New(Nursery, &Nursery_Type);
    if (nursery != NULL) {
        nursery->green = NULL;
        nursery->caller = current;
        nursery->newborn = NULL;
        nursery->depth = depth;
        PyObject_GC_Track(nursery);
        PyObject *root = greenlet_parent(core->greenlet);
        nursery->green = PyObject_CallFunctionObjArgs((PyObject *)greenlet_type(), nursery, root, NULL);
        Py_XDECREF(root);
        PyObject *back = nursery->green ? start_below(nursery->green) : NULL;
        if (back == NULL) {
            Py_CLEAR(nursery);
        }
        else {
            Py_DECREF(back);
            PyObject_GC_UnTrack(nursery->green); /* as an idle driver's */
        }
    }
    Py_DECREF(current);
    core->drivers.nursery = nursery;
    return nursery ? 0 : -1;
}

/* Whether `greenlet.settrace` is in use: who traces is not to see a greenlet that is nobody's. */
static bool
is_traced(void)
{
    PyObject *module = PyImport_ImportModule("greenlet");
    PyObject *function = module ? PyObject_CallMethod(module, "gettrace", NULL) : NULL;
    bool result = function != NULL && function != Py_None;
    PyErr_Clear();
    Py_XDECREF(function);
    Py_XDECREF(module);
    return result;
}

/* A driver for a step that *home* makes, begun as deep as one that the hub begins. */
static Driver *
driver_from_nursery(Core *core, PyObject *home)
{
    if (drivers_open_nursery(core, NURSERY_ANYWHERE) < 0) {
        return NULL;
    }
    Nursery *nursery = core->drivers.nursery;
    Driver *driver = driver_new(core, home);
    if (driver == NULL) {
        return NULL;
    }
    driver->nursery = nursery->green;
    nursery->newborn = driver;
    nursery->caller = home;
    Py_INCREF(nursery);
    PyObject *back = greenlet_switch(nursery->green, NULL);
    driver->nursery = NULL;
    driver->is_reusable = back != NULL && nursery->depth > NURSERY_ANYWHERE && greenlet_has_begun(driver->green);
    Py_DECREF(nursery);
    if (back == NULL) {
        Py_CLEAR(driver);
    }
    Py_XDECREF(back);
    return driver;
}

Driver *
driver_take(Core *core, PyObject *home, PyObject *context, PyObject *coroutine)
{
    Drivers *drivers = &core->drivers;
    Driver *driver;
    if (likely(drivers->count > 0)) {
        driver = drivers->idle[--drivers->count];
        PyObject_GC_Track(driver->green);
        if (unlikely(!greenlet_is_child_of(driver->green, core->greenlet)) /* the hub has another greenlet by now */
            && greenlet_set_parent(driver->green, core->greenlet) < 0) {
            Py_DECREF(driver);
            return NULL;
        }
    }
    else {
        bool from_nursery = home != core->greenlet && !is_traced();
        driver = from_nursery ? driver_from_nursery(core, home) : driver_new(core, home);
        if (driver == NULL) {
            return NULL;
        }
    }
    Py_XSETREF(driver->context, context == Py_None ? NULL : new_reference(context));
    *coroutine_of(driver->green) = new_reference(coroutine);
    return driver;
}

PyObject *
driver_start(Driver *driver)
{
    return greenlet_has_begun(driver->green) ? greenlet_switch(driver->green, NULL) : start_below(driver->green);
}

/* Whether nothing tells the greenlet from a fresh one: the driver has the only reference, and it has no attributes. */
static bool
is_as_new(PyObject *green)
{
    PyTypeObject *type = Py_TYPE(green);
    if (Py_REFCNT(green) != 1 || type->tp_weaklistoffset <= 0 || type->tp_dictoffset <= 0
        || *(PyObject **)((char *)green + type->tp_weaklistoffset) != NULL) {
        return false;
    }
    PyObject *attributes = *(PyObject **)((char *)green + type->tp_dictoffset);
    return attributes == NULL || (Py_REFCNT(attributes) == 1 && PyDict_GET_SIZE(attributes) == 0);
}

/* Let the greenlet come to its end now; control comes back here. */
static void
end(Driver *driver)
{
    PyObject *current = greenlet_current(), *back = NULL;
    if (current != NULL
        && (greenlet_is_child_of(driver->green, current) || greenlet_set_parent(driver->green, current) == 0)) {
        back = greenlet_switch(driver->green, NULL);
    }
    if (back == NULL) {
        PyErr_WriteUnraisable(driver->green);
    }
    Py_XDECREF(back);
    Py_XDECREF(current);
}

void
driver_give_back(Core *core, Driver *driver)
{
    Drivers *drivers = &core->drivers;
    driver->step = NULL;
    if (likely(driver->is_reusable && drivers->count < DRIVERS && !core->closed && is_as_new(driver->green))) {
        /* Who looks for greenlets among all objects is not to find one that does nothing. */
        PyObject_GC_UnTrack(driver->green);
        Py_CLEAR(*coroutine_of(driver->green));
        drivers->idle[drivers->count++] = driver;
        return;
    }
    end(driver);
    Py_DECREF(driver);
}

void
drivers_clear(Drivers *drivers)
{
    while (drivers->count > 0) {
        Driver *driver = drivers->idle[--drivers->count];
        Py_CLEAR(driver->green); /* its last reference: greenlet throws it out of its wait */
        Py_DECREF(driver);
    }
    Nursery *nursery = drivers->nursery;
    drivers->nursery = NULL;
    if (nursery != NULL) {
        Py_CLEAR(nursery->green);
        Py_DECREF(nursery);
    }
}

int
drivers_traverse(Drivers *drivers, visitproc visit, void *arg)
{
    for (int i = 0; i < drivers->count; i++) {
        Py_VISIT(drivers->idle[i]);
    }
    Py_VISIT(drivers->nursery);
    return 0;
}

static PyObject *
make_step(void)
{
    PyObject *slot = PyObject_GetAttr(parts.task_greenlet_class, names.coroutine);
    if (slot == NULL || !Py_IS_TYPE(slot, &PyMemberDescr_Type)) {
        Py_XDECREF(slot);
        PyErr_SetString(PyExc_TypeError, "the greenlet of a task needs a slot `coroutine`");
        return NULL;
    }
    coroutine_offset = ((PyMemberDescrObject *)slot)->d_member->offset;
    Py_DECREF(slot);
    task_greenlet = (PyTypeObject *)parts.task_greenlet_class;
    return new_reference((PyObject *)&Step_Type);
}

static PyObject **const step_needs[] = {&parts.task_greenlet_class, NULL};

const Native step_natives[] = {{"GreenStep", make_step, step_needs}, {NULL, NULL, NULL}};
