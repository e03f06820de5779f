"""Methods of sockets that eventlet's GreenSocket lacks: it hands them to the socket below, which does not block.

Without them `sendmsg` and `recvmsg` raise BlockingIOError where a blocking socket waits, and `sendfile` ValueError.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from eventlet import patcher
from eventlet.greenio import base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_os: Any = patcher.original("os")
_original_socket: Any = patcher.original("socket").socket
# What os.sendfile says of files and sockets that it cannot be used with.
_UNFIT = (errno.EINVAL, errno.ENOSYS, errno.ENOTSOCK, errno.EOPNOTSUPP, errno.EOVERFLOW)


def sendmsg(self: Any, buffers: Iterable[Any], *args: Any) -> Any:
    """As socket.sendmsg."""
    # Looked at more than once if it has to wait.
    return self._send_loop(self.fd.sendmsg, list(buffers), *args)


def recvmsg(self: Any, bufsize: int, *args: Any) -> Any:
    """As socket.recvmsg."""
    return self._recv_loop(self.fd.recvmsg, (b"", [], 0, None), bufsize, *args)


def recvmsg_into(self: Any, buffers: Iterable[Any], *args: Any) -> Any:
    """As socket.recvmsg_into."""
    return self._recv_loop(self.fd.recvmsg_into, (0, [], 0, None), list(buffers), *args)


def sendfile(self: Any, file: Any, offset: int = 0, count: int | None = None) -> int:
    """As socket.sendfile: in the kernel where that can be, else read and sent."""
    self.fd._check_sendfile_params(file, offset, count)
    if self.gettimeout() == 0:
        raise ValueError("non-blocking sockets are not supported")
    try:
        descriptor = file.fileno()
        blocksize = count or _os.fstat(descriptor).st_size
    except (AttributeError, OSError):
        # No file of the system's: BytesIO and their like.
        return int(_original_socket._sendfile_use_send(self, file, offset, count))
    sent = 0
    try:
        while blocksize > 0:
            size = blocksize if count is None else min(blocksize, count - sent)
            step = self._send_loop(_step(self.fd.fileno(), descriptor, offset + sent), size) if size else 0
            if step == 0:
                break
            sent += step
    except OSError as exc:
        if sent or exc.errno not in _UNFIT:
            raise
        return int(_original_socket._sendfile_use_send(self, file, offset, count))
    finally:
        if sent and hasattr(file, "seek"):
            file.seek(offset + sent)
    return sent


def _step(out: int, descriptor: int, offset: int) -> Callable[[int], int]:
    return lambda size: int(_os.sendfile(out, descriptor, offset, size))


def activate() -> None:
    """Give GreenSocket the methods it lacks."""
    for method in (sendmsg, recvmsg, recvmsg_into, sendfile):
        if method.__name__ not in vars(base.GreenSocket) and hasattr(_original_socket, method.__name__):
            setattr(base.GreenSocket, method.__name__, method)
