/* Every function of engine.h, once: what is to be said of each of them is made from this list. A function is here, is
 * declared in engine.h and is defined in Go or C; the compilers and abi_test.go see to it that none is missing. */

#ifndef AIOHUB_FUNCTIONS_H
#define AIOHUB_FUNCTIONS_H

/* GO(name) for what calls into Go and can be made to panic, PLAIN(name) for the others. */
#define AIO_FUNCTIONS(GO, PLAIN) \
    PLAIN(abi) \
    GO(new) \
    GO(free) \
    GO(turn) \
    GO(wake_fd) \
    GO(poll_fd) \
    GO(watch) \
    GO(wait) \
    GO(unwait) \
    GO(forget) \
    GO(stream_open) \
    GO(stream_queue) \
    GO(dgram_open) \
    GO(dgram_queue) \
    GO(reading) \
    GO(close) \
    GO(stats) \
    PLAIN(send_now) \
    PLAIN(recv_now) \
    PLAIN(receive_now) \
    PLAIN(last_panic) \
    PLAIN(inject_panic)

/* The numbers of those that can panic, for aio_inject_panic(): AIO_FN_new ... */
#define AIO_NUMBER(name) AIO_FN_##name,
#define AIO_NONE(name)
enum aio_function { AIO_FN_none = 0, AIO_FUNCTIONS(AIO_NUMBER, AIO_NONE) AIO_FN_end };
#undef AIO_NUMBER
#undef AIO_NONE

#endif
