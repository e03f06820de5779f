"""Pools of tasks that make who starts one more wait. Pure asyncio."""

from __future__ import annotations

import asyncio
import collections
import itertools
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .tasks import call, spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_T = TypeVar("_T")


class Pool:
    """At most *size* tasks at a time; who starts one more waits. Replaces `eventlet.GreenPool`.

    A task of the pool may spawn in the pool. If that is full, what it spawns takes its own place: it waits for the end.
    """

    def __init__(self, size: int = 1000) -> None:
        self._size = _check_size(size)
        self._tasks: set[asyncio.Task[Any]] = set()
        # Slots given to a waiter that has not started its task yet.
        self._promised = 0
        self._waiters: collections.deque[asyncio.Future[None]] = collections.deque()
        self._idlers: list[asyncio.Future[None]] = []

    @property
    def size(self) -> int:
        """How many tasks may run at once. Replaces `GreenPool.size`."""
        return self._size

    def resize(self, size: int) -> None:
        """Change how many tasks may run at once; what runs goes on. Replaces `GreenPool.resize`."""
        self._size = _check_size(size)
        self._hand_out()

    def running(self) -> int:
        """How many tasks run. Replaces `GreenPool.running`."""
        return len(self._tasks)

    def free(self) -> int:
        """How many tasks can be started without waiting. Replaces `GreenPool.free`."""
        return max(self._size - len(self._tasks) - self._promised, 0)

    def waiting(self) -> int:
        """How many wait for a slot. Replaces `GreenPool.waiting`."""
        return len(self._waiters)

    async def spawn(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> asyncio.Task[Any]:
        """Wait for a slot, then run *fn*, a coroutine function or a plain one, as a task in it; the task.

        Replaces `GreenPool.spawn` and `GreenPool.spawn_n`. Errors are as with `aiohub.aio.spawn`.
        """
        if asyncio.current_task() in self._tasks and not self.free():
            # Nobody might ever free a slot: all tasks of the pool may stand here.
            task = spawn(call(fn, *args, **kwargs))
            await asyncio.wait([task])
            return task
        await self._acquire()
        self._promised -= 1
        task = spawn(call(fn, *args, **kwargs))
        self._tasks.add(task)
        task.add_done_callback(self._remove)
        return task

    async def waitall(self) -> None:
        """Wait until no task runs and none waits to be started. Replaces `GreenPool.waitall`."""
        while self._tasks or self._waiters or self._promised:
            if asyncio.current_task() in self._tasks:
                raise RuntimeError("waitall() inside a task of the pool would wait for itself")
            idle: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._idlers.append(idle)
            try:
                await idle
            finally:
                if idle in self._idlers:
                    self._idlers.remove(idle)

    def imap(self, fn: Callable[..., Any], *iterables: Iterable[Any]) -> Results[Any]:
        """`async for result in pool.imap(fn, items)`: the results in the order of the items.

        Replaces `GreenPool.imap`. With several iterables *fn* gets one item of each; the shortest one ends it.
        """
        return Results(self, fn, zip(*iterables, strict=False))

    def starmap(self, fn: Callable[..., Any], iterable: Iterable[Iterable[Any]]) -> Results[Any]:
        """`imap` with the arguments of each call as one tuple. Replaces `GreenPool.starmap`."""
        return Results(self, fn, iter(iterable))

    async def __aenter__(self) -> Pool:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.waitall()

    def __repr__(self) -> str:
        return f"<aiohub.aio.Pool size={self._size} running={self.running()} waiting={self.waiting()}>"

    async def _acquire(self) -> None:
        """Get a slot promised."""
        if self.free() and not self._waiters:
            self._promised += 1
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter
        except BaseException:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            elif waiter.done() and not waiter.cancelled():
                self._promised -= 1
            self._hand_out()
            raise

    def _remove(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._hand_out()

    def _hand_out(self) -> None:
        """Give free slots to who waits for one, and tell who waits for the end."""
        while self._waiters and self.free():
            waiter = self._waiters.popleft()
            if not waiter.done():
                self._promised += 1
                waiter.set_result(None)
        if not (self._tasks or self._waiters or self._promised):
            idlers, self._idlers = self._idlers, []
            for idle in idlers:
                if not idle.done():
                    idle.set_result(None)


class Results(Generic[_T]):
    """What `Pool.imap` and `Pool.starmap` return: an asynchronous iterator. Replaces `eventlet.greenpool.GreenMap`.

    Calls are started as results are asked for, as many ahead as the pool has room for. An error of a call is raised in
    its turn; the iteration can go on after it. Who leaves the loop early should `await results.aclose()`.
    """

    def __init__(self, pool: Pool, fn: Callable[..., Any], calls: Iterator[Iterable[Any]]) -> None:
        self._pool = pool
        self._fn = fn
        self._calls = calls
        self._started: collections.deque[asyncio.Task[_T]] = collections.deque()

    def __aiter__(self) -> Results[_T]:
        return self

    async def __anext__(self) -> _T:
        room = min(self._pool.free(), self._pool.size - len(self._started)) if not self._pool.waiting() else 0
        # At least one, so that it gets on when others fill the pool.
        for args in itertools.islice(self._calls, max(room, 0 if self._started else 1)):
            self._started.append(await self._pool.spawn(self._fn, *args))
        if not self._started:
            raise StopAsyncIteration
        # Out of the line only when it is done: a cancelled iteration can be taken up again.
        task = self._started[0]
        await asyncio.wait([task])
        self._started.popleft()
        return task.result()

    async def aclose(self) -> None:
        """Cancel what has been started and start no more."""
        self._calls = iter(())
        started = list(self._started)
        self._started.clear()
        for task in started:
            task.cancel()
        if started:
            await asyncio.wait(started)


class Pile:
    """Tasks whose results come in the order in which they were spawned. Replaces `eventlet.GreenPile`.

    `async for result in pile` takes them; an error of a task is raised in its turn. It ends when all that was spawned
    has been taken.
    """

    def __init__(self, size_or_pool: int | Pool = 1000) -> None:
        self._pool = size_or_pool if isinstance(size_or_pool, Pool) else Pool(size_or_pool)
        self._tasks: collections.deque[asyncio.Task[Any]] = collections.deque()

    async def spawn(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Run *fn* in the pool, which is waited for while it is full. Replaces `GreenPile.spawn`."""
        self._tasks.append(await self._pool.spawn(fn, *args, **kwargs))

    def __aiter__(self) -> Pile:
        return self

    async def __anext__(self) -> Any:
        if not self._tasks:
            raise StopAsyncIteration
        task = self._tasks[0]
        await asyncio.wait([task])
        self._tasks.popleft()
        return task.result()


def _check_size(size: int) -> int:
    if isinstance(size, bool) or not isinstance(size, int):
        raise TypeError(f"size must be an integer, not {size!r}")
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    return size
