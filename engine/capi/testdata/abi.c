/*
 * Uses the library as a C program does: loads it, calls every function of engine.h, and lets each of them panic once.
 * abi_test.go builds and runs it. Prints nothing if all is well.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine.h"

#define F(name) static __typeof__(aio_##name) *name##_;
AIO_FUNCTIONS(F, F)
#undef F

static int faults;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            faults++; \
        } \
    } while (0)

static void
load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        printf("%s\n", dlerror());
        exit(1);
    }
#define F(name) \
    *(void **)&name##_ = dlsym(library, "aio_" #name); \
    CHECK(name##_ != NULL);
    AIO_FUNCTIONS(F, F)
#undef F
}

static struct aio_event events[64];

static int64_t
turn(int64_t engine, int64_t timeout_ns)
{
    return turn_(engine, NULL, 0, events, 64, timeout_ns);
}

/* Every function with arguments that are harmless; the engine and stream are good ones. */
static int64_t
call(enum aio_function function, int64_t engine, int64_t stream)
{
    struct aio_stats stats;

    switch (function) {
    case AIO_FN_new: return new_();
    case AIO_FN_free: return free_(-1);
    case AIO_FN_turn: return turn(engine, 0);
    case AIO_FN_wake_fd: return wake_fd_(engine);
    case AIO_FN_poll_fd: return poll_fd_(engine);
    case AIO_FN_watch: return watch_(engine, -1, AIO_IN, 1);
    case AIO_FN_wait: return wait_(engine, -1, AIO_IN, 1);
    case AIO_FN_unwait: return unwait_(engine, -1, AIO_IN);
    case AIO_FN_forget: return forget_(engine, -1);
    case AIO_FN_stream_open: return stream_open_(engine, -1, 0, 1);
    case AIO_FN_stream_queue: return stream_queue_(engine, stream, "x", 1);
    case AIO_FN_reading: return reading_(engine, stream, 1);
    case AIO_FN_close: return close_(engine, -1);
    case AIO_FN_dgram_open: return dgram_open_(engine, -1, 0, 1);
    case AIO_FN_dgram_queue: return dgram_queue_(engine, -1, "x", 1, NULL, 0);
    case AIO_FN_stats: return stats_(engine, &stats);
    case AIO_FN_none:
    case AIO_FN_end: break; /* no default: the compiler misses a function without a case */
    }
    return 0;
}

static void
check_panics(int64_t engine, int64_t stream)
{
    char text[4096];
    struct aio_stats stats;

    CHECK(last_panic_(text, sizeof text) == 0);
    for (enum aio_function function = AIO_FN_new; function < AIO_FN_end; function++) {
        inject_panic_(function);
        int64_t result = call(function, engine, stream);
        if (result != AIO_PANIC) {
            printf("function %d did not panic: %lld\n", function, (long long)result);
            faults++;
        }
        result = call(function, engine, stream);
        if (result == AIO_PANIC) {
            printf("function %d panics a second time\n", function);
            faults++;
        }
        if (function == AIO_FN_new) {
            CHECK(free_(result) == 0);
        }
    }
    /* Also in a turn that would not have called Go. */
    inject_panic_(AIO_FN_turn);
    CHECK(turn(engine, 1) == AIO_PANIC);
    CHECK(turn(engine, 1) >= 0);
    int64_t length = last_panic_(text, sizeof text);
    CHECK(length > 0 && memmem(text, length < 4096 ? (size_t)length : 4096, "aio_inject_panic", 16) != NULL);
    CHECK(last_panic_(NULL, 0) == length);
    CHECK(stats_(engine, &stats) == 0 && stats.panics == AIO_FN_end);
}

static void
check_bad_arguments(int64_t engine)
{
    for (enum aio_function function = AIO_FN_new + 1; function < AIO_FN_end; function++) {
        for (int64_t bad = -1; bad <= 1; bad++) {
            int64_t result = call(function, bad, 0);
            if (result != -EBADF) {
                printf("function %d with the engine %d gives %lld\n", function, (int)bad, (long long)result);
                faults++;
            }
        }
    }
    CHECK(turn_(engine, NULL, 0, NULL, 64, 0) == -EINVAL);
    CHECK(turn_(engine, NULL, 0, NULL, 64, 1) == -EINVAL);
    CHECK(turn_(engine, NULL, 1, events, 64, 0) == -EINVAL);
    CHECK(turn_(engine, NULL, -1, events, 64, 1) == -EINVAL);
    CHECK(turn_(engine, NULL, 0, events, 1, 1) == -EINVAL);
    CHECK(stats_(engine, NULL) == -EINVAL);
    CHECK(turn(engine, 0) >= 0);
}

static void
check_echo(int64_t engine, int64_t stream, int fd, int peer)
{
    char bytes[64];

    CHECK(write(peer, "hello", 5) == 5);
    CHECK(turn(engine, -1) == 1 && events[0].kind == AIO_EV_READABLE && events[0].token == 7);
    CHECK(recv_now_(fd, bytes, sizeof bytes) == 5);
    CHECK(recv_now_(fd, bytes, sizeof bytes) == -EAGAIN);
    CHECK(turn(engine, 0) == 0);
    CHECK(send_now_(fd, bytes, 2, NULL, 0) == 2 && stream_queue_(engine, stream, bytes + 2, 3) == 0);
    CHECK(turn(engine, -1) == 1 && events[0].kind == AIO_EV_WROTE && events[0].result == 3);
    CHECK(read(peer, bytes, sizeof bytes) == 5 && memcmp(bytes, "hello", 5) == 0);
}

static void
check_datagrams(void)
{
    int pair[2];
    char bytes[3][8] = {{0}};
    struct aio_datagram items[3];
    for (int i = 0; i < 3; i++) {
        items[i] = (struct aio_datagram){.data = bytes[i], .len = 8};
    }
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) == 0);
    CHECK(receive_now_(pair[0], items, 3) == -EAGAIN);
    CHECK(send_now_(pair[1], "one", 3, NULL, 0) == 3 && send_now_(pair[1], "", 0, NULL, 0) == 0);
    CHECK(receive_now_(pair[0], items, 3) == 2 && items[0].len == 3 && items[1].len == 0);
    CHECK(memcmp(bytes[0], "one", 3) == 0);
    close(pair[0]);
    close(pair[1]);
}

static void *
waker(void *engine)
{
    const uint64_t one = 1;
    CHECK(write((int)wake_fd_(*(int64_t *)engine), &one, sizeof one) == sizeof one);
    return NULL;
}

static void
check_wake(int64_t engine)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, waker, &engine) == 0);
    CHECK(turn(engine, -1) == 1 && events[0].kind == AIO_EV_WAKE);
    pthread_join(thread, NULL);
}

static void
nothing(int signum)
{
    (void)signum;
}

static void *
interrupter(void *thread)
{
    /* Until the turn has noticed: a signal before it waits is not seen. */
    for (;;) {
        pthread_testcancel();
        pthread_kill(*(pthread_t *)thread, SIGUSR1);
        usleep(1000);
    }
    return NULL;
}

static void
check_interrupt(int64_t engine)
{
    struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_ONSTACK};
    pthread_t self = pthread_self(), thread;
    sigaction(SIGUSR1, &action, NULL);
    CHECK(pthread_create(&thread, NULL, interrupter, &self) == 0);
    CHECK(turn(engine, -1) == -EINTR);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
}

int
main(int argc, char **argv)
{
    int pair[2];
    sigset_t all, old;
    (void)argc;

    alarm(60);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    load(argv[1]);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    CHECK(abi_() == AIO_ABI);
    int64_t engine = new_();
    CHECK(engine > 0);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    int64_t stream = stream_open_(engine, pair[0], 0, 7);
    CHECK(stream > 0);
    check_echo(engine, stream, pair[0], pair[1]);
    check_datagrams();
    check_wake(engine);
    check_interrupt(engine);
    check_bad_arguments(engine);
    check_panics(engine, stream);
    CHECK(read(pair[1], events, sizeof events) > 0); /* what check_panics had queued */
    check_echo(engine, stream, pair[0], pair[1]);
    CHECK(close_(engine, stream) == 0);
    CHECK(close_(engine, stream) == -EBADF);
    CHECK(free_(engine) == 0);
    CHECK(free_(engine) == -EBADF);
    CHECK(turn(engine, 0) == -EBADF);
    return faults != 0;
}
