"""Event."""

from __future__ import annotations

from .._base.seconds import check_seconds
from .park import TaskWaiter, blocking_waiter, mutex
from .waitlist import WaitList, nothing


class Event:
    """A flag that green threads, coroutines and OS threads can wait for. Like `threading.Event`."""

    def __init__(self) -> None:
        self._flag = False
        self._line = WaitList()

    def is_set(self) -> bool:
        return self._flag

    def set(self) -> None:
        """Set the flag and wake everybody who waits for it."""
        with mutex:
            self._flag = True
            called = self._line.call_all()
        for waiter in called:
            waiter.wake()

    def clear(self) -> None:
        """Reset the flag."""
        self._flag = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is set, at most *timeout* seconds; whether it was set."""
        seconds = check_seconds("timeout", timeout)
        if self._flag:
            return True
        if seconds is not None and seconds <= 0:
            return False
        waiter = blocking_waiter("event.async_wait()")
        with mutex:
            if self._flag:
                return True
            self._line.join(waiter)
        return self._line.park(waiter, seconds, nothing)

    async def async_wait(self, timeout: float | None = None) -> bool:
        """`wait` for coroutines."""
        seconds = check_seconds("timeout", timeout)
        if self._flag:
            return True
        if seconds is not None and seconds <= 0:
            return False
        waiter = TaskWaiter()
        with mutex:
            if self._flag:
                return True
            self._line.join(waiter)
        return await self._line.apark(waiter, seconds, nothing)

    def __repr__(self) -> str:
        state = "set" if self._flag else "unset"
        return f"<aiohub.{type(self).__name__} {state} waiting={len(self._line)} at {id(self):#x}>"
