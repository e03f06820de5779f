/*
 * engine.h - the C ABI of the aiohub engine, an event loop core.
 *
 * GENERAL
 *
 * An engine is the core of one event loop: readiness of descriptors, timers, wake-ups, streams, datagrams. It knows
 * nothing of who uses it: it is given tokens (64-bit numbers it hands back unread) and returns events. It never calls
 * back. Every function is a leaf: it returns a number, or fills the caller's memory.
 *
 * Errors. A function that can fail returns a negative number: -errno (<errno.h>), or AIO_PANIC. errno itself is not
 * set.
 *
 *   -EBADF    a handle that is closed, was never given out or belongs to another kind; a descriptor that is not open
 *   -EINVAL   an argument out of range
 *   -EPERM    a descriptor the kernel cannot poll (a regular file)
 *   -EBUSY    the descriptor is in use in a way that excludes this one (see the function)
 *   -ENOMEM, -ENFILE, -EMFILE, ... as the kernel reports them
 *   AIO_PANIC a fault in the engine itself; aio_last_panic() has its text. The engine stays usable.
 *
 * Threads. Every function may be called from any OS thread, with or without an interpreter lock, also while another
 * thread is blocked in aio_turn() of the same engine; a lock in the engine orders them. Only one thread at a time may
 * be in aio_turn() of an engine (-EBUSY), and the events of a turn belong to the thread that made it.
 * The library has threads of its own. All signals should be blocked in the thread that loads it, while it loads it: the
 * library's threads inherit that, so a signal is always delivered to a thread of the program.
 *
 * Blocking. Only aio_turn() with a timeout other than 0 blocks. A caller that holds an interpreter lock has to
 * release it for that call and need not for any other.
 *
 * Fork. After fork the child must not call into the library, not even to free: the library's threads are gone and
 * a call may hang. The child loads a private copy of the file and opens everything again.
 *
 * Handles. Streams and datagram sockets have handles: positive numbers that are never
 * used twice in an engine's life (so a stale one is reported, never taken for another). Descriptors that are only
 * watched or waited for go by their number.
 *
 * Tokens. An event carries the token given when its source was opened. A turn's events are a snapshot: a source
 * closed while they are processed may have events further on in the same array, so the caller checks its tokens against
 * its own table (a token with a generation in it does). No later turn returns an event for a closed source.
 *
 * Descriptors stay the caller's: the engine closes none that it was given. Nothing is assumed about
 * a number: it may be closed and reused behind the engine's back at any time; an event of the old file is dropped.
 *
 * Memory. Structures are the caller's. Data handed over for writing has to stay valid and unchanged until the engine
 * has reported it written, or has reported an error for its handle, or the handle is closed.
 *
 * (The names aio_read, aio_write, aio_error, aio_return, aio_cancel, aio_suspend and aio_fsync are POSIX's and not
 * used.)
 */
#ifndef AIOHUB_ENGINE_H
#define AIOHUB_ENGINE_H

#include <stdint.h>

#include "functions.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Changes with every change of a structure, a number or the meaning of a function. */
#define AIO_ABI 3

/* Below every -errno. */
#define AIO_PANIC (-100000)

/* ---- Submissions ------------------------------------------------------------------------------------------------
 *
 * Timers are made and cancelled by operations, which the caller collects in an array and hands over with the next
 * aio_turn(). They are done in order, before the poll. `result` is written in place: 0 or -errno. An operation that
 * fails does not stop the ones behind it.
 *
 * NOP           Nothing. An operation that became needless before it was submitted is overwritten with it.
 * TIMER_ADD     One AIO_EV_TIMER when CLOCK_MONOTONIC (nanoseconds) has reached `deadline`; never earlier. Due timers
 *               come in order of their deadlines, equal deadlines in the order they were added. The low 32 bits of
 *               `token` are a slot number the caller chooses, below AIO_TIMER_SLOTS and as small as it
 *               can (the engine keeps a table by slot), the high 32 bits are free (a generation). -EEXIST: the slot's
 *               timer is pending. A slot is free again once its event was returned or its cancellation submitted.
 * TIMER_CANCEL  The timer with exactly this token will not come. -ENOENT: it is not pending (it may have come).
 */
enum {
    AIO_OP_NOP = 0,
    AIO_OP_TIMER_ADD = 1,
    AIO_OP_TIMER_CANCEL = 2,
};

#define AIO_TIMER_SLOTS (1u << 28)

struct aio_op {
    uint32_t code;
    int32_t result;
    int64_t deadline;
    uint64_t token;
};

/* ---- Events -----------------------------------------------------------------------------------------------------
 *
 *   kind                 token of       flags          result
 *   AIO_EV_WAKE          0              -              -
 *   AIO_EV_TIMER         timer          -              -
 *   AIO_EV_WATCH         aio_watch      AIO_IN ...     fd
 *   AIO_EV_WAIT          aio_wait       AIO_IN ...     fd
 *   AIO_EV_READABLE      stream, dgram  -              -
 *   AIO_EV_ERROR         stream, dgram  AIO_IN, _OUT   -errno
 *   AIO_EV_WROTE         stream         AIO_EMPTY      bytes
 *   AIO_EV_SENT          dgram          AIO_EMPTY      datagrams
 *   AIO_EV_SEND_FAILED   dgram          AIO_EMPTY      -errno
 *
 * Events of descriptors come before those of timers, as in asyncio.
 *
 * WAKE      Somebody wrote to aio_wake_fd() since the last WAKE (once for any number of times).
 * WATCH     A watched descriptor is ready; it will be reported each turn as long as it is. Error and hang-up are in
 *           the flags as AIO_ERR and AIO_HUP whether asked for or not.
 * WAIT      A wait is over. The directions in the flags are no longer waited for; with AIO_ERR or AIO_HUP neither is.
 * READABLE  Each turn as long as there is something to read (bytes, a datagram, end of file or an error): call
 *           aio_recv_now() or aio_receive_now(), and aio_reading() at the end of file. A hint: it may be read already,
 *           and flags and result say nothing.
 * ERROR     AIO_OUT: the connection is broken, which a write has found; both: the number stands for another file. The
 *           engine watches the socket no more and has dropped its queue; close the handle.
 * WROTE     That many bytes of the queue went out. AIO_EMPTY: all of it.
 * SENT      So many datagrams of the queue went out.
 * SEND_FAILED  One datagram, the first of the queue, was refused with this errno; the next one is tried.
 */
enum {
    AIO_EV_WAKE = 1,
    AIO_EV_TIMER = 2,
    AIO_EV_WATCH = 3,
    AIO_EV_WAIT = 4,
    AIO_EV_READABLE = 5,
    AIO_EV_ERROR = 6,
    AIO_EV_WROTE = 7,
    AIO_EV_SENT = 8,
    AIO_EV_SEND_FAILED = 9,
};

/*
 * Readiness, in masks given to and returned by the engine. AIO_PRI, out-of-band data, goes with AIO_IN: asked for and
 * reported beside it; a wait for AIO_IN | AIO_PRI is over when either comes. AIO_ERR and AIO_HUP are reported whether
 * asked for or not.
 */
#define AIO_IN 1u
#define AIO_OUT 2u
#define AIO_PRI 4u
#define AIO_ERR 8u
#define AIO_HUP 16u

/* Flags of other events. */
#define AIO_EMPTY 1u


struct aio_event {
    uint64_t token;
    uint32_t kind;
    uint32_t flags;
    int64_t result;
};

/* ---- The engine -------------------------------------------------------------------------------------------------*/

/* The AIO_ABI this library was built with. To be compared before anything else is called. */
int64_t aio_abi(void);

/* A new engine: its handle, or -errno (-EMFILE ...). Costs two descriptors, both close-on-exec. */
int64_t aio_new(void);

/* Free an engine. Closes its own descriptors and no others. -EBUSY: a thread is in aio_turn(). */
int64_t aio_free(int64_t engine);

/*
 * One turn of the loop. Does the `nops` operations, waits for something to happen and fills `events` (at most `cap`,
 * which must be 8 or more; 256 or more is sensible). Returns the number of events.
 *
 *   timeout_ns 0    looks without waiting
 *   timeout_ns < 0  waits until there is an event
 *   timeout_ns > 0  waits at most so long
 *
 * A pending timer shortens the wait. What does not fit into `events` is kept and comes first in the next
 * turn, which then does not wait. Returns 0 when the time is up, and may return 0 early.
 * -EINTR: a signal came during the wait; let handlers run and call again.
 * The operations are done, and their results written, whatever is returned: never submit them again.
 */
int64_t aio_turn(int64_t engine, struct aio_op *ops, int64_t nops, struct aio_event *events, int64_t cap, int64_t timeout_ns);

/*
 * A descriptor, owned by the engine, that ends the present or next aio_turn() with an AIO_EV_WAKE when the 8 bytes of
 * (uint64_t)1 are written to it; EAGAIN from that write means that this is pending already. From any thread, without a
 * call into the library. It is an eventfd.
 */
int64_t aio_wake_fd(int64_t engine);

/* The engine's poll descriptor. For the child of a fork, which closes its copies of this and aio_wake_fd and calls
 * nothing. */
int64_t aio_poll_fd(int64_t engine);

/* ---- Watched and awaited descriptors ----------------------------------------------------------------------------*/

/*
 * Report `fd` (level-triggered: in every turn) while it is ready for what `mask` (AIO_IN, AIO_OUT) says; replaces what
 * was watched before, and its token. mask 0: do not watch it any more; returns 1 if it was watched, 0 if not, never an
 * error. For add_reader and add_writer. -EBUSY: `fd` belongs to a stream or datagram socket of this engine.
 */
int64_t aio_watch(int64_t engine, int64_t fd, uint32_t mask, uint64_t token);

/*
 * Report `fd` once when it is ready for what `mask` says. Adds to directions waited for already (and replaces the
 * token). One descriptor may be watched and waited for at the same time. One system call, whatever was armed before:
 * the number may mean another file by now. For green threads. Errors as aio_watch().
 */
int64_t aio_wait(int64_t engine, int64_t fd, uint32_t mask, uint64_t token);

/* Do not wait for these directions any more. Costs no system call. Always 0. */
int64_t aio_unwait(int64_t engine, int64_t fd, uint32_t mask);

/*
 * `fd` is about to be closed, was closed, or means another file now: drop what is watched and waited for. Streams and
 * the like stay. Never needed for correctness, saves a late clean-up.
 */
int64_t aio_forget(int64_t engine, int64_t fd);

/* ---- Streams ----------------------------------------------------------------------------------------------------*/

/* Do not read yet: aio_reading() starts it. */
#define AIO_PAUSED 1u

/*
 * Make a stream of a connected, non-blocking socket; returns its handle. What was watched or awaited on the number is
 * dropped. -EBUSY: another stream has the same open file. (A stream whose descriptor was closed without telling the
 * engine gets an AIO_EV_ERROR with -EBADF when the number comes back.)
 */
int64_t aio_stream_open(int64_t engine, int64_t fd, uint32_t flags, uint64_t token);

/*
 * Have the engine write what aio_send_now() could not: at once or later, behind what is queued. Each piece of progress
 * is an AIO_EV_WROTE. Bytes are written, and counted, in the order they were handed over: a caller that keeps its
 * buffers in a queue for each stream takes off its front what the events add up to. 0; after an AIO_EV_ERROR its errno.
 */
int64_t aio_stream_queue(int64_t engine, int64_t handle, const void *data, int64_t len);

/*
 * Reading and writing at once: single system calls, without a call into Go and not counted in the statistics; EINTR is
 * retried.
 *
 * aio_send_now: send(2), or sendto(2) where `addr` is not 0: bytes sent, -EAGAIN, -errno. Only for a socket that has
 * nothing queued; the caller knows that, since it counts what it has handed over. What was not sent goes to
 * aio_stream_queue() or aio_dgram_queue().
 * aio_recv_now: recv(2): bytes, 0 for the end of the stream, -EAGAIN, -errno.
 * aio_receive_now: recvmmsg(2), at most AIO_DATAGRAMS of them: datagrams received, -EAGAIN, -errno. Each item says
 * where its bytes and its sender's address go and how much room there is, and afterwards how much came. What is too
 * long is cut.
 */
int64_t aio_send_now(int64_t fd, const void *data, int64_t len, const void *addr, uint32_t addr_len);
int64_t aio_recv_now(int64_t fd, void *buf, int64_t len);

#define AIO_DATAGRAMS 16

struct aio_datagram {
    void *data;
    int64_t len;
    void *addr;
    uint32_t addr_len;
    uint32_t reserved;
};

int64_t aio_receive_now(int64_t fd, struct aio_datagram *items, int64_t n);

/*
 * Stop (0) or go on (1) reading from a stream or datagram socket. After 0 no event of a read comes from
 * later turns. A stop and a start within a turn cost no system call.
 */
int64_t aio_reading(int64_t engine, int64_t handle, uint32_t on);

/* Forget the handle and what is queued. The descriptor stays open. */
int64_t aio_close(int64_t engine, int64_t handle);

/* ---- Datagram sockets -------------------------------------------------------------------------------------------*/

/* Receive from, and send with, a datagram socket; returns its handle. AIO_PAUSED. Errors as aio_stream_open(). */
int64_t aio_dgram_open(int64_t engine, int64_t fd, uint32_t flags, uint64_t token);

/*
 * Have the engine send one datagram that aio_send_now() could not, to the socket's peer if `addr` is 0; `addr` is
 * copied. An AIO_EV_SENT or AIO_EV_SEND_FAILED will count it. 0 or -errno.
 */
int64_t aio_dgram_queue(int64_t engine, int64_t handle, const void *data, int64_t len, const void *addr, uint32_t addr_len);

/* ---- Statistics and faults --------------------------------------------------------------------------------------*/

/* For whoever looks for the cause of something, and for tests: the loop itself does not ask. Counters run from the
 * engine's start. */
struct aio_stats {
    /* now */
    int64_t timers;           /* pending */
    int64_t timers_cancelled; /* cancelled ones still in the heap */
    int64_t watched;          /* descriptors watched or waited for */
    int64_t streams;
    int64_t datagrams;
    int64_t queued_bytes;
    /* counted */
    int64_t turns;
    int64_t events;
    int64_t operations;
    int64_t wakes;
    int64_t timers_fired;
    int64_t writes;      /* system calls */
    int64_t written_bytes;
    int64_t controls;    /* epoll_ctl calls */
    int64_t stale;       /* events of files that were closed behind the engine's back, dropped */
    int64_t rebuilds;    /* new poll sets because of them */
    /* of the library */
    int64_t goroutines;
    int64_t panics;
};

int64_t aio_stats(int64_t engine, struct aio_stats *out);

/* The text of the last panic, at most `len` bytes without a zero byte at the end; returns the length of the text, 0
 * if there was none. */
int64_t aio_last_panic(char *buf, int64_t len);

/*
 * For tests: that function panics when it is called next (once). AIO_FN_none: none. Those that make no call into Go
 * have no number.
 */
int64_t aio_inject_panic(int64_t function);

#ifdef __cplusplus
}
#endif

#endif
