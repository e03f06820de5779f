"""The waits of green threads on the engine's loop: in the engine's own poll set. See docs/design/0004-poller.md."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, cast

from .. import _shim
from . import poller_epoll, pollers

if TYPE_CHECKING:
    from .._base.contract import Hub

#: The engine's names for what the poller calls READ and WRITE: AIO_IN | AIO_PRI, and AIO_OUT.
_READ, _WRITE = 1 | 4, 2


def _mask(events: int) -> int:
    return (_READ if events & pollers.READ else 0) | (_WRITE if events & pollers.WRITE else 0)


class Poller:
    """One-shot waits in the engine; see `pollers.Poller`."""

    # What is ready goes to the hub without `poll`, but for what `_other` has.
    read_events, write_events = pollers.READ, pollers.WRITE

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        readers, writers = hub.listeners[pollers.READ_NAME], hub.listeners[pollers.WRITE_NAME]
        more = hub.secondaries[pollers.READ_NAME], hub.secondaries[pollers.WRITE_NAME]
        self._waits = _shim.Waits(cast("_shim.Loop", hub.loop), hub, readers, writers, *more)
        #: For descriptors of asyncio transports, which the engine does not share.
        self._other: poller_epoll.Poller | None = None

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
                self._other = poller_epoll.Poller(self._hub)
                self._other.attach()
            self._other.arm(fileno, events)
        elif code:
            raise pollers.bad_descriptor(fileno, OSError(code, os.strerror(code)))

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

    def poll(self) -> list[tuple[int, int]]:
        """Nothing: the engine tells the hub itself."""
        return []

    def close(self) -> None:
        """Let go of the hub."""
        self._waits.close()
        if self._other is not None:
            self._other.close()
