/* The least an echo server can do: one thread, one level-triggered epoll set, one recv and one send for a message.
 *
 * It prints its port as the other servers of this folder do, {"address": PORT}.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512, CHUNK = 1 << 16, BACKLOG = 2048 };

static char buffer[CHUNK];

static void
must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static void
watch(int set, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    must(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

/* Send all of it; waits where the socket is full. */
static int
send_all(int fd, const char *data, ssize_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, data, (size_t)length, MSG_NOSIGNAL);
        if (sent < 0) {
            return -1;
        }
        data += sent;
        length -= sent;
    }
    return 0;
}

static void
echo(int fd)
{
    ssize_t got = recv(fd, buffer, CHUNK, MSG_DONTWAIT);
    if (got <= 0 || send_all(fd, buffer, got) < 0) {
        close(fd);
    }
}

int
main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    const int on = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(bind(listener, (struct sockaddr *)&address, length), "bind");
    must(listen(listener, BACKLOG), "listen");
    must(getsockname(listener, (struct sockaddr *)&address, &length), "getsockname");
    printf("{\"address\": %d}\n", ntohs(address.sin_port));
    fflush(stdout);

    int set = epoll_create1(EPOLL_CLOEXEC);
    must(set, "epoll_create1");
    watch(set, listener);
    for (;;) {
        struct epoll_event ready[EVENTS];
        int count = epoll_wait(set, ready, EVENTS, -1);
        must(count, "epoll_wait");
        for (int i = 0; i < count; i++) {
            if (ready[i].data.fd != listener) {
                echo(ready[i].data.fd);
                continue;
            }
            int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
            must(connection, "accept4");
            setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            watch(set, connection);
        }
    }
}
