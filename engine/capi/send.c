// One system call that needs nothing of the engine's state: it does not cross to Go.

#include <errno.h>
#include <sys/socket.h>

#include "engine.h"

int64_t aio_send_now(int64_t fd, const void *data, int64_t len) {
	ssize_t sent;
	do {
		sent = send((int)fd, data, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : sent;
}
