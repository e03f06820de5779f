"""Of exceptions that are thrown at the same greenlet at the same moment the first one is seen; the others wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base.precedence import is_due
from .._tasks.task_greenlet import TaskGreenlet

if TYPE_CHECKING:
    import greenlet

    from .._base.contract import Hub

    Greenlet = greenlet.greenlet

# Seconds between two looks whether a greenlet has ended what a first exception began and can be given the second.
_LATER = 0.005


class Endings:
    """The greenlets of a hub that are ending what an exception began. Timers that throw into them are held back."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._ending: set[Greenlet] = set()

    def begin(self, green: Greenlet) -> None:
        """Hold back timers that throw into *green*."""
        self._ending.add(green)

    def end(self, green: Greenlet) -> None:
        """The end of `begin`."""
        self._ending.discard(green)

    def __contains__(self, green: Any) -> bool:
        if type(green) is not TaskGreenlet:
            return green in self._ending
        coroutine = green.coroutine
        return (coroutine._waiting or green) in self._ending or coroutine.is_ending()

    def throw_later(self, green: Greenlet, exc: BaseException) -> None:
        """Throw *exc* into *green* after what it is ending now, unless the block of that timeout has ended by then."""
        self._hub.schedule_call_global(0, self._throw_if_due, green, exc)

    def _throw_if_due(self, green: Greenlet, exc: BaseException) -> None:
        if green.dead or not is_due(exc):
            return
        if green in self:
            self._hub.schedule_call_global(_LATER, self._throw_if_due, green, exc)
        else:
            green.throw(exc)
