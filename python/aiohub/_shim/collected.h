/* Objects that the garbage collector knows: which references one has is said once, in a list,
 *
 *     #define LISTENER_REFERENCES(REFERENCE) REFERENCE(greenlet) REFERENCE(mark_as_closed)
 *
 * from which its slots are made, and its attributes where Python uses the same names. An object that keeps more than
 * references writes the slot in question itself, with the list in it; there, it is called `self`.
 */

#ifndef AIOHUB_COLLECTED_H
#define AIOHUB_COLLECTED_H

#include "shim.h"

#define VISIT_REFERENCE(name) Py_VISIT(self->name);
#define CLEAR_REFERENCE(name) Py_CLEAR(self->name);

#define DEFINE_TRAVERSE(prefix, Struct, REFERENCES)                                                                    \
    static int prefix##_traverse(Struct *self, visitproc visit, void *arg)                                             \
    {                                                                                                                  \
        REFERENCES(VISIT_REFERENCE)                                                                                    \
        return 0;                                                                                                      \
    }

#define DEFINE_CLEAR(prefix, Struct, REFERENCES)                                                                       \
    static int prefix##_clear(Struct *self)                                                                            \
    {                                                                                                                  \
        REFERENCES(CLEAR_REFERENCE)                                                                                    \
        return 0;                                                                                                      \
    }

/* The end of an object that has nothing but references; a long chain of them must not overflow the stack. */
#define DEFINE_DEALLOC(prefix, Struct)                                                                                 \
    static void prefix##_dealloc(Struct *self)                                                                         \
    {                                                                                                                  \
        PyObject_GC_UnTrack(self);                                                                                     \
        Py_TRASHCAN_BEGIN(self, prefix##_dealloc)                                                                      \
        (void)prefix##_clear(self);                                                                                    \
        Py_TYPE(self)->tp_free((PyObject *)self);                                                                      \
        Py_TRASHCAN_END                                                                                                \
    }

/* The slots of a type of such objects, to begin its definition with; *flags* is 0 or Py_TPFLAGS_BASETYPE ... */
#define COLLECTED_TYPE(prefix, Struct, class_name, flags, doc)                                                         \
    PyVarObject_HEAD_INIT(NULL, 0)                                                                                     \
    .tp_name = "aiohub._shim." class_name,                                                                             \
    .tp_doc = doc,                                                                                                     \
    .tp_basicsize = sizeof(Struct),                                                                                    \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | (flags),                                                     \
    .tp_dealloc = (destructor)prefix##_dealloc,                                                                        \
    .tp_traverse = (traverseproc)prefix##_traverse,                                                                    \
    .tp_clear = (inquiry)prefix##_clear

/* An attribute that is read only, and asked for with the function prefix_name. */
#define GETTER(prefix, name) {#name, (getter)prefix##_##name, NULL, NULL, NULL},
#define END_OF_GETTERS {NULL, NULL, NULL, NULL, NULL}

#endif
