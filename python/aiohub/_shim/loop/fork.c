/* A loop in the child of a fork: its engine is the parent's and must not be touched; it gets one of its own.
 *
 * That happens when the child first uses the loop, so a child that only executes another program, or makes a loop of
 * its own, does not pay for it. What the parent's engine had read or accepted but not delivered stays the parent's;
 * timers and watches are set anew from the shim's tables.
 */

#include "transports/transport.h"

#include <pthread.h>
#include <unistd.h>

unsigned long fork_count;

static void
in_child(void)
{
    fork_count++;
}

int
fork_init(void)
{
    static bool registered;
    if (!registered && pthread_atfork(NULL, NULL, in_child) != 0) {
        PyErr_NoMemory();
        return -1;
    }
    registered = true;
    return 0;
}

void
loop_release_engine(Loop *loop)
{
    int64_t engine = loop->engine;
    loop->engine = 0;
    if (engine == 0) {
        return;
    }
    if (loop->forks == fork_count) {
        loop->api->free(engine);
    }
    else {
        /* Only our copies of the descriptors: the library is not to be called. */
        close(loop->wake_fd);
        close(loop->poll_fd);
        engine_drop_parents();
    }
}

int
loop_open_engine(Loop *loop)
{
    const EngineApi *api = engine_api();
    if (api == NULL) {
        return -1;
    }
    int64_t engine = api->new();
    if (engine < 0) {
        return raise_engine(api, engine);
    }
    int64_t wake_fd = api->wake_fd(engine), poll_fd = api->poll_fd(engine);
    if (wake_fd < 0 || poll_fd < 0) {
        api->free(engine);
        return raise_engine(api, wake_fd < 0 ? wake_fd : poll_fd);
    }
    loop->api = api;
    loop->engine = engine;
    loop->wake_fd = (int)wake_fd;
    loop->poll_fd = (int)poll_fd;
    loop->forks = fork_count;
    return 0;
}

int
loop_restore(Loop *loop)
{
    loop->sleeping = false;
    const int wake_fd = loop->wake_fd, poll_fd = loop->poll_fd;
    if (loop_open_engine(loop) < 0) {
        return -1; /* it is the parent's as before: the next use tries again */
    }
    /* Only our copies of the descriptors: the parent's library is not to be called. */
    close(wake_fd);
    close(poll_fd);
    if (loop_drop_events(loop) < 0 || loop_submit_timers(loop) < 0) {
        return -1;
    }
    watches_restore(loop);
    transports_restore(loop);
    return 0;
}
