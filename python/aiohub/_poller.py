"""The descriptors green threads wait for: an epoll set of the hub's own, which the loop watches as one descriptor.

Every wait is one-shot. What the kernel has armed is remembered per descriptor number in `_armed`; a number whose
waiter went away without an event is remembered as not armed, so the next wait asks the kernel again and finds out
(ENOENT) when the number has come to mean another file. See docs/design/0001-runtime.md.
"""

from __future__ import annotations

import errno
from typing import Any

from eventlet import patcher

from ._errors import BadDescriptorError

select: Any = patcher.original("select")

READ = select.EPOLLIN | select.EPOLLPRI
WRITE = select.EPOLLOUT
_FAILED = select.EPOLLERR | select.EPOLLHUP
#: Events that wake a reader, and a writer: error and hang-up wake both.
READ_EVENTS = READ | _FAILED
WRITE_EVENTS = WRITE | _FAILED


class Poller:
    """An epoll set with one-shot waits. Not thread-safe: it belongs to one hub."""

    def __init__(self) -> None:
        self._epoll: Any = select.epoll()
        self._armed: dict[int, int] = {}

    def fileno(self) -> int:
        """The epoll descriptor, readable when a watched descriptor is ready."""
        number: int = self._epoll.fileno()
        return number

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
            raise BadDescriptorError(
                code, f"cannot wait for file descriptor {fileno}: {getattr(exc, 'strerror', None) or exc}"
            ) from exc
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
