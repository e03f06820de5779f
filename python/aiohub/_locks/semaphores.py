"""Semaphore and BoundedSemaphore."""

from __future__ import annotations

from .arguments import acquire_timeout
from .lockable import Lockable
from .permits import Permits


class Semaphore(Lockable):
    """A semaphore for green threads, coroutines and OS threads: `with sem:` or `async with sem:`.

    Like `threading.Semaphore` and `asyncio.Semaphore`, and fair: a permit goes to whoever has waited longest.
    """

    def __init__(self, value: int = 1) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"semaphore initial value must be an integer, not {value!r}")
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self._permits = self._make(value)

    def _make(self, value: int) -> Permits:
        return Permits(value, instead="semaphore.aacquire()")

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a permit; False if that was not possible at once (blocking=False) or within *timeout* seconds."""
        return self._permits.acquire(acquire_timeout(blocking, timeout))

    def release(self, n: int = 1) -> None:
        """Give *n* permits back."""
        if n < 1:
            raise ValueError("n must be one or more")
        if not self._permits.release(n):
            raise ValueError("Semaphore released too many times")

    def __repr__(self) -> str:
        permits = self._permits
        return f"<aiohub.{type(self).__name__} value={permits.free} waiting={permits.waiting} at {id(self):#x}>"


class BoundedSemaphore(Semaphore):
    """A Semaphore that raises ValueError when more is released than was acquired."""

    def _make(self, value: int) -> Permits:
        return Permits(value, limit=value, instead="semaphore.aacquire()")
