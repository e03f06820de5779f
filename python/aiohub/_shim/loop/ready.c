/* The ready queue: a ring of references that grows and never shrinks. */

#include "loop/loop.h"

#define FIRST_SIZE 256

static int
grow(Ready *ready)
{
    size_t size = ready->slots ? ready->mask + 1 : 0;
    size_t wanted = size ? size * 2 : FIRST_SIZE;
    PyObject **slots = PyMem_New(PyObject *, wanted);
    if (slots == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < ready->count; i++) {
        slots[i] = ready->slots[(ready->head + i) & ready->mask];
    }
    PyMem_Free(ready->slots);
    ready->slots = slots;
    ready->mask = wanted - 1;
    ready->head = 0;
    return 0;
}

int
ready_push(Ready *ready, PyObject *item)
{
    if (unlikely(ready->slots == NULL || ready->count > ready->mask) && grow(ready) < 0) {
        return -1;
    }
    Py_INCREF(item);
    ready->slots[(ready->head + ready->count++) & ready->mask] = item;
    return 0;
}

PyObject *
ready_pop(Ready *ready)
{
    if (ready->count == 0) {
        return NULL;
    }
    ready->count--;
    return ready->slots[ready->head++ & ready->mask];
}

PyObject *
ready_take(Ready *ready, size_t index)
{
    PyObject *item = ready_get(ready, index);
    ready->count--;
    for (size_t i = index; i < ready->count; i++) {
        ready->slots[(ready->head + i) & ready->mask] = ready->slots[(ready->head + i + 1) & ready->mask];
    }
    return item;
}

void
ready_clear(Ready *ready)
{
    PyObject *item;
    while ((item = ready_pop(ready)) != NULL) {
        Py_DECREF(item);
    }
    PyMem_Free(ready->slots);
    ready->slots = NULL;
    ready->mask = 0;
}

int
ready_traverse(Ready *ready, visitproc visit, void *arg)
{
    for (size_t i = 0; i < ready->count; i++) {
        Py_VISIT(ready->slots[(ready->head + i) & ready->mask]);
    }
    return 0;
}

PyObject *
ready_list(Ready *ready)
{
    size_t count = ready->count;
    PyObject *list = PyList_New((Py_ssize_t)count);
    if (list == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        PyList_SET_ITEM(list, (Py_ssize_t)i, new_reference(ready->slots[(ready->head + i) & ready->mask]));
    }
    return list;
}
