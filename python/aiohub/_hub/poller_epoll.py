"""The descriptors green threads wait for: an epoll set of the hub's own, which the loop watches as one descriptor.

Every wait is one-shot. What the kernel has armed is remembered per descriptor number in `_armed`; a number whose
waiter went away without an event is remembered as not armed, so the next wait asks the kernel again and finds out
(ENOENT) when the number has come to mean another file. See docs/design/0001-runtime.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eventlet import patcher

from . import pollers

if TYPE_CHECKING:
    from .._base.contract import Hub

_select: Any = patcher.original("select")

_READ = _select.EPOLLIN | _select.EPOLLPRI
_WRITE = _select.EPOLLOUT
_FAILED = _select.EPOLLERR | _select.EPOLLHUP
#: By what a poller is asked for: nothing, READ, WRITE, both.
_MASKS = [_select.EPOLLONESHOT | mask for mask in (0, _READ, _WRITE, _READ | _WRITE)]


class Poller:
    """An epoll set with one-shot waits; see `pollers.Poller`."""

    # Error and hang-up wake both.
    read_events = _READ | _FAILED
    write_events = _WRITE | _FAILED

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._epoll: Any = _select.epoll()
        self._armed: dict[int, int] = {}

    def attach(self) -> None:
        """Have the hub's loop watch the set and tell the hub."""
        self._hub.loop.add_reader(self._epoll.fileno(), self._hub.descriptors.on_ready, self)

    def watched(self) -> set[int]:
        return {self._epoll.fileno()}

    def detach(self) -> None:
        self._hub.loop.remove_reader(self._epoll.fileno())

    def arm(self, fileno: int, events: int) -> None:
        armed = self._armed.get(fileno)
        if armed is not None:
            events |= armed
            if events == armed:
                return
        try:
            self._control(fileno, _MASKS[events], known=armed is not None)
        except (OSError, ValueError, OverflowError) as exc:
            self._armed.pop(fileno, None)
            raise pollers.bad_descriptor(fileno, exc) from exc
        self._armed[fileno] = events

    def _control(self, fileno: int, mask: int, known: bool) -> None:
        if known:
            try:
                self._epoll.modify(fileno, mask)
                return
            except FileNotFoundError:
                # The number was closed and reused: the kernel dropped the old file, so add the new one.
                pass
        try:
            self._epoll.register(fileno, mask)
        except FileExistsError:
            self._epoll.modify(fileno, mask)

    def disarm(self, fileno: int, events: int) -> None:
        # The kernel is not told: at worst it wakes us once.
        armed = self._armed.get(fileno)
        if armed:
            self._armed[fileno] = armed & ~events

    def forget(self, fileno: int) -> None:
        if self._armed.pop(fileno, None) is not None:
            try:
                self._epoll.unregister(fileno)
            except (OSError, ValueError):
                pass  # closed already: the kernel has dropped it

    def poll(self) -> list[tuple[int, int]]:
        ready: list[tuple[int, int]] = self._epoll.poll(0)
        armed = self._armed
        for fileno, _ in ready:
            armed[fileno] = 0
        return ready

    def close(self) -> None:
        self._epoll.close()
        self._armed.clear()
