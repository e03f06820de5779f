"""Condition."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from .._base.seconds import check_seconds
from .lock import Lock, RLock
from .park import TaskWaiter, Waiter, blocking_waiter, mutex
from .waitlist import WaitList

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_T = TypeVar("_T")


class Condition:
    """A condition that green threads, coroutines and OS threads can wait for: `with cond:` or `async with cond:`.

    Like `threading.Condition`; *lock* is an aiohub Lock or RLock, by default an RLock. A wait that is killed or
    cancelled takes the lock again before it ends, and if it had been notified already another waiter is notified.
    """

    def __init__(self, lock: Lock | None = None) -> None:
        if lock is None:
            lock = RLock()
        elif not isinstance(lock, Lock):
            raise TypeError(f"lock must be an aiohub.Lock or aiohub.RLock, not {type(lock).__name__}")
        self._lock = lock
        self._line = WaitList()
        self.acquire = lock.acquire
        self.aacquire = lock.aacquire
        self.release = lock.release
        self.locked = lock.locked

    def wait(self, timeout: float | None = None) -> bool:
        """Release the lock, wait to be notified, at most *timeout* seconds, take the lock; whether it was notified.

        Raises RuntimeError if the lock is not held.
        """
        seconds = self._begin_wait(timeout)
        waiter = blocking_waiter("condition.async_wait()")
        depth = self._join(waiter)
        notified = False
        try:
            notified = self._line.park(waiter, seconds, self._notify)
        finally:
            try:
                self._lock._acquire_restore(depth)
            except BaseException:
                if notified:
                    self._notify()
                raise
        return notified

    async def async_wait(self, timeout: float | None = None) -> bool:
        """`wait` for coroutines."""
        seconds = self._begin_wait(timeout)
        waiter = TaskWaiter()
        depth = self._join(waiter)
        notified = closing = False
        try:
            notified = await self._line.apark(waiter, seconds, self._notify)
        except GeneratorExit:
            closing = True  # the coroutine is being closed and cannot wait for the lock
            raise
        finally:
            try:
                if not closing:
                    await self._lock._aacquire_restore(depth)
            except BaseException:
                if notified:
                    self._notify()
                raise
        return notified

    def wait_for(self, predicate: Callable[[], _T], timeout: float | None = None) -> _T:
        """Wait until *predicate* is true, at most *timeout* seconds; what it returned last."""
        seconds = check_seconds("timeout", timeout)
        deadline = None if seconds is None else time.monotonic() + seconds
        result = predicate()
        while not result:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                break
            self.wait(left)
            result = predicate()
        return result

    async def async_wait_for(self, predicate: Callable[[], _T], timeout: float | None = None) -> _T:
        """`wait_for` for coroutines; *predicate* is a plain function."""
        seconds = check_seconds("timeout", timeout)
        deadline = None if seconds is None else time.monotonic() + seconds
        result = predicate()
        while not result:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                break
            await self.async_wait(left)
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        """Wake the *n* longest waiting ones. Raises RuntimeError if the lock is not held."""
        if not self._lock._is_owned():
            raise RuntimeError("cannot notify on un-acquired lock")
        for _ in range(n):
            if not self._notify():
                break

    def notify_all(self) -> None:
        """Wake everybody who waits. Raises RuntimeError if the lock is not held."""
        self.notify(len(self._line))

    def __enter__(self) -> bool:
        return self._lock.__enter__()

    def __exit__(self, typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._lock.release()

    async def __aenter__(self) -> None:
        await self._lock.__aenter__()

    async def __aexit__(
        self, typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._lock.release()

    def __repr__(self) -> str:
        return f"<aiohub.{type(self).__name__} {self._lock!r} waiting={len(self._line)} at {id(self):#x}>"

    def _begin_wait(self, timeout: float | None) -> float | None:
        if not self._lock._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        seconds = check_seconds("timeout", timeout)
        return None if seconds is None else max(seconds, 0.0)

    def _join(self, waiter: Waiter) -> int:
        """Join the line, then leave the lock: whoever takes it and notifies finds the waiter there."""
        with mutex:
            self._line.join(waiter)
        return self._lock._release_save()

    def _notify(self) -> bool:
        """Wake the first waiter that can be woken; False if there is none."""
        while True:
            with mutex:
                waiter = self._line.call()
            if waiter is None:
                return False
            if waiter.wake():
                return True
