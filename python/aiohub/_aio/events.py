"""An event that happens once. Pure asyncio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._border.task_timeout import SilentTimeout

if TYPE_CHECKING:
    from types import TracebackType

_T = TypeVar("_T")


class SentAlreadyError(RuntimeError, AssertionError):
    """An event was sent twice. eventlet raises AssertionError, which some code expects."""


class OneShot(Generic[_T]):
    """An event that happens once and carries a value or an exception. Replaces `eventlet.event.Event`."""

    def __init__(self) -> None:
        self._is_sent = False
        self._value: Any = None
        self._exc: BaseException | None = None
        self._waiters: list[asyncio.Future[None]] = []

    def ready(self) -> bool:
        """Whether it has happened. Replaces `Event.ready`."""
        return self._is_sent

    def has_result(self) -> bool:
        """Whether it has happened with a value. Replaces `Event.has_result`."""
        return self._is_sent and self._exc is None

    def has_exception(self) -> bool:
        """Whether it has happened with an exception. Replaces `Event.has_exception`."""
        return self._exc is not None

    def send(self, result: Any = None, exc: Any = None) -> None:
        """Let it happen: every `wait` returns *result*, or raises *exc*. A second time raises RuntimeError, which is an
        AssertionError too. Replaces `Event.send`.
        """
        if exc is None:
            self._fire(result, None)
        else:
            self.send_exception(*(exc if isinstance(exc, tuple) else (exc,)))

    def send_exception(
        self, exc: BaseException | type[BaseException], value: Any = None, traceback: TracebackType | None = None
    ) -> None:
        """Let it happen: every `wait` raises *exc*, which may be the three of `sys.exc_info()`. Replaces
        `Event.send_exception`.
        """
        if isinstance(exc, type) and issubclass(exc, BaseException):
            exc = value if isinstance(value, BaseException) else exc() if value is None else exc(value)
        if not isinstance(exc, BaseException):
            raise TypeError(f"send_exception() takes an exception, not {exc!r}")
        self._fire(None, exc.with_traceback(traceback) if traceback is not None else exc)

    async def wait(self, timeout: float | None = None) -> _T | None:
        """Wait until it has happened; the value, or the exception. None when *timeout* seconds have passed before.

        Replaces `Event.wait`.
        """
        if not self._is_sent:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                async with SilentTimeout(timeout):
                    await waiter
            finally:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
            if not self._is_sent:
                return None
        if self._exc is not None:
            raise self._exc
        value: _T = self._value
        return value

    def _fire(self, value: Any, exc: BaseException | None) -> None:
        if self._is_sent:
            raise SentAlreadyError("this OneShot has been sent already; make another one")
        self._is_sent = True
        self._value, self._exc = value, exc
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


class Event(asyncio.Event):
    """An event of asyncio whose `wait` has a timeout. Replaces that of `eventlet.green.threading`."""

    async def wait(self, timeout: float | None = None) -> bool:  # type: ignore[override]
        """Wait until it is set, for at most *timeout* seconds; whether it is. Replaces `Event.wait`."""
        if timeout is None:
            await super().wait()
        elif not self.is_set():
            async with SilentTimeout(max(timeout, 0)):
                await super().wait()
        return self.is_set()
