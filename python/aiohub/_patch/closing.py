"""Closing: eventlet learns of a closed descriptor only when its number comes back, and so do all who wait for it.

Here whoever waits for a descriptor is told when it is closed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from eventlet import patcher

from .._hub import threads

if TYPE_CHECKING:
    from .._base.contract import Hub


def activate() -> None:
    """Watch what closes sockets and descriptors."""
    # After monkey patching the first is GreenSocket, which closes one of the second.
    sockets = {sys.modules["socket"].socket, patcher.original("socket").socket}
    for cls in sockets:
        if hasattr(cls, "_real_close"):
            _watch_socket_class(cls)
    os: Any = sys.modules["os"]
    original_close = os.close
    is_finalizing = sys.is_finalizing

    def close(fd: int) -> None:
        if is_finalizing():  # the names of this module may be gone
            original_close(fd)
            return
        _leave(fd)
        waiting = _waiting_for(fd)
        original_close(fd)
        _tell_closed(waiting)

    close.__doc__ = original_close.__doc__
    os.close = close


def _watch_socket_class(cls: Any) -> None:
    original = cls._real_close
    is_finalizing = sys.is_finalizing

    def _real_close(self: Any, *args: Any, **kwargs: Any) -> None:
        if is_finalizing():
            original(self, *args, **kwargs)
            return
        fileno = self.fileno()
        _leave(fileno)
        waiting = _waiting_for(fileno)
        original(self, *args, **kwargs)
        _tell_closed(waiting)

    cls._real_close = _real_close


def _leave(fileno: int) -> None:
    """Let the loop of this OS thread watch *fileno* no more, where it would not survive the close."""
    # Not by the thread's locals: they may be on their way out, and would begin anew in a thread that has ended.
    for hub in threads.live_hubs():
        leave = getattr(getattr(hub, "loop", None), "leave_descriptor", None)  # another thread may be making it
        if leave is not None:
            leave(fileno)


def _waiting_for(fileno: int) -> list[tuple[Hub, list[Any]]]:
    """Who waits for *fileno*, in all OS threads. Asked before the close: the moment after, the number may be
    another thread's.
    """
    found = [(hub, hub.descriptors.waiters(fileno)) for hub in threads.live_hubs() if fileno in hub.descriptors]
    return [(hub, listeners) for hub, listeners in found if listeners]


def _tell_closed(waiting: list[tuple[Hub, list[Any]]]) -> None:
    """What they waited for has been closed: they get IOClosed."""
    for hub, listeners in waiting:
        if hub is getattr(threads._local, "hub", None):
            hub.descriptors.obsolete(listeners)
        else:
            hub.call_threadsafe(hub.descriptors.obsolete, listeners)
