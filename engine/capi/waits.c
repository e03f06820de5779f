/* aio_new, and the waits of green threads: armed, and given up, without a call into Go where the kernel has the
 * number's registration already and nothing else is wanted of it. That is every wait of a connection but its first. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "board.h"
#include "engine.h"

/* Go's parts (main.go). */
int64_t aioNew(void **board);
int64_t aioWait(int64_t engine, int64_t fd, uint32_t mask, uint64_t token);
int64_t aioUnwait(int64_t engine, int64_t fd, uint32_t mask);

struct board *_Atomic boards[BOARD_ENGINES];

int64_t
aio_new(void)
{
    void *board = NULL;
    int64_t engine = aioNew(&board);
    if (engine > 0) {
        atomic_store(&boards[(uint32_t)engine], (struct board *)board);
    }
    return engine;
}

/* The board, taken, if waits for *fd* are C's at the moment. A board that says pending may have a panic pending. */
static struct board *
board_for_wait(int64_t engine, int64_t fd)
{
    struct board *board = board_of(engine);
    if (board == NULL || fd < 0 || fd >= BOARD_SEATS || !board_take(board)) {
        return NULL;
    }
    if (atomic_load_explicit(&board->handle, memory_order_relaxed) == engine
        && !atomic_load_explicit(&board->pending, memory_order_relaxed) && board->seats[fd].gen != 0
        && board->seats[fd].kind == AIO_EV_WAIT) {
        return board;
    }
    board_give(board);
    return NULL;
}

/* Always a system call, as in Go (table.go): it says whether the number still means the file of the registration. */
static bool
arm(struct board *board, int fd, uint32_t mask, uint64_t token)
{
    struct seat *seat = &board->seats[fd];
    if (seat->wanted != 0 || mask == 0 || (mask & ~(AIO_IN | AIO_OUT | AIO_PRI))) {
        return false;
    }
    const uint32_t registration[2] = {(uint32_t)fd, seat->gen};
    struct epoll_event event = {.events = EPOLLONESHOT | (mask & AIO_IN ? EPOLLIN : 0) | (mask & AIO_OUT ? EPOLLOUT : 0)
                                          | (mask & AIO_PRI ? EPOLLPRI : 0)};
    memcpy(&event.data, registration, sizeof(registration));
    const int poll_fd = (int)atomic_load_explicit(&board->poll_fd, memory_order_relaxed);
    board_count(&board->controls, 1);
    if (syscall(SYS_epoll_ctl, poll_fd, EPOLL_CTL_MOD, fd, &event) < 0) {
        return false;
    }
    seat->wanted = (uint16_t)mask;
    seat->token = token;
    return true;
}

int64_t
aio_wait(int64_t engine, int64_t fd, uint32_t mask, uint64_t token)
{
    struct board *board = board_for_wait(engine, fd);
    if (board != NULL) {
        const bool armed = arm(board, (int)fd, mask, token);
        board_give(board);
        if (armed) {
            return 0;
        }
    }
    return aioWait(engine, fd, mask, token);
}

int64_t
aio_unwait(int64_t engine, int64_t fd, uint32_t mask)
{
    struct board *board = board_for_wait(engine, fd);
    if (board == NULL) {
        return aioUnwait(engine, fd, mask);
    }
    /* The kernel is not told. At worst it reports once what nobody wants. */
    board->seats[fd].wanted &= (uint16_t)~mask;
    board_give(board);
    return 0;
}
