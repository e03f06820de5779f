/* Strings and functions that the hot paths need, looked up once when the module is imported. */

#include "shim.h"

struct Names names;

static PyObject *
attribute_of(const char *module_name, const char *name)
{
    PyObject *module = PyImport_ImportModule(module_name);
    if (module == NULL) {
        return NULL;
    }
    PyObject *found = PyObject_GetAttrString(module, name);
    Py_DECREF(module);
    return found;
}

int
names_init(void)
{
    struct {
        PyObject **place;
        const char *text;
    } strings[] = {
#define NAME(name) {&names.name, #name},
#define NAME_AS(name, text) {&names.name, text},
#define MESSAGE(name, text) {&names.name, text},
#include "names.h"
    };
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
        if (*strings[i].place == NULL && (*strings[i].place = PyUnicode_InternFromString(strings[i].text)) == NULL) {
            return -1;
        }
    }
    names.empty_bytes = PyBytes_FromStringAndSize(NULL, 0);
    names.extract_stack = attribute_of("asyncio.format_helpers", "extract_stack");
    names.getframe = attribute_of("sys", "_getframe");
    return names.empty_bytes && names.extract_stack && names.getframe ? 0 : -1;
}
