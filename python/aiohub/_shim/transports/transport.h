/* What stream and datagram transports share: their state, reading and pausing, water marks, what waits to be sent, how
 * they enter and leave the engine, and how they fail.
 *
 * A call into Python may switch to another green thread, which may close the transport or give it another protocol.
 * After one, nothing is taken for granted: who goes on asks `transport_is_connected`, `conn_lost` and `protocol` again.
 */

#ifndef AIOHUB_TRANSPORT_H
#define AIOHUB_TRANSPORT_H

#include "collected.h"
#include "loop/loop.h"

/* outgoing.c: bytes whose addresses the engine has, and which therefore have to live. */

typedef struct {
    PyObject *bytes;
    Py_ssize_t start, length; /* what of it is still to be sent */
} Piece;

typedef struct {
    Piece *ring;
    size_t size; /* a power of two, or 0 */
    size_t head, count;
    size_t bytes; /* in all pieces together */
} Outgoing;

/* Make room for one more piece; -1 with MemoryError. To be called before the engine is given the address: what it has
 * been given must be kept. */
int outgoing_reserve(Outgoing *outgoing);
void outgoing_push(Outgoing *outgoing, PyObject *bytes, Py_ssize_t start);
void outgoing_take_bytes(Outgoing *outgoing, size_t sent); /* off the front; never more than there are */
void outgoing_take_pieces(Outgoing *outgoing, size_t sent);
void outgoing_drop(Outgoing *outgoing);
void outgoing_free(Outgoing *outgoing);

/* transport.c */

/* The layout of asyncio's _FlowControlMixin, which the transports extend: Transport's slot `_extra`, and four of its
 * own, which stay empty. */
typedef struct {
    PyObject_HEAD
    PyObject *extra;
    PyObject *unused[4];
    char end[];
} TransportHead;

typedef struct Transport Transport;

/* How the two kinds differ. */
typedef struct {
    int64_t (*open)(Transport *transport, uint32_t flags); /* aio_stream_open or aio_dgram_open */
    int (*event)(Transport *transport, const aio_event *event); /* -1 for an exception that ends the loop */
} TransportKind;

struct Transport {
    PyObject_HEAD
    PyObject *extra;
    PyObject *unused[4];
    const TransportKind *kind;
    Loop *loop;         /* NULL before `_open` */
    PyObject *protocol; /* NULL after connection_lost */
    PyObject *sock;     /* owns the descriptor */
    PyObject *context;  /* callbacks of the protocol run in it */
    uint64_t token;
    int64_t id; /* the engine's; 0: it does not know the transport */
    Outgoing outgoing;
    size_t low, high; /* water marks, in bytes */
    int fd, conn_lost;
    bool connected;    /* between `_open` and `_detach` */
    bool reading;      /* connection_made was called, and no eof came */
    bool engine_reads; /* what the engine was told last */
    bool paused, closing, protocol_paused;
};

extern PyType_Spec transport_spec, stream_spec, datagram_spec;

/* Whether the transport has a connection: not before `_open`, after `_detach`, or when the loop has been closed. */
static inline bool
transport_is_connected(Transport *transport)
{
    return likely(transport->connected && loop_has_engine(transport->loop));
}

static inline bool
transport_wants_data(const Transport *transport)
{
    return transport->reading && !transport->paused && !transport->closing && !transport->conn_lost
           && transport->protocol != NULL;
}

/* Have *protocol*, or with None nobody, be told from now on. */
int transport_set_protocol(Transport *transport, PyObject *protocol);

int transport_check_connected(Transport *transport); /* -1 with a RuntimeError that says what it is */

/* place.c */

int transport_apply_reading(Transport *transport); /* tells the engine whether data is wanted */

/* Whether *fd* is open; -1 with OSError. For who has not opened it himself: tables grow with the number. */
int transport_check_descriptor(int fd);
/* For a kind's `_open`: takes its part in the loop. It enters the engine when it first reads, or has bytes that wait:
 * a connection that is closed before, or only written to, costs no crossing. */
int transport_open(Transport *transport, const TransportKind *kind, Loop *loop, PyObject *sock, int fd);
int transport_enter(Transport *transport);   /* enters the engine, if it has not yet; connected ones only */
int transport_attach(Transport *transport);  /* connects it again, and enters the engine */
void transport_detach(Transport *transport); /* leaves it; what waits to be sent is dropped */
void transport_leave(Transport *transport);  /* leaves the loop as well, for good; the socket is still open */
PyObject *transport_find(Loop *loop, PyObject *fd); /* Loop._find_transport */
int transport_note(Transport *transport);    /* has the loop find it by its descriptor; -1 with an exception */
void transport_unnote(Transport *transport); /* no longer */
void transports_restore(Loop *loop);         /* after a fork: all of them enter the new engine */

/* transport.c */

/* Call pause_writing, or resume_writing, if the water marks say so. */
int transport_maybe_pause(Transport *transport);
int transport_maybe_resume(Transport *transport);

/* What to do with the current exception: the connection is lost, as `_fatal_error` says; or the loop's exception
 * handler is told. 0, or -1 to end the loop. */
int transport_fail(Transport *transport, PyObject *message);
int transport_report(Transport *transport);
/* Takes *result*, and reports if it is NULL. */
int transport_settle(Transport *transport, PyObject *result);

/* A write to a transport that is lost: dropped, and counted. *warns*: asyncio warns of the later ones. */
int transport_drop_write(Transport *transport, bool warns);

/* An event for the transport with this token; in the transport's context. */
int transport_dispatch(Loop *loop, const aio_event *event);

/* For the slots of the kinds. */
int transport_traverse(Transport *transport, visitproc visit, void *arg);
int transport_clear(Transport *transport);
void transport_free(Transport *transport); /* the end of tp_dealloc */

/* A transport's type, from the functions and tables of its file whose names begin with *prefix*, and from more slots. */
#define TRANSPORT_TYPE(prefix, Struct, class_name, doc, ...)                                                               \
    static PyType_Slot prefix##_slots[] = {                                                                            \
        {Py_tp_doc, doc},                                                                                              \
        {Py_tp_dealloc, prefix##_dealloc},                                                                             \
        {Py_tp_traverse, prefix##_traverse},                                                                           \
        {Py_tp_clear, prefix##_clear},                                                                                 \
        {Py_tp_methods, prefix##_methods},                                                                             \
        {Py_tp_members, prefix##_members},                                                                             \
        __VA_ARGS__ /* each with a comma after it */                                                                   \
        {0, NULL},                                                                                                     \
    };                                                                                                                 \
    PyType_Spec prefix##_spec = {                                                                                      \
        .name = "aiohub._shim." class_name,                                                                            \
        .basicsize = sizeof(Struct),                                                                                   \
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,                                        \
        .slots = prefix##_slots,                                                                                       \
    };

/* What the transport has to do with the socket is over: it leaves the loop, and the socket is closed. */
int transport_let_go(Transport *transport);

/* reader.c */

int reader_init(void);
/* A weak reference to the StreamReader behind *protocol*, if bytes may go straight to it; NULL without an exception. */
PyObject *reader_find(PyObject *protocol);
int reader_feed(PyObject *weak, PyObject *transport, const char *data, Py_ssize_t length);

/* address.c */

PyObject *address_object(const struct sockaddr *address, socklen_t length);
/* 1, or 0 if *object* is not an address in numbers (or, of Unix, a path) of this family. */
int address_parse(int family, PyObject *object, struct sockaddr_storage *address, socklen_t *length);

#endif
