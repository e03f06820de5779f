"""The timeouts that `threading` and `queue` accept, and what they say about others."""

from __future__ import annotations

from .._base.seconds import check_seconds


def acquire_timeout(blocking: bool, timeout: float | None) -> float | None:
    """How long `acquire(blocking, timeout)` may wait, in seconds; None is for ever."""
    seconds = check_seconds("timeout", timeout)
    forever = seconds is None or seconds == -1
    if not blocking:
        if not forever:
            raise ValueError("can't specify a timeout for a non-blocking call")
        return 0.0
    if forever:
        return None
    assert seconds is not None
    if seconds < 0:
        raise ValueError("timeout value must be a non-negative number")
    return seconds


def queue_timeout(block: bool, timeout: float | None) -> float | None:
    """How long `get(block, timeout)` may wait, in seconds; None is for ever."""
    if not block:
        return 0.0
    seconds = check_seconds("timeout", timeout)
    if seconds is not None and seconds < 0:
        raise ValueError("'timeout' must be a non-negative number")
    return seconds
