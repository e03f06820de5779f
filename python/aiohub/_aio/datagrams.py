"""What a loop has for datagrams since Python 3.11, for all Pythons. Pure asyncio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

_T = TypeVar("_T")


async def sock_recvfrom(sock: socket.socket, bufsize: int) -> tuple[bytes, Any]:
    """Wait for a datagram of at most *bufsize* bytes; it, and where it came from. The socket must not block.

    Replaces `recvfrom` of a green socket, as `loop.sock_recvfrom` of Python 3.11 does.
    """
    loop = asyncio.get_running_loop()
    return await _when(loop.add_reader, loop.remove_reader, sock, lambda: sock.recvfrom(bufsize))


async def sock_recvfrom_into(sock: socket.socket, buffer: Any, nbytes: int = 0) -> tuple[int, Any]:
    """Receive a datagram into *buffer* when there is one; the number of bytes, and where they came from.

    Replaces `recvfrom_into` of a green socket, as `loop.sock_recvfrom_into` of Python 3.11 does.
    """
    loop = asyncio.get_running_loop()
    return await _when(loop.add_reader, loop.remove_reader, sock, lambda: sock.recvfrom_into(buffer, nbytes))


async def sock_sendto(sock: socket.socket, data: Any, address: Any) -> int:
    """Send a datagram when there is room for it; the number of bytes. The socket must not block.

    Replaces `sendto` of a green socket, as `loop.sock_sendto` of Python 3.11 does.
    """
    loop = asyncio.get_running_loop()
    return await _when(loop.add_writer, loop.remove_writer, sock, lambda: sock.sendto(data, address))


async def _when(
    watch: Callable[..., None], unwatch: Callable[[int], bool], sock: socket.socket, attempt: Callable[[], _T]
) -> _T:
    """What *attempt* returns, tried again whenever the socket is ready for it."""
    if sock.gettimeout() != 0:
        raise ValueError("the socket must not block: call setblocking(False)")
    while True:
        try:
            return attempt()
        except (BlockingIOError, InterruptedError):
            pass
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        descriptor = sock.fileno()
        watch(descriptor, _wake, ready)
        try:
            await ready
        finally:
            unwatch(descriptor)


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
