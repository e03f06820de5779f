"""`aiohub.aio.Timeout`: eventlet's Timeout for a block of a coroutine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base.seconds import check_seconds
from .._border.task_timeout import TaskTimeout

if TYPE_CHECKING:
    from types import TracebackType


class Timeout(BaseException):
    """A block that is ended after *seconds*, by this very object: `async with Timeout(5):`. None is never.

    What is less than 0 has passed.

    Replaces `eventlet.Timeout`, and is a BaseException like it: no `except Exception` on the way out stops it. With
    *exception*, an exception or a class of one, that is raised in its place; False ends the block without an error.

    While the block is being left the exception in it is asyncio.CancelledError. It becomes this one at the end of the
    block, so that a handler has to stand around the block and not in it. The time begins with the block.
    """

    def __init__(self, seconds: float | None = None, exception: Any = None) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.exception = exception
        self._delay = check_seconds("seconds", seconds)
        self._timeout: TaskTimeout | None = None

    def expired(self) -> bool:
        """Whether the time was up before the block ended."""
        return self._timeout is not None and self._timeout.expired

    @property
    def pending(self) -> bool:
        """Whether the time runs. Replaces `Timeout.pending`."""
        return self._timeout is not None and self._timeout.is_running

    def cancel(self) -> None:
        """Let the block take as long as it likes. Replaces `Timeout.cancel`."""
        if self._timeout is not None and self._timeout.is_running:
            self._timeout.reschedule(None)

    async def __aenter__(self) -> Timeout:
        if self._timeout is not None:
            raise RuntimeError("a Timeout can be used once; make another one")
        timeout = TaskTimeout()
        timeout.start(self._delay)
        self._timeout = timeout
        return self

    async def __aexit__(
        self, typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> bool:
        assert self._timeout is not None
        if not self._timeout.stop(exc):
            return False
        if self.exception is False:
            return True
        if self.exception is None or self.exception is True:
            raise self from exc
        raise self.exception from exc

    def __str__(self) -> str:
        if self.seconds is None:
            return ""
        return f"{self.seconds} second{'' if self.seconds == 1 else 's'}"
