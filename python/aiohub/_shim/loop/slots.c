/* Tables of the objects that the engine knows by a token. */

#include "loop/loop.h"

#define FIRST_SIZE 64

int
slots_add(Slots *slots, PyObject *object, uint64_t *token)
{
    uint32_t index;
    if (slots->first_free) {
        index = slots->first_free - 1;
        slots->first_free = slots->slots[index].next_free;
    }
    else {
        if (slots->used == slots->size) {
            size_t size = slots->size ? (size_t)slots->size * 2 : FIRST_SIZE;
            Slot *larger = size < AIO_TIMER_SLOTS ? PyMem_Resize(slots->slots, Slot, size) : NULL;
            if (larger == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            slots->slots = larger;
            slots->size = (uint32_t)size;
        }
        index = slots->used++;
        slots->slots[index].generation = 1;
    }
    Py_INCREF(object);
    slots->slots[index].object = object;
    *token = (uint64_t)slots->slots[index].generation << 32 | index;
    return 0;
}

void
slots_remove(Slots *slots, uint64_t token)
{
    PyObject *object = slots_get(slots, token);
    if (object == NULL) {
        return;
    }
    Slot *slot = &slots->slots[(uint32_t)token];
    slot->object = NULL;
    slot->generation++;
    slot->next_free = slots->first_free;
    slots->first_free = (uint32_t)token + 1;
    Py_DECREF(object);
}

void
slots_clear(Slots *slots)
{
    /* Dropping an object may run code that looks into the table: take it away first. */
    Slots old = *slots;
    memset(slots, 0, sizeof(*slots));
    for (uint32_t i = 0; i < old.used; i++) {
        Py_XDECREF(old.slots[i].object);
    }
    PyMem_Free(old.slots);
}

int
slots_traverse(Slots *slots, visitproc visit, void *arg)
{
    for (uint32_t i = 0; i < slots->used; i++) {
        Py_VISIT(slots->slots[i].object);
    }
    return 0;
}
