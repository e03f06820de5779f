"""EventLoop: a complete asyncio event loop of Unix on the engine.

What is hot is native: the queue of callbacks, timers, watched descriptors, turns, stream and datagram transports. The
rest is asyncio's own selector loop. The module imports no eventlet and needs no hub:

    asyncio.run(main(), loop_factory=aiohub.new_event_loop)
"""

from __future__ import annotations

import asyncio
import selectors
import sys
from asyncio import base_events, events
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._base.errors import EngineUnavailableError
from ._base.native import built_shim
from ._loop import fork_warning, handle_text
from ._loop.children import ChildWatching
from ._loop.signals import SureSignals
from ._loop.tls import TLSProtocol
from ._loop.transports import DatagramTransport, StreamTransport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from . import _shim
else:
    _shim = built_shim()

__all__ = ["EventLoop", "new_event_loop"]

fork_warning.watch()
_shim.set_library(str(Path(__file__).with_name("_engine.so")), EngineUnavailableError)


class _Selector(selectors.BaseSelector):
    """What asyncio's base class asks of its selector: who watches which descriptor. The engine does the selecting."""

    def __init__(self, loop: EventLoop) -> None:
        self._watched = loop._watched

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return {fd: self._key(fd, handles) for fd, handles in self._watched().items()}

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        fd = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        handles = self._watched().get(fd)
        if handles is None:
            raise KeyError(f"{fileobj!r} is not registered")
        return self._key(fd, handles)

    @staticmethod
    def _key(fd: int, handles: tuple[Any, Any]) -> selectors.SelectorKey:
        reader, writer = handles
        mask = (selectors.EVENT_READ if reader else 0) | (selectors.EVENT_WRITE if writer else 0)
        return selectors.SelectorKey(fd, fd, mask, handles)

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        raise NotImplementedError("the engine watches descriptors: use add_reader and add_writer")

    unregister = register  # type: ignore[assignment]

    def select(self, timeout: float | None = None) -> Any:
        raise NotImplementedError("the engine watches descriptors: use add_reader and add_writer")


class _Transports:
    """What asyncio's base class asks: the transport that has a descriptor."""

    def __init__(self, loop: EventLoop) -> None:
        #: What newer patch releases of Python 3.13 and 3.14 call; the older ones take an item.
        self.get = loop._find_transport

    def __getitem__(self, fd: int) -> Any:
        transport = self.get(fd)
        if transport is None:
            raise KeyError(fd)
        return transport


class EventLoop(_shim.Loop, ChildWatching, SureSignals, asyncio.SelectorEventLoop):  # type: ignore[misc]
    """An asyncio event loop whose turns run in the engine."""

    if TYPE_CHECKING:  # of asyncio's base classes

        def _check_closed(self) -> None: ...
        def _check_running(self) -> None: ...

    def __init__(self) -> None:
        self._open_engine()
        super().__init__(_Selector(self))
        self._transports = _Transports(self)

    def run_forever(self) -> None:
        """Run until stop() is called."""
        self._check_closed()
        self._check_running()
        self._set_coroutine_origin_tracking(self._debug)  # type: ignore[attr-defined]
        hooks = sys.get_asyncgen_hooks()
        try:
            sys.set_asyncgen_hooks(
                firstiter=self._asyncgen_firstiter_hook,  # type: ignore[attr-defined]
                finalizer=self._asyncgen_finalizer_hook,  # type: ignore[attr-defined]
            )
            events._set_running_loop(self)
            self._run_until_stopped()
        finally:
            self._stopping = False
            events._set_running_loop(None)
            self._set_coroutine_origin_tracking(False)  # type: ignore[attr-defined]
            sys.set_asyncgen_hooks(*hooks)

    def close(self) -> None:
        """Close the loop, which must not be running; what is queued is dropped."""
        super().close()
        self._close_engine()

    # What the native half asks for.

    def _describe_handle(self, handle: Any) -> str:
        """The repr of *handle*."""
        return handle_text.describe(handle)

    def _handle_failed(self, handle: Any, exc: BaseException) -> None:
        """The callback of *handle* raised *exc*."""
        self.call_exception_handler(handle_text.failure(handle, exc))

    def _transport_failed(self, transport: Any, exc: BaseException) -> None:
        """Something of *transport* that nobody else handles raised *exc*."""
        self.call_exception_handler(
            {"message": f"Exception in a callback of {transport!r}", "exception": exc, "transport": transport}
        )

    def _note_duration(self, handle: Any, seconds: float) -> None:
        """Debug mode: *handle* has run for *seconds*."""
        if seconds >= self.slow_callback_duration:
            text = base_events._format_handle(handle)  # type: ignore[attr-defined]
            base_events.logger.warning("Executing %s took %.3f seconds", text, seconds)  # type: ignore[attr-defined]

    # Transports.

    def _accept_connection(
        self,
        protocol_factory: Any,
        sock: Any,
        sslcontext: Any = None,
        server: Any = None,
        backlog: int = 100,
        *timeouts: float,
    ) -> None:
        # asyncio makes a task for each connection. Only TLS has use for it, to wait for the handshake, and debug mode,
        # which reports.
        if sslcontext is None and not self._debug:
            if self._accept(sock, protocol_factory, server, StreamTransport, backlog):
                return
            for _ in range(backlog):
                try:
                    conn, address = sock.accept()
                except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                    return
                except OSError:
                    break  # asyncio meets it again, and knows what to say and when to go on
                # In the next turn and in a context of its own, as the task would be.
                self.call_soon(self._accepted, protocol_factory, conn, address, server)
            else:
                return
        super()._accept_connection(protocol_factory, sock, sslcontext, server, backlog, *timeouts)  # type: ignore[misc]

    def _accepted(self, protocol_factory: Any, conn: Any, address: Any, server: Any) -> None:
        """Make the transport of an accepted connection; what goes wrong ends it and, as in asyncio, is not told."""
        try:
            conn.setblocking(False)
            protocol = protocol_factory()
            self._make_socket_transport(conn, protocol, extra={"peername": address}, server=server)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException:
            conn.close()

    def _make_socket_transport(
        self, sock: Any, protocol: Any, waiter: Any = None, *, extra: Any = None, server: Any = None
    ) -> StreamTransport:
        return StreamTransport(self, sock, protocol, waiter, extra, server)

    def _make_ssl_transport(
        self,
        rawsock: Any,
        protocol: Any,
        sslcontext: Any,
        waiter: Any = None,
        *,
        server_side: bool = False,
        server_hostname: str | None = None,
        extra: Any = None,
        server: Any = None,
        **timeouts: Any,
    ) -> Any:
        tls = TLSProtocol(self, protocol, sslcontext, waiter, server_side, server_hostname, **timeouts)
        StreamTransport(self, rawsock, tls, extra=extra, server=server)
        return tls._app_transport

    def _make_datagram_transport(
        self, sock: Any, protocol: Any, address: Any = None, waiter: Any = None, extra: Any = None
    ) -> DatagramTransport:
        return DatagramTransport(self, sock, protocol, address, waiter, extra)

    async def _sendfile_native(self, transp: Any, file: Any, offset: int, count: int | None) -> int:
        # The descriptor is the engine's while the transport has it.
        reading = transp.is_reading()
        transp.pause_reading()
        await transp._make_empty_waiter()
        transp._suspend()
        try:
            return await self.sock_sendfile(transp._sock, file, offset, count, fallback=False)
        finally:
            transp._unsuspend()
            transp._reset_empty_waiter()
            if reading:
                transp.resume_reading()


def new_event_loop() -> EventLoop:
    """A new `EventLoop`."""
    return EventLoop()
