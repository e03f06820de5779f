"""Transports on the engine: what is rare in the life of a connection. The hot half of each class is in C.

They say, raise and log what asyncio's selector transports do.
"""

from __future__ import annotations

import socket
import warnings
from asyncio import constants, futures, trsock
from asyncio.log import logger
from typing import TYPE_CHECKING, Any

from .._base.native import built_shim

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from typing import Protocol

    from .. import _shim

    class EventLoop(Protocol):
        """What transports ask of `aiohub.EventLoop`."""

        def call_soon(self, callback: Callable[..., object], *args: Any) -> asyncio.Handle: ...
        def call_exception_handler(self, context: dict[str, Any]) -> None: ...
        def create_future(self) -> asyncio.Future[Any]: ...
        def get_debug(self) -> bool: ...
        def is_closed(self) -> bool: ...
else:
    _shim = built_shim()

_KIBIBYTE = 1024


class _Flow:
    """Water marks and endings, which streams and datagrams share."""

    _loop: EventLoop
    _protocol: Any
    _sock: Any
    _sock_fd: int
    _conn_lost: int
    _closing: bool

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set the water marks in bytes: above *high* the protocol is asked to pause, at *low* to go on."""
        if high is None:
            high = 64 * _KIBIBYTE if low is None else 4 * low
        if low is None:
            low = high // 4
        if not high >= low >= 0:
            raise ValueError(f"high ({high!r}) must be >= low ({low!r}) must be >= 0")
        self._set_limits(low, high)

    if TYPE_CHECKING:  # of the native half

        def _set_limits(self, low: int, high: int) -> None: ...
        def _give_up(self) -> None: ...
        def _detach(self) -> None: ...
        def _call_connection_lost(self, reason: BaseException | None, /) -> None: ...
        def is_reading(self) -> bool: ...
        def get_write_buffer_size(self) -> int: ...

    def _flow_failed(self, exc: BaseException, message: str) -> None:
        """pause_writing or resume_writing raised."""
        self._loop.call_exception_handler(
            {"message": message, "exception": exc, "transport": self, "protocol": self._protocol}
        )

    def _fatal_error(self, exc: BaseException, message: str = "Fatal error on transport") -> None:
        if isinstance(exc, OSError):
            if self._loop.get_debug():
                logger.debug("%r: %s", self, message, exc_info=True)
        else:
            self._loop.call_exception_handler(
                {"message": message, "exception": exc, "transport": self, "protocol": self._protocol}
            )
        self._force_close(exc)

    def _force_close(self, exc: BaseException | None) -> None:
        if self._conn_lost:
            return
        self._closing = True
        self._conn_lost += 1
        self._give_up()
        self._loop.call_soon(self._call_connection_lost, exc)

    def __repr__(self) -> str:
        info = [type(self).__name__]
        if self._sock is None:
            info.append("closed")
        elif self._closing:
            info.append("closing")
        info.append(f"fd={self._sock_fd}")
        if self._sock is not None and not self._loop.is_closed():
            info.append(f"read={'polling' if self.is_reading() else 'idle'}")
            size = self.get_write_buffer_size()
            info.append(f"write=<{'polling' if size else 'idle'}, bufsize={size}>")
        return f"<{' '.join(info)}>"

    def _warn_lost(self) -> None:
        logger.warning("socket.send() raised exception.")

    def abort(self) -> None:
        """Close at once; what waits to be sent is lost."""
        self._force_close(None)

    def _warn_unclosed(self) -> None:
        """It goes, and nobody has closed it."""
        warnings.warn(f"unclosed transport {self!r}", ResourceWarning, stacklevel=1, source=self)
        self._sock.close()


def _describe_socket(sock: Any, extra: dict[str, Any] | None) -> dict[str, Any]:
    """What get_extra_info knows of *sock*; *extra* may have the name of the peer already."""
    extra = {} if extra is None else extra
    extra["socket"] = trsock.TransportSocket(sock)
    try:
        extra["sockname"] = sock.getsockname()
    except OSError:
        extra["sockname"] = None
    if "peername" not in extra:
        try:
            extra["peername"] = sock.getpeername()
        except OSError:
            extra["peername"] = None
    return extra


class StreamTransport(_Flow, _shim.Stream):
    """A TCP or Unix stream connection."""

    _start_tls_compatible = True
    _sendfile_compatible = constants._SendfileMode.TRY_NATIVE

    def _describe(self, sock: Any, extra: dict[str, Any] | None) -> dict[str, Any]:
        return _describe_socket(sock, extra)

    def _on_eof(self) -> None:
        """The peer sends no more."""
        if self._loop.get_debug():
            logger.debug("%r received EOF", self)
        if self._protocol.eof_received():
            self._stop_reading()  # the protocol goes on writing
        else:
            self.close()

    def _on_drained(self) -> None:
        """All that waited has been sent."""
        if self._empty_waiter is not None:
            self._empty_waiter.set_result(None)
        if self._closing:
            self._conn_lost += 1
            self._call_connection_lost(None)
        elif self._eof:
            self._sock.shutdown(socket.SHUT_WR)

    def write_eof(self) -> None:
        """Send an end of file when what waits has been sent."""
        if self._closing or self._eof:
            return
        self._eof = True
        if not self.get_write_buffer_size():
            self._sock.shutdown(socket.SHUT_WR)

    def can_write_eof(self) -> bool:
        """Whether write_eof works here: yes."""
        return True

    # sendfile writes to the socket itself: it waits until nothing else does.

    def _make_empty_waiter(self) -> Any:
        if self._empty_waiter is not None:
            raise RuntimeError("Empty waiter is already set")
        self._empty_waiter = self._loop.create_future()
        if not self.get_write_buffer_size():
            self._empty_waiter.set_result(None)
        return self._empty_waiter

    def _reset_empty_waiter(self) -> None:
        self._empty_waiter = None


class DatagramTransport(_Flow, _shim.Datagram):
    """A datagram socket."""

    def __init__(
        self,
        loop: EventLoop,
        sock: Any,
        protocol: asyncio.DatagramProtocol,
        address: Any = None,
        waiter: asyncio.Future[None] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        self._extra = _describe_socket(sock, extra)
        self._open(loop, sock, sock.fileno(), sock.family, address, bool(self._extra["peername"]))
        self.set_protocol(protocol)
        self.set_write_buffer_limits()
        loop.call_soon(protocol.connection_made, self)
        # It receives only when connection_made has been called.
        loop.call_soon(self._start_reading)
        if waiter is not None:
            loop.call_soon(futures._set_result_unless_cancelled, waiter, None)  # type: ignore[attr-defined]

    def _let_go(self) -> None:
        super()._let_go()
        self.set_protocol(None)

    def _resolve(self, address: Any) -> Any:
        """*address* in numbers. A host name is looked up at once, as socket.sendto does it."""
        if self._sock.family not in (socket.AF_INET, socket.AF_INET6):
            raise TypeError(f"{address!r} is not an address of this socket's family")
        host, port = address[:2]
        if host == "<broadcast>":
            host = "255.255.255.255"
        flags = 0 if host else socket.AI_PASSIVE
        found = socket.getaddrinfo(host or None, port, self._sock.family, socket.SOCK_DGRAM, 0, flags)
        return (*found[0][4][:2], *address[2:])

    def close(self) -> None:
        """Close when what waits has been sent; nothing is received any more."""
        if self._closing:
            return
        self._closing = True
        self._stop_reading()
        if not self.get_write_buffer_size():
            self._conn_lost += 1
            self._loop.call_soon(self._call_connection_lost, None)

    def _on_drained(self) -> None:
        self._conn_lost += 1
        self._call_connection_lost(None)
