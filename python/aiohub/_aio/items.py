"""A pool of things that are made when they are needed, as `eventlet.pools.Pool`. Pure asyncio."""

from __future__ import annotations

import asyncio
import collections
import contextlib
from typing import TYPE_CHECKING, Any

from .tasks import call

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


class ItemPool:
    """At most *max_size* things that *create* makes, lent to one at a time. Replaces `eventlet.pools.Pool`.

    Pass a *create*, or derive a class that has one; it may be a coroutine function, if *min_size* is 0. The attributes
    have eventlet's names, for classes that change them: `free_items`, `current_size`, `max_size`, `channel`.
    """

    def __init__(
        self,
        min_size: int = 0,
        max_size: int = 4,
        order_as_stack: bool = False,
        create: Callable[[], Any] | None = None,
    ) -> None:
        self.min_size = min_size
        self.max_size = max_size
        self.order_as_stack = order_as_stack
        self.current_size = 0
        self.channel = _Line(self)
        self.free_items: collections.deque[Any] = collections.deque()
        if create is not None:
            self.create = create  # type: ignore[method-assign]
        for _ in range(min_size):
            self.current_size += 1
            self.free_items.append(self.create())

    def create(self) -> Any:
        """Make a thing. A class that derives from this one has its own. Replaces `Pool.create`."""
        raise NotImplementedError("derive a class that has create(), or hand it over: ItemPool(create=...)")

    async def get(self) -> Any:
        """Take a thing, made if there is none and room for it; wait for one otherwise. Replaces `Pool.get`."""
        if self.free_items:
            return self.free_items.popleft()
        self.current_size += 1
        if self.current_size <= self.max_size:
            try:
                return await call(self.create)
            except BaseException:
                self.current_size -= 1
                raise
        self.current_size -= 1
        return await self.channel.get()

    def put(self, item: Any) -> None:
        """Give a thing back: to the one who waits first, or to those that are free. Replaces `Pool.put`."""
        if self.current_size > self.max_size:
            self.current_size -= 1
        elif not self.channel.give(item):
            if self.order_as_stack:
                self.free_items.appendleft(item)
            else:
                self.free_items.append(item)

    @contextlib.asynccontextmanager
    async def item(self) -> AsyncIterator[Any]:
        """A thing for a block: `async with pool.item() as thing:`. Replaces `Pool.item`."""
        item = await call(self.get)
        try:
            yield item
        finally:
            await call(self.put, item)

    def resize(self, new_size: int) -> None:
        """Have at most *new_size* things, when those that are lent have come back. Replaces `Pool.resize`."""
        self.max_size = new_size

    def free(self) -> int:
        """How many can be had without a wait. Replaces `Pool.free`."""
        return len(self.free_items) + self.max_size - self.current_size

    def waiting(self) -> int:
        """How many wait for a thing. Replaces `Pool.waiting`."""
        return self.channel.getting()


class _Line:
    """Where those wait in line who found nothing."""

    def __init__(self, pool: ItemPool) -> None:
        self._pool = pool
        self._line: collections.deque[asyncio.Future[Any]] = collections.deque()

    def getting(self) -> int:
        return len(self._line)

    def give(self, item: Any) -> bool:
        """Hand *item* to the first in line; whether there was one."""
        while self._line:
            waiter = self._line.popleft()
            if not waiter.done():
                waiter.set_result(item)
                return True
        return False

    async def get(self) -> Any:
        waiter: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._line.append(waiter)
        try:
            return await waiter
        except BaseException:
            if waiter in self._line:
                self._line.remove(waiter)
            elif waiter.done() and not waiter.cancelled():
                ItemPool.put(self._pool, waiter.result())  # it came, and nobody takes it
            raise
