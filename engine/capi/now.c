// System calls that need nothing of the engine's state: they do not cross to Go.

#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "engine.h"

// The C library's functions are cancellation points, for which they do some work before and after the call in a process
// with threads. syscall(2) is none.

int64_t aio_send_now(int64_t fd, const void *data, int64_t len, const void *addr, uint32_t addr_len) {
	long sent;
	do {
		sent = syscall(SYS_sendto, (int)fd, data, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL, addr, (socklen_t)addr_len);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : sent;
}

int64_t aio_recv_now(int64_t fd, void *buf, int64_t len) {
	long got;
	do {
		got = syscall(SYS_recvfrom, (int)fd, buf, (size_t)len, MSG_DONTWAIT, NULL, NULL);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

int64_t aio_receive_now(int64_t fd, struct aio_datagram *items, int64_t n) {
	struct mmsghdr headers[AIO_DATAGRAMS];
	struct iovec pieces[AIO_DATAGRAMS];
	if (n > AIO_DATAGRAMS) {
		n = AIO_DATAGRAMS;
	}
	for (int64_t i = 0; i < n; i++) {
		pieces[i] = (struct iovec){.iov_base = items[i].data, .iov_len = (size_t)items[i].len};
		headers[i].msg_hdr = (struct msghdr){
			.msg_iov = &pieces[i], .msg_iovlen = 1, .msg_name = items[i].addr, .msg_namelen = items[i].addr_len};
	}
	long got;
	do {
		got = syscall(SYS_recvmmsg, (int)fd, headers, (unsigned)n, MSG_DONTWAIT, NULL);
	} while (got < 0 && errno == EINTR);
	for (long i = 0; i < got; i++) {
		items[i].len = headers[i].msg_len;
		items[i].addr_len = headers[i].msg_hdr.msg_namelen;
	}
	return got < 0 ? -errno : got;
}
