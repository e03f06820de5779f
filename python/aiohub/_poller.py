"""The descriptors green threads wait for: an epoll set of the hub's own, which the loop watches as one descriptor.

Every wait is one-shot. What the kernel has armed is remembered per descriptor number in `_armed`; a number whose
waiter went away without an event is remembered as not armed, so the next wait asks the kernel again and finds out
(ENOENT) when the number has come to mean another file. See docs/design/0001-runtime.md.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from eventlet import patcher
from eventlet.hubs import hub as _base

from ._errors import BadDescriptorError

if TYPE_CHECKING:
    from .hub import Hub

select: Any = patcher.original("select")

#: The event types of eventlet.
READ_NAME = _base.READ
WRITE_NAME = _base.WRITE

READ = select.EPOLLIN | select.EPOLLPRI
WRITE = select.EPOLLOUT
_FAILED = select.EPOLLERR | select.EPOLLHUP
#: Events that wake a reader, and a writer: error and hang-up wake both.
READ_EVENTS = READ | _FAILED
WRITE_EVENTS = WRITE | _FAILED


def bad_descriptor(fileno: int, code: int, text: str) -> BadDescriptorError:
    """What is raised for a descriptor that the kernel will not poll."""
    return BadDescriptorError(code, f"cannot wait for file descriptor {fileno}: {text}")


class Poller:
    """An epoll set with one-shot waits. Not thread-safe: it belongs to one hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._epoll: Any = select.epoll()
        self._armed: dict[int, int] = {}

    def attach(self) -> None:
        """Have the hub's loop watch the set and tell the hub."""
        self._hub.loop.add_reader(self._epoll.fileno(), self._hub._on_ready, self)

    def watched(self) -> set[int]:
        """The descriptors that the loop watches for the hub's sake."""
        return {self._epoll.fileno()}

    def detach(self) -> None:
        """End what `attach` began."""
        self._hub.loop.remove_reader(self._epoll.fileno())

    def arm(self, fileno: int, events: int) -> None:
        """Wait once for *events* (READ, WRITE) on *fileno*, beside what is armed there already.

        Raises BadDescriptorError (a ValueError and an OSError) if the kernel will not poll *fileno*.
        """
        armed = self._armed.get(fileno)
        if armed is not None:
            events |= armed
            if events == armed:
                return
        try:
            self._control(fileno, events, known=armed is not None)
        except (OSError, ValueError, OverflowError) as exc:
            self._armed.pop(fileno, None)
            code = getattr(exc, "errno", None) or errno.EBADF
            raise bad_descriptor(fileno, code, getattr(exc, "strerror", None) or str(exc)) from exc
        self._armed[fileno] = events

    def _control(self, fileno: int, events: int, known: bool) -> None:
        events |= select.EPOLLONESHOT
        if known:
            try:
                self._epoll.modify(fileno, events)
                return
            except FileNotFoundError:
                # The number was closed and reused: the kernel dropped the old file, so add the new one.
                pass
        try:
            self._epoll.register(fileno, events)
        except FileExistsError:
            self._epoll.modify(fileno, events)

    def disarm(self, fileno: int, events: int) -> None:
        """Nobody waits for *events* on *fileno* any more. The kernel is not told: at worst it wakes us once."""
        armed = self._armed.get(fileno)
        if armed:
            self._armed[fileno] = armed & ~events

    def forget(self, fileno: int) -> None:
        """Drop *fileno* from the set, if it is there."""
        if self._armed.pop(fileno, None) is not None:
            try:
                self._epoll.unregister(fileno)
            except (OSError, ValueError):
                pass  # closed already: the kernel has dropped it

    def poll(self) -> list[tuple[int, int]]:
        """The (descriptor, events) pairs that are ready now; they are no longer armed."""
        ready: list[tuple[int, int]] = self._epoll.poll(0)
        armed = self._armed
        for fileno, _ in ready:
            armed[fileno] = 0
        return ready

    def close(self) -> None:
        """Close the epoll descriptor."""
        self._epoll.close()
        self._armed.clear()
