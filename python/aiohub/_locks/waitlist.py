"""A first come, first served list of waiters of any kind."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from .park import BlockingWaiter, TaskWaiter, Waiter, mutex

if TYPE_CHECKING:
    from collections.abc import Callable


class WaitList:
    """Who waits for one thing, in order.

    A waiter joins, parks, and is called or gives up; it is on the list until one of the two has happened. `join`,
    `call` and `call_all` are for holders of the mutex, who wake the called waiters when they have left it.
    """

    __slots__ = ("_waiters",)

    def __init__(self) -> None:
        # Ordered for the turn, a dictionary so that leaving from the middle costs nothing.
        self._waiters: collections.OrderedDict[Waiter, None] = collections.OrderedDict()

    def __len__(self) -> int:
        return len(self._waiters)

    def join(self, waiter: Waiter) -> None:
        self._waiters[waiter] = None

    def call(self) -> Waiter | None:
        """Take the first waiter off the list. It has now been given what it waits for."""
        while self._waiters:
            try:
                waiter, _ = self._waiters.popitem(last=False)
            except KeyError:
                break  # a finalizer came in between and called the last one
            if not waiter.is_lost():
                waiter.called = True
                return waiter
        return None

    def call_all(self) -> list[Waiter]:
        called = []
        while (waiter := self.call()) is not None:
            called.append(waiter)
        return called

    def dismiss_all(self) -> list[Waiter]:
        """Take all waiters off the list with nothing given to them."""
        dismissed = list(self._waiters)
        self._waiters.clear()
        return dismissed

    def leave(self, waiter: Waiter) -> bool:
        """End the wait of *waiter*; whether it was called before that."""
        with mutex:
            if waiter.called:
                return True
            self._waiters.pop(waiter, None)
            return False

    def park(self, waiter: BlockingWaiter, timeout: float | None, pass_on: Callable[[], object]) -> bool:
        """Wait until *waiter*, which has joined, is called, at most *timeout* seconds; whether it was called.

        If something is thrown into the wait and *waiter* had been called already, *pass_on* gives what it got to the
        next one.
        """
        try:
            waiter.park(timeout)
        except BaseException:
            if self.leave(waiter):
                pass_on()
            raise
        return self.leave(waiter)

    async def apark(self, waiter: TaskWaiter, timeout: float | None, pass_on: Callable[[], object]) -> bool:
        """`park` for coroutines."""
        try:
            await waiter.park(timeout)
        except BaseException:
            if self.leave(waiter):
                pass_on()
            raise
        return self.leave(waiter)


def nothing() -> None:
    """For waiters that are given nothing: there is nothing to pass on."""
