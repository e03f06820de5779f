"""What is there at once: a permit that nobody has, a socket that listens."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio


def acquire_nowait(lock: asyncio.Lock | asyncio.Semaphore) -> bool:
    """Acquire a lock or semaphore of asyncio if that needs no wait; whether it did.

    Replaces `Semaphore.acquire(blocking=False)`.
    """
    if lock.locked():
        return False
    try:
        lock.acquire().send(None)  # it is free: acquire comes to its end without a wait
    except StopIteration as done:
        return bool(done.value)
    raise RuntimeError(f"{lock!r} was free, and had to be waited for")


def listen(address: Any, family: int = socket.AF_INET, backlog: int = 50) -> socket.socket:
    """A socket that listens, for `loop.sock_accept` and `asyncio.start_server`. Replaces `eventlet.listen`."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family != getattr(socket, "AF_UNIX", None):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(backlog)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock
