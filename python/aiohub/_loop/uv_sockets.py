"""Sockets of eventlet's that are given to uvloop.

libuv closes the descriptor of a transport. Afterwards uvloop detaches a socket object that the transport was made of,
and keeps it from closing the descriptor before. It does so with sockets of its own class only; others, a patched one
too, it closes, and the number may be another file's by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eventlet import patcher
from eventlet.greenio.base import GreenSocket

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_eventlets = (GreenSocket, patcher.original("socket").socket)


class UvSockets:
    """Mixed in front of uvloop's loop."""

    if TYPE_CHECKING:  # of HubLoop

        def _really(self, name: str) -> Any: ...

    def connect_accepted_socket(self, protocol_factory: Any, sock: Any, **kwargs: Any) -> Awaitable[Any]:
        def connect(sock: Any) -> Any:
            return self._really("connect_accepted_socket")(protocol_factory, sock, **kwargs)

        return _lend(connect, sock) if isinstance(sock, _eventlets) else connect(sock)


def _takes_socket(name: str) -> Callable[..., Any]:
    def method(self: UvSockets, *args: Any, **kwargs: Any) -> Any:
        really, sock = self._really(name), kwargs.get("sock")
        if not isinstance(sock, _eventlets):
            return really(*args, **kwargs)
        return _lend(lambda lent: really(*args, **{**kwargs, "sock": lent}), sock)

    method.__name__ = name
    return method


for _name in (
    "create_connection",
    "create_server",
    "create_unix_connection",
    "create_unix_server",
    "create_datagram_endpoint",
):
    setattr(UvSockets, _name, _takes_socket(_name))


async def _lend(make: Callable[[Any], Awaitable[Any]], sock: Any) -> Any:
    lent = _Lent(sock)
    try:
        return await make(lent)
    except BaseException:
        lent.give_back()
        raise


class _Lent:
    """Looks like the socket, and is closed by uvloop after its descriptor."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._real = sock.fd if isinstance(sock, GreenSocket) else sock
        self._real._io_refs += 1  # its `close` closes nothing now

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def close(self) -> None:
        self._real.detach()
        self.give_back()

    def give_back(self) -> None:
        self._real._decref_socketios()


__all__ = ["UvSockets"]
