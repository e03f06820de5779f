/* Bytes that the engine has still to send: it has their addresses, here are the references. */

#include "transports/transport.h"

#define FIRST_SIZE 8

static inline Piece *
piece_at(Outgoing *outgoing, size_t index)
{
    return &outgoing->ring[(outgoing->head + index) & (outgoing->size - 1)];
}

int
outgoing_reserve(Outgoing *outgoing)
{
    if (likely(outgoing->count < outgoing->size)) {
        return 0;
    }
    size_t size = outgoing->size ? outgoing->size * 2 : FIRST_SIZE;
    Piece *larger = PyMem_New(Piece, size);
    if (larger == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < outgoing->count; i++) {
        larger[i] = *piece_at(outgoing, i);
    }
    PyMem_Free(outgoing->ring);
    outgoing->ring = larger;
    outgoing->size = size;
    outgoing->head = 0;
    return 0;
}

void
outgoing_push(Outgoing *outgoing, PyObject *bytes, Py_ssize_t start)
{
    Piece *piece = piece_at(outgoing, outgoing->count++);
    *piece = (Piece){.bytes = new_reference(bytes), .start = start, .length = PyBytes_GET_SIZE(bytes) - start};
    outgoing->bytes += (size_t)piece->length;
}

/* Dropping bytes runs no code of anybody's: the queue stays as it is meanwhile. */
static void
take_first(Outgoing *outgoing)
{
    Piece *piece = piece_at(outgoing, 0);
    outgoing->bytes -= (size_t)piece->length;
    outgoing->head++;
    outgoing->count--;
    Py_DECREF(piece->bytes);
}

void
outgoing_take_bytes(Outgoing *outgoing, size_t sent)
{
    while (sent > 0 && outgoing->count) {
        Piece *piece = piece_at(outgoing, 0);
        if (sent < (size_t)piece->length) {
            piece->start += (Py_ssize_t)sent;
            piece->length -= (Py_ssize_t)sent;
            outgoing->bytes -= sent;
            return;
        }
        sent -= (size_t)piece->length;
        take_first(outgoing);
    }
}

void
outgoing_take_pieces(Outgoing *outgoing, size_t sent)
{
    for (; sent > 0 && outgoing->count; sent--) {
        take_first(outgoing);
    }
}

void
outgoing_drop(Outgoing *outgoing)
{
    outgoing_take_pieces(outgoing, outgoing->count);
}

void
outgoing_free(Outgoing *outgoing)
{
    outgoing_drop(outgoing);
    PyMem_Free(outgoing->ring);
    *outgoing = (Outgoing){.ring = NULL};
}
