/*
 * What a call into the engine costs, and what a message costs with a loop in C around it. From the project's root:
 *
 *   mkdir -p build && cc -O2 -Iengine/capi bench/crossing.c -o build/crossing -ldl
 *   build/crossing python/aiohub/_engine.so
 *
 * Processor time of the thread, and, for messages, what other threads of the process took beside it: the Go
 * scheduler's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"

#define FUNCTIONS(F) F(abi) F(new) F(turn) F(unwait) F(stream_open) F(recv_now) F(send_now)
#define F(name) static __typeof__(aio_##name) *name##_;
FUNCTIONS(F)
#undef F

enum { CALLS = 1000000, MESSAGES = 200000, SIZE = 64 };

static struct aio_event events[256];
static char bytes[SIZE];

static double
clock_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

#define TIME(what, n, statement) \
    do { \
        double start = clock_of(CLOCK_THREAD_CPUTIME_ID); \
        for (int i = 0; i < (n); i++) { \
            statement; \
        } \
        printf("%-48s %7.1f ns\n", what, (clock_of(CLOCK_THREAD_CPUTIME_ID) - start) / (n) * 1e9); \
    } while (0)

static void
load(const char *path)
{
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    double start = clock_of(CLOCK_MONOTONIC);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
#define F(name) *(void **)&name##_ = dlsym(library, "aio_" #name);
    FUNCTIONS(F)
#undef F
    abi_();
    printf("%-48s %7.2f ms\n", "load the library, first call", (clock_of(CLOCK_MONOTONIC) - start) * 1e3);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void
single_calls(int64_t engine)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) {
        exit(1);
    }
    struct aio_op op = {.code = AIO_OP_NOP};
    TIME("a call into Go that does nothing", CALLS, abi_());
    TIME("one that takes the lock and looks something up", CALLS, unwait_(engine, pair[0], AIO_IN));
    TIME("a turn that finds nothing, in C", CALLS, turn_(engine, NULL, 0, events, 256, 0));
    TIME("the same with an operation for Go", CALLS, turn_(engine, &op, 1, events, 256, 0));
    TIME("64 bytes: send, recv", MESSAGES, send(pair[1], bytes, SIZE, 0); recv(pair[0], bytes, SIZE, 0));
    stream_open_(engine, pair[0], 0, 1);
    TIME("64 bytes: send, a turn, aio_recv_now", MESSAGES, send(pair[1], bytes, SIZE, 0);
         turn_(engine, NULL, 0, events, 256, 0); recv_now_(pair[0], bytes, SIZE));
    TIME("64 bytes: aio_send_now, recv", MESSAGES, send_now_(pair[0], bytes, SIZE, NULL, 0); recv(pair[1], bytes, SIZE, 0));
}

/* A message to and fro between this process and another one, which waits for each answer, MESSAGES times; with nops
 * operations in each turn, which take it through Go. */
static void
ping_pong(int64_t engine, int fd, int64_t nops)
{
    struct aio_op op = {.code = AIO_OP_NOP};
    double process = clock_of(CLOCK_PROCESS_CPUTIME_ID), thread = clock_of(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < MESSAGES; i++) {
        if (turn_(engine, &op, nops, events, 256, -1) != 1 || events[0].kind != AIO_EV_READABLE) {
            exit(1);
        }
        send_now_(fd, bytes, recv_now_(fd, bytes, SIZE), NULL, 0);
    }
    thread = clock_of(CLOCK_THREAD_CPUTIME_ID) - thread;
    process = clock_of(CLOCK_PROCESS_CPUTIME_ID) - process;
    printf("%-48s %7.1f ns, other threads %.1f ns\n",
           nops ? "the same with an operation for Go in each turn" : "64 bytes: a waiting turn that echoes them",
           thread / MESSAGES * 1e9, (process - thread) / MESSAGES * 1e9);
}

static void
other_process(int peer)
{
    for (int i = 0; i < 2 * MESSAGES; i++) {
        if (write(peer, bytes, SIZE) != SIZE || read(peer, bytes, SIZE) != SIZE) {
            _exit(1);
        }
    }
    _exit(0);
}

int
main(int argc, char **argv)
{
    int pair[2];
    if (argc != 2 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
        fprintf(stderr, "usage: crossing path/to/_engine.so\n");
        return 2;
    }
    if (fork() == 0) { /* before the library is loaded */
        close(pair[0]);
        other_process(pair[1]);
    }
    close(pair[1]);
    load(argv[1]);
    int64_t engine = new_();
    single_calls(engine);
    stream_open_(engine, pair[0], 0, 2);
    ping_pong(engine, pair[0], 0);
    ping_pong(engine, pair[0], 1);
    wait(NULL);
    return 0;
}
