"""A deadline for what the current task does. Pure asyncio, on any loop and Python: imports no eventlet."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from .._tasks.asyncio_task import cancelling, counts_cancellations, uncancel

if TYPE_CHECKING:
    from types import TracebackType


class TaskTimeout:
    """Cancels the task that started it at its deadline, and tells that cancellation from every other one.

    Used by one task, between `start` and `stop`. asyncio.timeout is the same from Python 3.11; here it works on 3.10.
    """

    def __init__(self) -> None:
        self._task: asyncio.Task[Any] | None = None
        self._handle: asyncio.TimerHandle | None = None
        self._cancelling = 0
        #: Whether the deadline has passed and the task was cancelled for it.
        self.expired = False

    @property
    def is_running(self) -> bool:
        """Whether there is a deadline, and it has not passed."""
        return self._handle is not None

    def start(self, seconds: float | None) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("`async with` a timeout has to be inside a task")
        self._task = task
        if counts_cancellations(task):
            # A green task may have been cancelled without having seen it yet; that one is not older than this block.
            self._cancelling = getattr(task.get_coro(), "cancels_seen", cancelling(task))
        self.reschedule(seconds)

    def reschedule(self, seconds: float | None) -> None:
        """Put the deadline *seconds* from now; None is never."""
        assert self._task is not None
        if self._handle is not None:
            self._handle.cancel()
        self._handle = None if seconds is None else self._task.get_loop().call_later(seconds, self._expire)

    def stop(self, exc: BaseException | None) -> bool:
        """End it; whether *exc*, which ends the block, is its own cancellation and nobody else's."""
        assert self._task is not None
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if not self.expired:
            return False
        is_ours = isinstance(exc, asyncio.CancelledError)
        if counts_cancellations(self._task):
            # One more cancellation than there was at the start and than ours: somebody wants the task to end.
            uncancel(self._task)
            return cancelling(self._task) <= self._cancelling and is_ours
        return is_ours and self._caused(exc)

    def _caused(self, exc: BaseException | None) -> bool:
        """Python 3.10: whether *exc* is our cancellation. It carries us as its message, or has lost its message on the
        way; but one without a message that was raised during the cleanup after ours is somebody else's."""
        if exc is None or self in exc.args:
            return exc is not None
        if exc.args:
            return False
        context = exc.__context__
        while context is not None:
            if self in context.args:
                return False
            context = context.__context__
        return True

    def _expire(self) -> None:
        self._handle = None
        self.expired = True
        assert self._task is not None
        if sys.version_info >= (3, 11):
            self._task.cancel()
        else:
            self._task.cancel(msg=self)


class SilentTimeout:
    """See `aiohub.aio.silent_timeout`."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._timeout = TaskTimeout()

    def expired(self) -> bool:
        """Whether the time was up before the block ended."""
        return self._timeout.expired

    async def __aenter__(self) -> SilentTimeout:
        self._timeout.start(self._seconds)
        return self

    async def __aexit__(
        self, typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> bool:
        return self._timeout.stop(exc)
