"""Green threads on the engine's loop: their waits in the engine's own poll set, and eventlet's hot calls in C.

`AIOHUB_NATIVE_SOCKETS=0` in the environment leaves GreenSocket's methods to eventlet. See
docs/design/0006-green-fast-paths.md.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, cast

from eventlet import greenthread, hubs, patcher
from eventlet.greenio import base

from . import _poller, _poller_epoll, _shim, _threads
from ._eventlet import _throw_timeout
from ._functions import copy_function, replace
from ._timers import TimerQueue

if TYPE_CHECKING:
    from .hub import Hub

#: The engine's names for what the poller calls READ and WRITE: AIO_IN | AIO_PRI, and AIO_OUT.
_READ, _WRITE = 1 | 4, 2
_prepared = False


def prepare(hub_class: type) -> None:
    """Put the native calls in place; once per process, when the first hub runs on the engine's loop."""
    global _prepared
    if _prepared:
        return
    _prepared = True
    native = _shim.prepare(
        hub_local=_threads._local,
        throw_timeout=_throw_timeout,
        hub_class=hub_class,
        timers_class=TimerQueue,
        socket_class=base.GreenSocket,
        original_socket_class=patcher.original("socket").socket,
        io_closed=hubs.IOClosed,
        socket_timeout=base.socket_timeout,
        trampoline=copy_function(hubs.trampoline),
        sleep=copy_function(greenthread.sleep),
    )
    TimerQueue.run_pass = native["run_pass"]  # type: ignore[method-assign]
    replace(greenthread.sleep, native["sleep"])
    hub_class.switch = native["switch"]  # type: ignore[attr-defined]
    replace(hubs.trampoline, native["trampoline"])
    if os.environ.get("AIOHUB_NATIVE_SOCKETS") != "0":
        for name, method in native["socket_methods"].items():
            setattr(base.GreenSocket, name, method)


def _mask(events: int) -> int:
    return (_READ if events & _poller.READ else 0) | (_WRITE if events & _poller.WRITE else 0)


class EnginePoller:
    """What `Poller` is to other loops. Not thread-safe: it belongs to one hub."""

    def __init__(self, hub: Hub) -> None:
        prepare(type(hub))
        self._hub = hub
        readers, writers = hub.listeners[_poller.READ_NAME], hub.listeners[_poller.WRITE_NAME]
        more = hub.secondaries[_poller.READ_NAME], hub.secondaries[_poller.WRITE_NAME]
        self._waits = _shim.Waits(cast("_shim.Loop", hub.loop), hub, readers, writers, *more)
        #: For descriptors of asyncio transports, which the engine does not share.
        self._other: _poller_epoll.Poller | None = None

    def attach(self) -> None:
        """Begin to report to the hub."""

    def watched(self) -> set[int]:
        """The descriptors that the loop watches for the hub's sake."""
        return set() if self._other is None else self._other.watched()

    def detach(self) -> None:
        """End what `attach` began."""
        if self._other is not None:
            self._other.detach()

    def arm(self, fileno: int, events: int) -> None:
        """Wait once for *events*; see `Poller.arm`."""
        if self._hub.loop.is_closed():
            return  # the hub arms everything anew when it has its next loop
        try:
            code = self._waits.arm(fileno, _mask(events))
        except (TypeError, OverflowError):
            code = errno.EBADF
        if code == errno.EBUSY:
            if self._other is None:
                self._other = _poller_epoll.Poller(self._hub)
                self._other.attach()
            self._other.arm(fileno, events)
        elif code:
            raise _poller.bad_descriptor(fileno, OSError(code, os.strerror(code)))

    def disarm(self, fileno: int, events: int) -> None:
        """Nobody waits for *events* on *fileno* any more."""
        self._waits.disarm(fileno, _mask(events))
        if self._other is not None:
            self._other.disarm(fileno, events)

    def forget(self, fileno: int) -> None:
        """Drop *fileno*."""
        self._waits.forget(fileno)
        if self._other is not None:
            self._other.forget(fileno)

    def close(self) -> None:
        """Let go of the hub."""
        self._waits.close()
        if self._other is not None:
            self._other.close()
