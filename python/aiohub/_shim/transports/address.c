/* Socket addresses: the tuples and strings that Python's socket module has for them, and back. */

#include "transports/transport.h"

#include <arpa/inet.h>
#include <sys/un.h>

PyObject *
address_object(const struct sockaddr *address, socklen_t length)
{
    char text[INET6_ADDRSTRLEN];
    if (length == 0) {
        Py_RETURN_NONE;
    }
    switch (address->sa_family) {
    case AF_INET: {
        const struct sockaddr_in *inet = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &inet->sin_addr, text, sizeof(text));
        return Py_BuildValue("si", text, (int)ntohs(inet->sin_port));
    }
    case AF_INET6: {
        const struct sockaddr_in6 *inet = (const struct sockaddr_in6 *)address;
        inet_ntop(AF_INET6, &inet->sin6_addr, text, sizeof(text));
        return Py_BuildValue("siII", text, (int)ntohs(inet->sin6_port), (unsigned)ntohl(inet->sin6_flowinfo),
                             (unsigned)inet->sin6_scope_id);
    }
    case AF_UNIX: {
        const struct sockaddr_un *local = (const struct sockaddr_un *)address;
        size_t head = offsetof(struct sockaddr_un, sun_path);
        if (length > head && local->sun_path[0] == 0) {
            return PyBytes_FromStringAndSize(local->sun_path, (Py_ssize_t)(length - head)); /* abstract */
        }
        size_t size = length > head ? strnlen(local->sun_path, length - head) : 0;
        return PyUnicode_DecodeFSDefaultAndSize(local->sun_path, (Py_ssize_t)size);
    }
    default:
        return Py_BuildValue("iy#", (int)address->sa_family, address->sa_data,
                             (Py_ssize_t)(length - offsetof(struct sockaddr, sa_data)));
    }
}

static int
parse_inet(int family, PyObject *object, struct sockaddr_storage *address, socklen_t *length)
{
    Py_ssize_t size = PyTuple_Check(object) ? PyTuple_GET_SIZE(object) : 0;
    if (size < 2 || size > 4 || !PyUnicode_Check(PyTuple_GET_ITEM(object, 0))
        || !PyLong_Check(PyTuple_GET_ITEM(object, 1))) {
        return 0;
    }
    const char *host = PyUnicode_AsUTF8(PyTuple_GET_ITEM(object, 0));
    long port = PyLong_AsLong(PyTuple_GET_ITEM(object, 1));
    if (host == NULL || port < 0 || port > 0xffff) {
        PyErr_Clear();
        return 0;
    }
    memset(address, 0, sizeof(*address));
    if (family == AF_INET && size == 2) {
        struct sockaddr_in *inet = (struct sockaddr_in *)address;
        inet->sin_family = AF_INET;
        inet->sin_port = htons((uint16_t)port);
        *length = sizeof(*inet);
        return inet_pton(AF_INET, host, &inet->sin_addr) == 1;
    }
    if (family != AF_INET6) {
        return 0;
    }
    struct sockaddr_in6 *inet = (struct sockaddr_in6 *)address;
    unsigned long extra[2] = {0, 0};
    for (Py_ssize_t i = 2; i < size; i++) {
        PyObject *item = PyTuple_GET_ITEM(object, i);
        extra[i - 2] = PyLong_Check(item) ? PyLong_AsUnsignedLong(item) : ULONG_MAX;
        if (extra[i - 2] > 0xffffffff || (i == 2 && extra[0] > 0xfffff)) {
            PyErr_Clear();
            return 0;
        }
    }
    inet->sin6_family = AF_INET6;
    inet->sin6_port = htons((uint16_t)port);
    inet->sin6_flowinfo = htonl((uint32_t)extra[0]);
    inet->sin6_scope_id = (uint32_t)extra[1];
    *length = sizeof(*inet);
    return inet_pton(AF_INET6, host, &inet->sin6_addr) == 1;
}

static int
parse_unix(PyObject *object, struct sockaddr_storage *address, socklen_t *length)
{
    PyObject *bytes = NULL;
    if (PyBytes_Check(object)) {
        bytes = new_reference(object);
    }
    else if (!PyUnicode_Check(object) || (bytes = PyUnicode_EncodeFSDefault(object)) == NULL) {
        PyErr_Clear();
        return 0;
    }
    struct sockaddr_un *local = (struct sockaddr_un *)address;
    size_t size = (size_t)PyBytes_GET_SIZE(bytes);
    bool abstract = size > 0 && PyBytes_AS_STRING(bytes)[0] == 0;
    bool fits = size < sizeof(local->sun_path) + abstract;
    if (fits) {
        memset(local, 0, sizeof(*local));
        local->sun_family = AF_UNIX;
        memcpy(local->sun_path, PyBytes_AS_STRING(bytes), size);
        *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + !abstract);
    }
    Py_DECREF(bytes);
    return fits;
}

int
address_parse(int family, PyObject *object, struct sockaddr_storage *address, socklen_t *length)
{
    return family == AF_UNIX ? parse_unix(object, address, length) : parse_inet(family, object, address, length);
}
