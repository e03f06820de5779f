/*
 * aio_turn. C waits, and calls Go only for what it cannot say itself.
 *
 * A goroutine in a system call is watched by the Go scheduler, which takes its processor away every so often and has to
 * find it another one afterwards; C that waits is nothing to it. And a turn without a call into Go leaves the
 * scheduler's threads asleep. The board (board.h) tells what a readable descriptor means and when Go has something to
 * do. Most turns of a busy loop end here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "engine.h"

/* Go's parts (main.go). */
int64_t aioTurnBegin(int64_t engine, void *ops, int64_t nops, int64_t cap);
int64_t aioTurnEnd(int64_t engine, void *events, int64_t cap, int64_t waited, int64_t now);

static int64_t
now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int no_pwait2; /* the kernel is older than 5.11, or forbids it */

static struct epoll_event *
found(const struct board *board)
{
    return (struct epoll_event *)(uintptr_t)atomic_load_explicit(&board->events, memory_order_relaxed);
}

/* The number of events, or -errno. syscall(2) rather than the C library's functions: those are cancellation points,
 * and do some work for it. */
static int64_t
wait_for(const struct board *board, int64_t max, int64_t timeout)
{
    int poll_fd = (int)atomic_load_explicit(&board->poll_fd, memory_order_relaxed);
    long n;

#ifdef SYS_epoll_pwait2
    if (timeout > 0 && !no_pwait2) {
        struct timespec ts = {.tv_sec = timeout / 1000000000, .tv_nsec = timeout % 1000000000};
        n = syscall(SYS_epoll_pwait2, poll_fd, found(board), (int)max, &ts, NULL, 0);
        if (n >= 0 || (errno != ENOSYS && errno != EPERM)) {
            return n < 0 ? -errno : n;
        }
        no_pwait2 = 1;
    }
#endif
    /* Round up: 0.4 ms truncated to 0 would spin until it is over. */
    int64_t ms = timeout < 0 ? -1 : timeout / 1000000 + (timeout % 1000000 != 0);
    n = syscall(SYS_epoll_pwait, poll_fd, found(board), (int)max, ms > INT_MAX ? INT_MAX : (int)ms, NULL, 0);
    return n < 0 ? -errno : n;
}

static uint32_t
mask_of(uint32_t bits)
{
    return (bits & EPOLLIN ? AIO_IN : 0) | (bits & EPOLLOUT ? AIO_OUT : 0) | (bits & EPOLLPRI ? AIO_PRI : 0)
           | (bits & EPOLLERR ? AIO_ERR : 0) | (bits & EPOLLHUP ? AIO_HUP : 0);
}

/* The seat that speaks of what the kernel has reported; NULL if there is none. The board is taken. */
static struct seat *
seat_of(struct board *board, const struct epoll_event *ready)
{
    uint32_t registration[2]; /* the descriptor and the generation */
    memcpy(registration, &ready->data, sizeof(registration));
    if (registration[0] >= BOARD_SEATS || registration[1] == 0) {
        return NULL;
    }
    struct seat *seat = &board->seats[registration[0]];
    return seat->gen == registration[1] ? seat : NULL;
}

/* Whether C can say all of what is reported, and a wait that is over is over in all its directions. */
static bool
is_explained(const struct seat *seat, uint32_t bits)
{
    if (seat == NULL) {
        return false;
    }
    if (seat->kind != AIO_EV_WAIT) {
        return bits == EPOLLIN;
    }
    uint32_t over = mask_of(bits);
    if (over & (AIO_IN | AIO_PRI)) {
        over |= AIO_IN | AIO_PRI;
    }
    return over & (AIO_ERR | AIO_HUP) || (seat->wanted & ~over) == 0;
}

/* Make events of the n that the wait has found: their number; -1, and nothing has changed, if one of them is Go's to
 * explain. The board is taken. */
static int64_t
explain(struct board *board, int64_t n, struct aio_event *events)
{
    const struct epoll_event *ready = found(board);
    for (int64_t i = 0; i < n; i++) {
        if (!is_explained(seat_of(board, &ready[i]), ready[i].events)) {
            return -1;
        }
    }
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        struct seat *seat = seat_of(board, &ready[i]);
        uint32_t flags = AIO_IN;
        if (seat->kind == AIO_EV_WAIT) {
            flags = mask_of(ready[i].events) & (seat->wanted | AIO_ERR | AIO_HUP);
            const bool is_wanted = seat->wanted != 0;
            seat->wanted = 0;
            if (!is_wanted) {
                continue; /* given up meanwhile */
            }
        }
        events[count++] = (struct aio_event){
            .token = seat->token, .kind = seat->kind, .flags = flags, .result = seat - board->seats};
    }
    board_count(&board->found, count);
    return count;
}

/* The same; also if there was nothing to explain: *waited* is 0 or -errno. */
static bool
end(struct board *board, int64_t *waited, struct aio_event *events)
{
    if (*waited <= 0) {
        return true;
    }
    if (!board_take(board)) {
        return false;
    }
    int64_t count = explain(board, *waited, events);
    board_give(board);
    if (count >= 0) {
        *waited = count;
    }
    return count >= 0;
}

/* Claim the turn without Go, where it has nothing to do before the wait. */
static bool
claim(struct board *board, int64_t engine)
{
    int32_t free = 0;
    if (atomic_load_explicit(&board->pending, memory_order_acquire)
        || !atomic_compare_exchange_strong(&board->turning, &free, 1)) {
        return false;
    }
    if (atomic_load(&board->handle) != engine) {
        atomic_store(&board->turning, 0);
        return false;
    }
    board_count(&board->turns, 1);
    return true;
}

int64_t
aio_turn(int64_t engine, struct aio_op *ops, int64_t nops, struct aio_event *events, int64_t cap, int64_t timeout)
{
    struct board *board = board_of(engine);
    if (board == NULL) {
        return -EBADF;
    }
    if (nops != 0 || events == NULL || cap < 8 || !claim(board, engine)) {
        int64_t begun = aioTurnBegin(engine, ops, nops, events ? cap : 0);
        if (begun < 0) {
            return begun;
        }
    }
    /* The clock is read for timers only, and once for C and Go: two that do not agree about one would make turn after
     * turn of it. */
    int64_t waited = 0, now = 0;
    int64_t deadline = atomic_load_explicit(&board->deadline, memory_order_acquire);
    const bool timed = deadline != BOARD_NEVER;
    if (!atomic_load_explicit(&board->pending, memory_order_acquire)) {
        if (timeout != 0 && timed) {
            now = now_ns();
            int64_t left = deadline > now ? deadline - now : 0;
            timeout = timeout < 0 || left < timeout ? left : timeout;
        }
        waited = wait_for(board, cap < BOARD_READY ? cap : BOARD_READY, timeout);
        now = timed ? now_ns() : 0;
        bool due = timed && deadline <= now;
        if (!due && !atomic_load_explicit(&board->pending, memory_order_acquire) && end(board, &waited, events)) {
            atomic_store_explicit(&board->turning, 0, memory_order_release);
            return waited;
        }
    }
    if (now == 0) {
        now = now_ns();
    }
    return aioTurnEnd(engine, events, cap, waited, now);
}
