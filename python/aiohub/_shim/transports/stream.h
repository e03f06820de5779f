/* Stream transports: what the files about them share. */

#ifndef AIOHUB_STREAM_H
#define AIOHUB_STREAM_H

#include "transports/transport.h"

#include <netinet/in.h>

/* An address of the internet, as the kernel gives it. */
typedef struct {
    union {
        struct sockaddr any;
        struct sockaddr_in inet;
        struct sockaddr_in6 inet6;
    };
    socklen_t length;
} Address;

typedef struct {
    Transport base;
    PyObject *server;
    PyObject *reader; /* weak reference to the StreamReader that gets the bytes; NULL: the protocol gets them */
    PyObject *empty_waiter; /* while sendfile waits for the queue to drain */
    PyObject *described; /* the socket that `_extra` is made of when somebody asks for it; NULL: it has been made */
    Address local, peer; /* of that */
    Py_ssize_t last_read; /* bytes */
    bool buffered; /* the protocol is a BufferedProtocol */
    bool eof;
} Stream;

/* stream.c: reading and writing. */

extern const TransportKind stream_kind;

/* connection.c: its beginning and its end. */

int connection_init(void);

int stream_init(Stream *stream, PyObject *args, PyObject *keywords); /* tp_init */
/* The transport of *sock*, whose number is *fd*, accepted by *server* from *peer*: an instance of *type*. */
PyObject *stream_accepted(PyTypeObject *type, Loop *loop, PyObject *sock, int fd, PyObject *protocol, PyObject *server,
                          const Address *peer);
PyObject *stream_set_protocol(Stream *stream, PyObject *protocol);
PyObject *stream_close(Stream *stream, PyObject *ignored);
PyObject *stream_let_go(Stream *stream, PyObject *ignored);
PyObject *stream_get_extra(Stream *stream, void *closure);
int stream_set_extra(Stream *stream, PyObject *value, void *closure);

/* accept.c: what a server's listener brings. */

extern PyTypeObject Accepted_Type;

PyObject *loop_accept(Loop *loop, PyObject *const *args, Py_ssize_t nargs); /* Loop._accept */

#endif
