"""A timeout for a block of code in either world: `aiohub.timeout`."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import hubs

from .._base.precedence import Expired
from .._base.seconds import check_seconds
from .._hub import threads
from .task_timeout import TaskTimeout

if TYPE_CHECKING:
    from types import TracebackType

    from .._base.contract import Hub

__all__ = ["Timeout", "timeout"]

if sys.version_info >= (3, 11):
    _TimeoutError = TimeoutError
else:

    class _TimeoutError(TimeoutError, asyncio.TimeoutError):
        """Both of the classes that Python 3.10 still tells apart."""


def timeout(seconds: float | None) -> Timeout:
    """A context manager that raises TimeoutError when its block takes longer than *seconds*; None is never.

    `with` in a green thread or, around blocking calls and awaits alike, in a coroutine; `async with` in a coroutine.
    What the block waits for at that moment is ended first: its cleanup runs. Only the end of its own time is turned
    into TimeoutError, so in nested blocks the one that expired is the one that is seen. `except Exception` inside the
    block does not stop it.

    Raises TypeError or ValueError if *seconds* is not a number, or is negative or NaN.
    """
    return Timeout(seconds)


class Timeout:
    """What `timeout` returns."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = _check(seconds)
        self._active: _GreenTimeout | TaskTimeout | None = None
        self._entered = False

    def expired(self) -> bool:
        """Whether the time was up before the block ended."""
        return self._active is not None and self._active.expired

    def reschedule(self, seconds: float | None) -> None:
        """Give the block *seconds* from now on; None is for ever. Raises RuntimeError outside the block."""
        seconds = _check(seconds)
        if self._active is None or not self._entered:
            raise RuntimeError("a timeout can be rescheduled inside its block only")
        if self._active.expired:
            raise RuntimeError("this timeout has expired, it cannot be rescheduled any more")
        self._seconds = seconds
        self._active.reschedule(seconds)

    def __enter__(self) -> Timeout:
        self._start(_GreenTimeout())
        return self

    def __exit__(self, typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._stop(exc)

    async def __aenter__(self) -> Timeout:
        self._start(TaskTimeout())
        return self

    async def __aexit__(
        self, typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._stop(exc)

    def __repr__(self) -> str:
        state = "expired" if self.expired() else "active" if self._entered else "inactive"
        return f"<aiohub.timeout seconds={self._seconds} {state} at {id(self):#x}>"

    def _start(self, active: _GreenTimeout | TaskTimeout) -> None:
        if self._active is not None:
            raise RuntimeError("a timeout can be used once; make another one")
        active.start(self._seconds)
        self._active = active
        self._entered = True

    def _stop(self, exc: BaseException | None) -> None:
        assert self._active is not None
        self._entered = False
        if self._active.stop(exc):
            raise _TimeoutError(f"the block took longer than {self._seconds} seconds") from exc


class _GreenTimeout:
    """A deadline for what the current greenlet does."""

    def __init__(self) -> None:
        self._greenlet: greenlet.greenlet | None = None
        self._hub: Hub | None = None
        self._timer: Any = None
        self._marker = Expired(self)
        self._fired = False

    @property
    def expired(self) -> bool:
        """Whether the deadline has passed and the greenlet was told."""
        return self._fired or (self._timer is not None and bool(self._timer.called))

    def start(self, seconds: float | None) -> None:
        hub = threads.current_hub()
        current = greenlet.getcurrent()
        if hub is None:
            hub = hubs.get_hub()
        if current is hub.greenlet:
            raise RuntimeError(
                "`with` a timeout was used in a plain callback of the loop or in a task without a greenlet; "
                "use `async with` in a coroutine"
            )
        self._hub = hub
        self._greenlet = current
        self.reschedule(seconds)

    def reschedule(self, seconds: float | None) -> None:
        """Put the deadline *seconds* from now; None is never."""
        assert self._hub is not None and self._greenlet is not None
        self._cancel_timer()
        if seconds is not None:
            # The greenlet's own `throw`, as eventlet.Timeout has it: the hub knows such timers and puts them off while
            # the greenlet ends what an earlier one began.
            self._timer = self._hub.schedule_call_global(seconds, self._greenlet.throw, self._marker)

    def stop(self, exc: BaseException | None) -> bool:
        """End it; whether *exc*, which ends the block, says that its time was up."""
        self._fired = self.expired
        self._cancel_timer()
        return exc is self._marker

    def _cancel_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()


def _check(seconds: float | None) -> float | None:
    checked = check_seconds("seconds", seconds)
    if checked is not None and checked < 0:
        raise ValueError(f"seconds must not be negative, got {seconds!r}")
    return checked
