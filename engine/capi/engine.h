/*
 * engine.h - the C ABI of the aiohub engine, an event loop core.
 *
 * GENERAL
 *
 * An engine is the core of one event loop: readiness of descriptors, timers, wake-ups, streams, datagrams, listening
 * sockets, child processes. It knows nothing of who uses it: it is given tokens (64-bit numbers it hands back unread)
 * and returns events. It never calls back. Every function is a leaf: it returns a number, or fills the caller's memory.
 *
 * Errors. A function that can fail returns a negative number: -errno (<errno.h>), or AIO_PANIC. errno itself is not set.
 *
 *   -EBADF    a handle that is closed, was never given out or belongs to another kind; a descriptor that is not open
 *   -EINVAL   an argument out of range
 *   -EPERM    a descriptor the kernel cannot poll (a regular file)
 *   -EBUSY    the descriptor is in use in a way that excludes this one (see the function)
 *   -ENOMEM, -ENFILE, -EMFILE, ... as the kernel reports them
 *   AIO_PANIC a fault in the engine itself; aio_last_panic() has its text. The engine stays usable.
 *
 * Threads. Every function may be called from any OS thread, with or without an interpreter lock, also while another
 * thread is blocked in aio_turn() of the same engine; a lock in the engine orders them. Only one thread at a time may be
 * in aio_turn() of an engine (-EBUSY), and the events of a turn belong to the thread that made it.
 * The library has threads of its own. All signals should be blocked in the thread that loads it, while it loads it: the
 * library's threads inherit that, so a signal is always delivered to a thread of the program.
 *
 * Blocking. Only aio_turn() with a timeout other than 0 blocks. A caller that holds an interpreter lock has to
 * release it for that call and need not for any other.
 *
 * Fork. After fork the child must not call into the library, not even to free: the library's threads are gone and
 * a call may hang. The child loads a private copy of the file and opens everything again.
 *
 * Handles. Streams, listeners, datagram sockets and children have handles: positive numbers that are never
 * used twice in an engine's life (so a stale one is reported, never taken for another). Descriptors that are only watched
 * or waited for go by their number.
 *
 * Tokens. An event carries the token given when its source was opened. A turn's events are a snapshot: a source
 * closed while they are processed may have events further on in the same array, so the caller checks its tokens against
 * its own table (a token with a generation in it does). No later turn returns an event for a closed source.
 *
 * Descriptors stay the caller's. The engine closes one only where AIO_CLOSE_FD asks for it. Nothing is assumed about
 * a number: it may be closed and reused behind the engine's back at any time; an event of the old file is dropped.
 *
 * Memory. Structures are the caller's. Data pointed to by an event lies in the engine's slab and is valid until
 * the next aio_turn() of that engine. Data handed over for writing has to stay valid and unchanged until the engine has
 * reported it written, or has reported an error for its handle, or the handle is closed.
 *
 * (The names aio_read, aio_write, aio_error, aio_return, aio_cancel, aio_suspend and aio_fsync are POSIX's and not used.)
 */
#ifndef AIOHUB_ENGINE_H
#define AIOHUB_ENGINE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes with every change of a structure, a number or the meaning of a function. */
#define AIO_ABI 1

/* Below every -errno. */
#define AIO_PANIC (-100000)

/* ---- Submissions ------------------------------------------------------------------------------------------------
 *
 * Operations that need no answer at once are collected by the caller in an array and handed over by the next
 * aio_turn() (or by aio_submit()). They are done in order, before the poll. `result` is written in place: 0 or a
 * positive count, or -errno. An operation that fails does not stop the ones behind it.
 *
 *   code                 handle  id      data         len         addr      result
 *   AIO_OP_NOP           -       -       -            -           -         0
 *   AIO_OP_TIMER_ADD     -       -       -            deadline    token     0, -EEXIST, -EINVAL
 *   AIO_OP_TIMER_CANCEL  -       -       -            -           token     0, -ENOENT
 *   AIO_OP_WRITE         stream  -       bytes        bytes       -         bytes written now
 *   AIO_OP_WRITEV        stream  -       aio_buf[]    elements    -         bytes written now
 *   AIO_OP_SENDTO        dgram   addrlen bytes        bytes       sockaddr  1 sent, 0 queued
 *   AIO_OP_READING       any     0 or 1  -            -           -         0
 *   AIO_OP_SHUTDOWN      stream  -       -            -           -         0
 *   AIO_OP_CLOSE         any     flags   -            -           -         0
 *   AIO_OP_WATCH         fd      mask    -            -           token     as aio_watch()
 *   AIO_OP_WAIT          fd      mask    -            -           token     as aio_wait()
 *
 * NOP        Nothing. An operation that became needless before it was submitted is overwritten with it.
 * TIMER_ADD  One AIO_EV_TIMER when CLOCK_MONOTONIC (nanoseconds) has reached `len`; never earlier. Due timers
 *            come in order of their deadlines, equal deadlines in the order they were added. `addr` is the timer's
 *            token: its low 32 bits are a slot number the caller chooses, below AIO_TIMER_SLOTS and as small as it
 *            can (the engine keeps a table by slot), the high 32 bits are free (a generation). -EEXIST: the slot's
 *            timer is pending. A slot is free again once its event was returned or its cancellation submitted.
 * TIMER_CANCEL  The timer with exactly this token will not come. -ENOENT: it is not pending (it may have come).
 * WRITE, WRITEV  Writes as much as the kernel takes now, unless earlier data is still queued, and queues the rest; the result
 *            is the number of bytes written now. Each later piece of progress is an AIO_EV_WROTE. Bytes are written, and counted,
 *            in the order they were handed over: a caller that keeps its buffers in a queue for each stream takes off
 *            its front what the results and events add up to. The aio_buf array itself is copied.
 *            Fails with the errno of the write (-EPIPE, -ECONNRESET ...), also when an earlier write failed; the queue
 *            is dropped then. After AIO_OP_SHUTDOWN: -EPIPE.
 * SENDTO     Sends one datagram, to the stream's peer if `addr` is 0; `addr` is copied. Result 1: sent. 0: the socket's
 *            buffer is full (or earlier datagrams are queued), the datagram is queued and an AIO_EV_SENT or
 *            AIO_EV_SEND_FAILED will count it. Negative: it was not sent and is forgotten.
 *            Consecutive SENDTO for one handle go out in one system call.
 * READING    Stop (0) or go on (1) reading from a stream or datagram socket, or accepting from a listener. After 0 is
 *            submitted no event of a read comes from later turns.
 * SHUTDOWN   Shut the writing side down once everything queued is written.
 * CLOSE      Forget the handle and what is queued. AIO_CLOSE_FD: close the descriptor, too.
 */
enum {
    AIO_OP_NOP = 0,
    AIO_OP_TIMER_ADD = 1,
    AIO_OP_TIMER_CANCEL = 2,
    AIO_OP_WRITE = 3,
    AIO_OP_WRITEV = 4,
    AIO_OP_SENDTO = 5,
    AIO_OP_READING = 6,
    AIO_OP_SHUTDOWN = 7,
    AIO_OP_CLOSE = 8,
    AIO_OP_WATCH = 9,
    AIO_OP_WAIT = 10,
};

#define AIO_TIMER_SLOTS (1u << 28)

#define AIO_CLOSE_FD 1u

struct aio_op {
    uint32_t code;
    uint32_t id;
    int64_t handle;
    uint64_t data; /* a pointer: (uint64_t)(uintptr_t)p */
    int64_t len;
    uint64_t addr; /* a pointer or a token */
    int64_t result;
};

struct aio_buf { /* laid out like struct iovec */
    uint64_t data;
    uint64_t len;
};

/* ---- Events -----------------------------------------------------------------------------------------------------
 *
 *   kind                 token of    flags          result           data            addr, addr_len
 *   AIO_EV_WAKE          0           -              -                -               -
 *   AIO_EV_TIMER         timer       -              -                -               -
 *   AIO_EV_WATCH         aio_watch   AIO_IN ...     fd               -               -
 *   AIO_EV_WAIT          aio_wait    AIO_IN ...     fd               -               -
 *   AIO_EV_DATA          stream      -              bytes (> 0)      bytes           -
 *   AIO_EV_READABLE      stream      -              -                -               -
 *   AIO_EV_EOF           stream      -              -                -               -
 *   AIO_EV_ERROR         stream      AIO_IN, _OUT   -errno           -               -
 *   AIO_EV_WROTE         stream      AIO_EMPTY      bytes            -               -
 *   AIO_EV_ACCEPTED      listener    -              new descriptor   -               sockaddr of the peer
 *   AIO_EV_ACCEPT_FAILED listener    AIO_RETRY      -errno           -               -
 *   AIO_EV_DATAGRAM      dgram       AIO_TRUNCATED  bytes (>= 0)     bytes           sockaddr of the sender
 *   AIO_EV_DGRAM_FAILED  dgram       -              -errno           -               -
 *   AIO_EV_SENT          dgram       AIO_EMPTY      datagrams        -               -
 *   AIO_EV_SEND_FAILED   dgram       AIO_EMPTY      -errno           -               -
 *   AIO_EV_CHILD         child       AIO_LOST       wait status      -               -
 *
 * Events of descriptors come before those of timers, as in asyncio.
 *
 * WAKE      aio_wake() was called since the last WAKE (once for any number of calls).
 * WATCH     A watched descriptor is ready; it will be reported each turn as long as it is. Error and hang-up are in
 *           the flags as AIO_ERR and AIO_HUP whether asked for or not.
 * WAIT      A wait is over. The directions in the flags are no longer waited for; with AIO_ERR or AIO_HUP neither is.
 * DATA      At most one for a stream in a turn, at most AIO_READ_MAX bytes.
 * READABLE  Instead of DATA for streams opened with AIO_STREAM_NOTIFY: call aio_stream_read(). Each turn as long as
 *           there is something to read (bytes, end of file or an error).
 * EOF       The peer will send nothing more. The engine has stopped reading.
 * ERROR     The connection is broken. AIO_IN: found by reading, AIO_OUT: by writing. The engine has stopped reading and writing and
 *           dropped the queue; close the handle.
 * WROTE     That many bytes of the queue went out. AIO_EMPTY: all of it. AIO_LOW: the queue has fallen to the low
 *           water mark after it had been above the high one (aio_stream_marks).
 * ACCEPTED  The descriptor is non-blocking, close-on-exec and the caller's.
 * ACCEPT_FAILED  With AIO_RETRY the process or the system is out of descriptors or memory (EMFILE, ENFILE, ENOBUFS, ENOMEM): the
 *           connections wait in the backlog and the engine tries again by itself, AIO_ACCEPT_RETRY_NS later or as soon as a descriptor is
 *           closed through the engine. Without: accept failed for good and the engine has stopped accepting.
 * SENT      So many datagrams of the queue went out.
 * SEND_FAILED  One datagram, the first of the queue, was refused with this errno; the next one is tried.
 * CHILD     The child has ended and was reaped; `result` is the status of waitpid(2). AIO_LOST: somebody else has reaped it, its
 *           status is unknown. The handle is closed.
 */
enum {
    AIO_EV_WAKE = 1,
    AIO_EV_TIMER = 2,
    AIO_EV_WATCH = 3,
    AIO_EV_WAIT = 4,
    AIO_EV_DATA = 5,
    AIO_EV_READABLE = 6,
    AIO_EV_EOF = 7,
    AIO_EV_ERROR = 8,
    AIO_EV_WROTE = 9,
    AIO_EV_ACCEPTED = 10,
    AIO_EV_ACCEPT_FAILED = 11,
    AIO_EV_DATAGRAM = 12,
    AIO_EV_DGRAM_FAILED = 13,
    AIO_EV_SENT = 14,
    AIO_EV_SEND_FAILED = 15,
    AIO_EV_CHILD = 16,
};

/*
 * Readiness, in masks given to and returned by the engine. AIO_PRI, out-of-band data, goes with AIO_IN: asked for and reported beside
 * it; a wait for AIO_IN | AIO_PRI is over when either comes. AIO_ERR and AIO_HUP are reported whether asked for or not.
 */
#define AIO_IN 1u
#define AIO_OUT 2u
#define AIO_PRI 4u
#define AIO_ERR 8u
#define AIO_HUP 16u

/* Flags of other events. */
#define AIO_EMPTY 1u
#define AIO_LOW 2u
#define AIO_RETRY 1u
#define AIO_TRUNCATED 1u
#define AIO_LOST 1u

#define AIO_READ_MAX (256 * 1024)
#define AIO_ACCEPT_RETRY_NS 1000000000

struct aio_event {
    uint64_t token;
    uint32_t kind;
    uint32_t flags;
    int64_t result;
    uint64_t data; /* a pointer into the slab */
    uint64_t addr; /* a pointer into the slab */
    uint32_t addr_len;
    uint32_t reserved;
};

/* ---- The engine -------------------------------------------------------------------------------------------------*/

/* The AIO_ABI this library was built with. To be compared before anything else is called. */
int64_t aio_abi(void);

/* A new engine: its handle, or -errno (-EMFILE ...). Costs two descriptors, both close-on-exec. */
int64_t aio_new(void);

/* Free an engine. Closes its own descriptors and no others. -EBUSY: a thread is in aio_turn(). */
int64_t aio_free(int64_t engine);

/*
 * One turn of the loop. Does the `nops` operations, waits for something to happen and fills `events` (at most `cap`, which must
 * be 8 or more; 256 or more is sensible). Returns the number of events.
 *
 *   timeout_ns 0    looks without waiting
 *   timeout_ns < 0  waits until there is an event
 *   timeout_ns > 0  waits at most so long
 *
 * A pending timer shortens the wait. What does not fit into `events` or the slab is kept and comes first in the next
 * turn, which then does not wait. Returns 0 when the time is up, and may return 0 early.
 * -EINTR: a signal came during the wait; let handlers run and call again.
 * The operations are done, and their results written, whatever is returned: never submit them again.
 */
int64_t aio_turn(int64_t engine, struct aio_op *ops, int64_t nops, struct aio_event *events, int64_t cap, int64_t timeout_ns);

/* Does the operations now, without a poll. 0, -EBADF for the engine. */
int64_t aio_submit(int64_t engine, struct aio_op *ops, int64_t nops);

/*
 * Make the engine's present or next aio_turn() return with an AIO_EV_WAKE. From any thread, also one that never called the engine before;
 * not from a signal handler (write 8 bytes to aio_wake_fd there).
 */
int64_t aio_wake(int64_t engine);

/*
 * The descriptor behind aio_wake(): an eventfd (on the BSDs the writing end of a pipe) owned by the engine. Writing the 8 bytes of
 * (uint64_t)1 to it does what aio_wake() does, without a call into the library; -EAGAIN from that write means one is pending already.
 */
int64_t aio_wake_fd(int64_t engine);

/* The engine's poll descriptor. For the child of a fork, which closes its copies of this and aio_wake_fd and calls nothing. */
int64_t aio_poll_fd(int64_t engine);

/* ---- Watched and awaited descriptors ----------------------------------------------------------------------------*/

/*
 * Report `fd` (level-triggered: in every turn) while it is ready for what `mask` (AIO_IN, AIO_OUT) says; replaces what was watched
 * before, and its token. mask 0: do not watch it any more; returns 1 if it was watched, 0 if not, never an error.
 * For add_reader and add_writer. -EBUSY: `fd` belongs to a stream, listener or datagram socket of this engine.
 */
int64_t aio_watch(int64_t engine, int64_t fd, uint32_t mask, uint64_t token);

/*
 * Report `fd` once when it is ready for what `mask` says. Adds to directions waited for already (and replaces the token). One
 * descriptor may be watched and waited for at the same time. One system call, whatever was armed before: the number may mean another
 * file by now. For green threads. Errors as aio_watch().
 */
int64_t aio_wait(int64_t engine, int64_t fd, uint32_t mask, uint64_t token);

/* Do not wait for these directions any more. Costs no system call. Always 0. */
int64_t aio_unwait(int64_t engine, int64_t fd, uint32_t mask);

/*
 * `fd` is about to be closed, was closed, or means another file now: drop what is watched and waited for. Streams and the like stay.
 * Never needed for correctness, saves a late clean-up.
 */
int64_t aio_forget(int64_t engine, int64_t fd);

/* ---- Streams ----------------------------------------------------------------------------------------------------*/

/* The descriptor is not a socket (a pipe, a terminal): read(2) and writev(2) instead of recv(2) and sendmsg(2). It has to be non-blocking. */
#define AIO_STREAM_FILE 1u
/* AIO_EV_READABLE instead of AIO_EV_DATA. */
#define AIO_STREAM_NOTIFY 2u
/* Do not read yet (AIO_OP_READING starts it). */
#define AIO_STREAM_PAUSED 4u

/*
 * Make a stream of a connected descriptor; returns its handle. What was watched or awaited on the number is dropped.
 * -EBUSY: another stream has the same open file. (A stream whose descriptor was closed without telling the engine gets an
 * AIO_EV_ERROR with -EBADF when the number comes back.)
 */
int64_t aio_stream_open(int64_t engine, int64_t fd, uint32_t flags, uint64_t token);

/* Change AIO_STREAM_NOTIFY (0 or AIO_STREAM_NOTIFY): the kind of protocol has changed. */
int64_t aio_stream_mode(int64_t engine, int64_t handle, uint32_t flags);

/* Read into the caller's buffer: bytes, 0 for end of file, -EAGAIN, -errno. */
int64_t aio_stream_read(int64_t engine, int64_t handle, void *buf, int64_t len);

/* What AIO_OP_WRITE and AIO_OP_WRITEV do, at once. */
int64_t aio_stream_write(int64_t engine, int64_t handle, const void *data, int64_t len);
int64_t aio_stream_writev(int64_t engine, int64_t handle, const struct aio_buf *bufs, int64_t n);

/* The bytes that are queued in the engine. */
int64_t aio_stream_queued(int64_t engine, int64_t handle);

/* Water marks in bytes, for AIO_LOW; low <= high. New streams have 16 KiB and 64 KiB. */
int64_t aio_stream_marks(int64_t engine, int64_t handle, int64_t low, int64_t high);

/* What the operations of the same name do, at once. READING and CLOSE take every kind of handle. */
int64_t aio_reading(int64_t engine, int64_t handle, uint32_t on);
int64_t aio_shutdown(int64_t engine, int64_t handle);
int64_t aio_close(int64_t engine, int64_t handle, uint32_t flags);

/* ---- Listening and datagram sockets, children -------------------------------------------------------------------*/

/* Accept from a listening socket, at most `backlog` connections a turn; returns its handle. Errors as aio_stream_open(). */
int64_t aio_listen(int64_t engine, int64_t fd, int64_t backlog, uint64_t token);

/* Receive from, and send with, a datagram socket; returns its handle. AIO_STREAM_PAUSED. Errors as aio_stream_open(). */
int64_t aio_dgram_open(int64_t engine, int64_t fd, uint32_t flags, uint64_t token);

/* What AIO_OP_SENDTO does, at once: 1 sent, 0 queued, -errno. */
int64_t aio_dgram_send(int64_t engine, int64_t handle, const void *data, int64_t len, const void *addr, uint32_t addr_len);

/*
 * Report the end of a child process, and reap it; returns a handle (aio_close stops watching). -ESRCH: no such process.
 * -ENOSYS, -EPERM: this kernel or sandbox has no pidfd_open(2); use a thread.
 */
int64_t aio_child_watch(int64_t engine, int64_t pid, uint64_t token);

/* ---- Statistics and faults --------------------------------------------------------------------------------------*/

/* Counters run from the engine's start. */
struct aio_stats {
    /* now */
    int64_t timers;           /* pending */
    int64_t timers_cancelled; /* cancelled ones still in the heap */
    int64_t watched;          /* descriptors watched or waited for */
    int64_t streams;
    int64_t listeners;
    int64_t datagrams;
    int64_t children;
    int64_t queued_bytes;
    /* counted */
    int64_t turns;
    int64_t polls;       /* of them, those that asked the kernel */
    int64_t events;
    int64_t operations;
    int64_t wakes;
    int64_t timers_fired;
    int64_t reads;       /* system calls */
    int64_t read_bytes;
    int64_t writes;      /* system calls */
    int64_t written_bytes;
    int64_t accepted;
    int64_t controls;    /* epoll_ctl calls */
    int64_t stale;       /* events of files that were closed behind the engine's back, dropped */
    int64_t rebuilds;    /* new poll sets because of them */
    /* of the library */
    int64_t goroutines;
    int64_t panics;
};

int64_t aio_stats(int64_t engine, struct aio_stats *out);

/* The text of the last panic, at most `len` bytes without a zero byte at the end; returns the length of the text, 0 if there was none. */
int64_t aio_last_panic(char *buf, int64_t len);

/*
 * For tests: the `n`-th function below panics when it is called next (once). 0: none.
 * aio_abi, aio_last_panic and aio_inject_panic itself cannot.
 */
int64_t aio_inject_panic(int64_t n);
enum {
    AIO_FN_NEW = 1,
    AIO_FN_FREE = 2,
    AIO_FN_TURN = 3,
    AIO_FN_SUBMIT = 4,
    AIO_FN_WAKE = 5,
    AIO_FN_WAKE_FD = 6,
    AIO_FN_WATCH = 7,
    AIO_FN_WAIT = 8,
    AIO_FN_UNWAIT = 9,
    AIO_FN_FORGET = 10,
    AIO_FN_STREAM_OPEN = 11,
    AIO_FN_STREAM_MODE = 12,
    AIO_FN_STREAM_READ = 13,
    AIO_FN_STREAM_WRITE = 14,
    AIO_FN_STREAM_WRITEV = 15,
    AIO_FN_STREAM_QUEUED = 16,
    AIO_FN_STREAM_MARKS = 17,
    AIO_FN_READING = 18,
    AIO_FN_SHUTDOWN = 19,
    AIO_FN_CLOSE = 20,
    AIO_FN_LISTEN = 21,
    AIO_FN_DGRAM_OPEN = 22,
    AIO_FN_DGRAM_SEND = 23,
    AIO_FN_CHILD_WATCH = 24,
    AIO_FN_STATS = 25,
    AIO_FN_RECV = 26,
    AIO_FN_SEND = 27,
    AIO_FN_ACCEPT = 28,
    AIO_FN_POLL_FD = 29,
};

/* ---- Sockets of green threads -----------------------------------------------------------------------------------
 *
 * One system call on a non-blocking socket; where it would block (-EAGAIN), the wait (as aio_wait) is armed in the same crossing.
 * token is the wait's; flags are those of recv(2) and send(2) (MSG_DONTWAIT and MSG_NOSIGNAL are added).
 * Other errors are the system call's; nothing is armed then. EINTR is retried.
 */
int64_t aio_recv(int64_t engine, int64_t fd, void *buf, int64_t len, uint32_t flags, uint64_t token);
int64_t aio_send(int64_t engine, int64_t fd, const void *data, int64_t len, uint32_t flags, uint64_t token);
/* Returns the descriptor (non-blocking, close-on-exec); *addr_len is the size of addr, and on return that of the address. */
int64_t aio_accept(int64_t engine, int64_t fd, void *addr, uint32_t *addr_len, uint64_t token);

#ifdef __cplusplus
}
#endif

#endif
