"""Semaphores of asyncio with eventlet's arguments, and one that waits on both sides. Pure asyncio."""

from __future__ import annotations

import asyncio
import collections
from typing import TYPE_CHECKING, Literal

from .._border.task_timeout import SilentTimeout

if TYPE_CHECKING:
    from collections.abc import Callable


class Semaphore(asyncio.Semaphore):
    """A semaphore whose `acquire` has eventlet's arguments. Replaces `eventlet.semaphore.Semaphore`."""

    async def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:  # type: ignore[override]
        """Wait for a permit and take it; False if none was there, or came within *timeout* seconds.

        Replaces `Semaphore.acquire`.
        """
        seconds = _checked(blocking, timeout)
        if not blocking and self.locked():
            return False
        async with SilentTimeout(seconds):
            return await super().acquire()
        return False


class BoundedSemaphore(Semaphore, asyncio.BoundedSemaphore):
    """One that raises ValueError when it is released too often. Replaces `eventlet.semaphore.BoundedSemaphore`."""


def _checked(blocking: bool, timeout: float | None) -> float | None:
    if timeout is None or timeout == -1:
        return None
    if timeout < 0:
        raise ValueError("timeout value must be strictly positive")
    if not blocking:
        raise ValueError("can't specify timeout for non-blocking acquire")
    return timeout


class CappedSemaphore:
    """A semaphore of at most *limit* permits: `release` waits while it has that many. Replaces
    `eventlet.semaphore.CappedSemaphore`.
    """

    def __init__(self, count: int, limit: int) -> None:
        if count < 0:
            raise ValueError(f"count must not be negative, got {count}")
        if count > limit:
            raise ValueError(f"count must not be more than the limit, got {count} and {limit}")
        self._count = count
        self._limit = limit
        self._takers: collections.deque[asyncio.Future[None]] = collections.deque()
        self._givers: collections.deque[asyncio.Future[None]] = collections.deque()

    def locked(self) -> bool:
        """Whether `acquire` would wait. Replaces `CappedSemaphore.locked`."""
        return self._count <= 0

    def bounded(self) -> bool:
        """Whether `release` would wait. Replaces `CappedSemaphore.bounded`."""
        return self._count >= self._limit

    async def acquire(self, blocking: bool = True) -> bool:
        """Wait for a permit and take it; False if there is none and *blocking* is false. Replaces
        `CappedSemaphore.acquire`.
        """
        if not blocking and self.locked():
            return False
        await _until(lambda: not self.locked(), self._takers)
        self._count -= 1
        _wake(self._givers)
        return True

    async def release(self, blocking: bool = True) -> bool:
        """Give a permit back, when there is room for it; False if there is none and *blocking* is false. Replaces
        `CappedSemaphore.release`.
        """
        if not blocking and self.bounded():
            return False
        await _until(lambda: not self.bounded(), self._givers)
        self._count += 1
        _wake(self._takers)
        return True

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *exc_info: object) -> Literal[False]:
        await self.release()
        return False


async def _until(condition: Callable[[], bool], waiters: collections.deque[asyncio.Future[None]]) -> None:
    """Wait in line until *condition* holds."""
    join = waiters.append
    while not condition():
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        join(waiter)
        try:
            await waiter
        except BaseException:
            if waiter in waiters:
                waiters.remove(waiter)
            elif waiter.done() and not waiter.cancelled():
                _wake(waiters)  # its turn is the next one's
            raise
        join = waiters.appendleft  # somebody was faster: still the first


def _wake(waiters: collections.deque[asyncio.Future[None]]) -> None:
    while waiters:
        waiter = waiters.popleft()
        if not waiter.done():
            waiter.set_result(None)
            return
