"""A number of permits and who waits for one: what locks, semaphores and queues are made of."""

from __future__ import annotations

from .park import TaskWaiter, Waiter, blocking_waiter, mutex
from .waitlist import WaitList


class Permits:
    """Permits to take and give back. While somebody waits none is free: a permit goes from hand to hand.

    *limit* is the most there can be. *instead* is what a coroutine should await, for the message of a call that cannot
    block.
    """

    __slots__ = ("_closed", "_free", "_instead", "_limit", "_line")

    def __init__(self, free: int, *, limit: int | None = None, instead: str) -> None:
        self._free = free
        self._limit = limit
        self._instead = instead
        self._closed = False
        self._line = WaitList()

    @property
    def free(self) -> int:
        return self._free

    @property
    def waiting(self) -> int:
        return len(self._line)

    def take(self) -> bool:
        """Take a permit if one is free."""
        with mutex:
            if self._free > 0:
                self._free -= 1
                return True
        return False

    def acquire(self, timeout: float | None) -> bool:
        """Take a permit, waiting at most *timeout* seconds for it. False after that time, or when closed."""
        if self.take():
            return True
        if timeout is not None and timeout <= 0:
            return False
        waiter = blocking_waiter(self._instead)
        if self._take_or_join(waiter):
            return True
        return self._line.park(waiter, timeout, self.release)

    async def aacquire(self, timeout: float | None) -> bool:
        """`acquire` for coroutines."""
        if self.take():
            return True
        if timeout is not None and timeout <= 0:
            return False
        waiter = TaskWaiter()
        if self._take_or_join(waiter):
            return True
        return await self._line.apark(waiter, timeout, self.release)

    def acquire_surely(self) -> None:
        """Take a permit whatever is thrown in meanwhile; it is raised when the permit is there."""
        thrown: BaseException | None = None
        while not self.take():
            waiter = blocking_waiter(self._instead)
            try:
                if self._take_or_join(waiter) or self._line.park(waiter, None, self.release):
                    break
            except BaseException as exc:
                thrown = exc
        if thrown is not None:
            try:
                raise thrown
            finally:
                thrown = None  # no cycle through this frame

    async def aacquire_surely(self) -> None:
        """`acquire_surely` for coroutines. Only a coroutine that is being closed goes without: it cannot wait."""
        thrown: BaseException | None = None
        while not self.take():
            waiter = TaskWaiter()
            try:
                if self._take_or_join(waiter) or await self._line.apark(waiter, None, self.release):
                    break
            except GeneratorExit:
                raise
            except BaseException as exc:
                thrown = exc
        if thrown is not None:
            try:
                raise thrown
            finally:
                thrown = None

    def release(self, count: int = 1) -> bool:
        """Give *count* permits back. False, and nothing done, if there would be more than the limit."""
        called: list[Waiter] = []
        with mutex:
            if self._limit is not None and self._free + count > self._limit:
                return False
            for _ in range(count):
                waiter = self._line.call()
                if waiter is None:
                    self._free += 1
                else:
                    called.append(waiter)
        for waiter in called:
            if not waiter.wake():
                self.release()  # its OS thread has ended: to the next one
        return True

    def close(self) -> None:
        """From now on `acquire` does not wait; who waits leaves without a permit."""
        with mutex:
            self._closed = True
            dismissed = self._line.dismiss_all()
        for waiter in dismissed:
            waiter.wake()

    def _take_or_join(self, waiter: Waiter) -> bool:
        """Take a permit that has become free meanwhile, or join the line."""
        with mutex:
            if self._free > 0:
                self._free -= 1
                return True
            closed = self._closed
            if not closed:
                self._line.join(waiter)
        if closed:
            waiter.wake()
        return False
