/* Python's own sockets: what the socket module makes, original or imported again by eventlet. */

#ifndef AIOHUB_PLAIN_SOCKETS_H
#define AIOHUB_PLAIN_SOCKETS_H

#include "shim.h"

int plain_sockets_init(void);

/* Whether *sock* is of Python's class itself, whose accept nobody has replaced: what that does may be done here. */
bool socket_is_plain(PyObject *sock);

/* Of any socket that derives from _socket.socket; -1 with an exception. */
int socket_family(PyObject *sock);

/* A plain socket for *fd*, which is not blocking, of the kind of the plain socket *listener*. *fd* stays the caller's
 * if that fails. */
PyObject *socket_like(PyObject *listener, int fd);

#endif
