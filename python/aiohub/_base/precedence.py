"""Which of two exceptions is seen that are thrown at the same greenlet before it could deal with the first.

A kill or a cancellation outlasts a timeout, as in asyncio; of two timeouts the one that was started first is the outer
one. The other one is not lost: it comes later, unless its block has ended meanwhile.
"""

from __future__ import annotations

from typing import Any

import eventlet


class Expired(BaseException):
    """Thrown by `aiohub.timeout` into the green thread whose time is up.

    Not an Exception: the block is not meant to handle it.
    """

    @property
    def timer(self) -> Any:
        """The hub timer of the timeout that threw it, None when its block has ended."""
        return self.args[0]._timer


def is_timeout(exc: BaseException) -> bool:
    """Whether *exc* was thrown by a timeout that says so."""
    return isinstance(exc, (eventlet.Timeout, Expired))


def outlasts(first: BaseException, later: BaseException) -> bool:
    """Whether *first* is seen although *later* was thrown after it."""
    if not is_timeout(later):
        return False
    if not is_timeout(first):
        return True
    first_timer, later_timer = first.timer, later.timer  # type: ignore[attr-defined]
    if first_timer is None or later_timer is None:
        return False
    return bool(first_timer.sequence < later_timer.sequence)


def is_due(exc: BaseException) -> bool:
    """Whether *exc* still has to be seen: a timeout whose block has ended has not."""
    return not is_timeout(exc) or exc.timer is not None  # type: ignore[attr-defined]
