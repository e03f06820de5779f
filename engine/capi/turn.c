/*
 * aio_turn. The wait is C's: a goroutine in a system call is watched by the Go scheduler, which takes its processor away every so often
 * and has to find it another one afterwards. C that waits is nothing to it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Not engine.h: what Go exports is declared without its structures and const. */
#include "_cgo_export.h"

struct aio_op;
struct aio_event;

struct pause { /* engine.Pause */
    int64_t fd;
    uint64_t events;
    int64_t max;
    int64_t timeout_ns;
};

static int no_pwait2; /* the kernel is older than 5.11, or forbids it */

static int64_t
wait_for(const struct pause *pause)
{
    struct epoll_event *events = (struct epoll_event *)(uintptr_t)pause->events;
    int64_t timeout = pause->timeout_ns;
    int n;

#ifdef SYS_epoll_pwait2
    if (timeout > 0 && !no_pwait2) {
        struct timespec ts = {.tv_sec = timeout / 1000000000, .tv_nsec = timeout % 1000000000};
        n = (int)syscall(SYS_epoll_pwait2, (int)pause->fd, events, (int)pause->max, &ts, NULL, 0);
        if (n >= 0 || (errno != ENOSYS && errno != EPERM)) {
            return n < 0 ? -errno : n;
        }
        no_pwait2 = 1;
    }
#endif
    /* Round up: 0.4 ms truncated to 0 would spin until it is over. */
    int64_t ms = timeout < 0 ? -1 : timeout / 1000000 + (timeout % 1000000 != 0);
    n = epoll_wait((int)pause->fd, events, (int)pause->max, ms > INT_MAX ? INT_MAX : (int)ms);
    return n < 0 ? -errno : n;
}

int64_t
aio_turn(int64_t engine, struct aio_op *ops, int64_t nops, struct aio_event *events, int64_t cap, int64_t timeout_ns)
{
    if (timeout_ns == 0) {
        return aioTurn(engine, ops, nops, events, cap);
    }
    struct pause pause;
    int64_t result = aioTurnBegin(engine, ops, nops, events ? cap : 0, timeout_ns, &pause);
    if (result < 0) {
        return result;
    }
    int64_t waited = pause.fd < 0 ? 0 : wait_for(&pause);
    return aioTurnEnd(engine, events, cap, waited);
}
