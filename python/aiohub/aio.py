"""What code ported from eventlet needs and asyncio does not have. Pure asyncio: nothing here imports eventlet.

Every name says which name of eventlet it replaces. It runs on any asyncio loop, with aiohub installed or not, and can
go when the ported code no longer likes it.
"""

from __future__ import annotations

import asyncio
import collections
import itertools
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._aio.ready import acquire_nowait, listen
from ._aio.tasks import call, link, spawn, spawn_after
from ._aio.timeout import Timeout
from ._base.seconds import check_seconds
from ._border.task_timeout import SilentTimeout

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator

__all__ = [
    "Channel",
    "OneShot",
    "Pool",
    "Results",
    "Timeout",
    "acquire_nowait",
    "call",
    "link",
    "listen",
    "silent_timeout",
    "sleep",
    "spawn",
    "spawn_after",
]

_T = TypeVar("_T")


async def sleep(seconds: float = 0) -> None:
    """Let others run, for at least *seconds*. Replaces `eventlet.sleep`, whose default is 0 as well."""
    await asyncio.sleep(seconds)


def silent_timeout(seconds: float | None) -> SilentTimeout:
    """A block that ends after *seconds* without an error: `async with silent_timeout(5):`. None is never.

    Replaces `with eventlet.Timeout(seconds, False)`. Whether it was cut short: `async with ... as t`, `t.expired()`.
    """
    checked = check_seconds("seconds", seconds)
    if checked is not None and checked < 0:
        raise ValueError(f"seconds must not be negative, got {seconds!r}")
    return SilentTimeout(checked)


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

    def send(self, value: Any = None) -> None:
        """Let it happen: every `wait` returns *value*. A second time raises RuntimeError. Replaces `Event.send`."""
        self._fire(value, None)

    def send_exception(self, exc: BaseException | type[BaseException]) -> None:
        """Let it happen: every `wait` raises *exc*. Replaces `Event.send_exception`."""
        if isinstance(exc, type) and issubclass(exc, BaseException):
            exc = exc()
        if not isinstance(exc, BaseException):
            raise TypeError(f"send_exception() takes an exception, not {exc!r}")
        self._fire(None, exc)

    async def wait(self) -> _T:
        """Wait until it has happened; the value, or the exception. Replaces `Event.wait`."""
        if not self._is_sent:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            finally:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
        if self._exc is not None:
            raise self._exc
        value: _T = self._value
        return value

    def _fire(self, value: Any, exc: BaseException | None) -> None:
        if self._is_sent:
            raise RuntimeError("this OneShot has been sent already; make another one")
        self._is_sent = True
        self._value, self._exc = value, exc
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


class Channel(Generic[_T]):
    """A queue without a place: `put` returns when the item has been taken. Replaces `eventlet.queue.Queue(0)`.

    Both sides are served in turn. A `put` that is cancelled before its item was taken withdraws it; a `get` that is
    cancelled takes none.
    """

    def __init__(self) -> None:
        self._offers: collections.OrderedDict[asyncio.Future[None], _T] = collections.OrderedDict()
        self._getters: collections.deque[asyncio.Future[None]] = collections.deque()
        # Getters that were woken and have not taken their item yet. As many offers are theirs.
        self._woken = 0

    def putting(self) -> int:
        """How many wait in `put`. Replaces `Queue.putting`."""
        return len(self._offers)

    def getting(self) -> int:
        """How many wait in `get`. Replaces `Queue.getting`."""
        return len(self._getters)

    async def put(self, item: _T) -> None:
        """Offer *item* and wait until it has been taken. Replaces `Queue.put`."""
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._offers[taken] = item
        self._match()
        try:
            await taken
        except BaseException:
            self._offers.pop(taken, None)
            raise

    async def get(self) -> _T:
        """Wait for an item and take it. Replaces `Queue.get`."""
        is_our_turn = len(self._offers) > self._woken
        join = self._getters.append
        while True:
            while is_our_turn and self._offers:
                taken, item = self._offers.popitem(last=False)
                if not taken.done():  # else the put is being cancelled
                    taken.set_result(None)
                    return item
            woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            join(woken)
            try:
                await woken
            except BaseException:
                if woken in self._getters:
                    self._getters.remove(woken)
                elif woken.done() and not woken.cancelled():
                    self._woken -= 1
                    self._match()  # its item is for the next one
                raise
            self._woken -= 1
            is_our_turn = True
            join = self._getters.appendleft  # woken for an offer that was withdrawn: still the first

    def _match(self) -> None:
        """Wake as many getters as there are items for."""
        while self._getters and len(self._offers) > self._woken:
            getter = self._getters.popleft()
            if not getter.done():
                self._woken += 1
                getter.set_result(None)


class Pool:
    """At most *size* tasks at a time; who starts one more waits. Replaces `eventlet.GreenPool`.

    A task of the pool may spawn in the pool; like everybody it waits for a free slot, so it should not wait for what
    it spawns while the pool may be full.
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

    async def spawn(self, fn: Callable[..., Coroutine[Any, Any, _T]], *args: Any, **kwargs: Any) -> asyncio.Task[_T]:
        """Wait for a slot, then run `fn(*args, **kwargs)` as a task in it; the task.

        Replaces `GreenPool.spawn` and `GreenPool.spawn_n`. Errors are as with `aiohub.aio.spawn`.
        """
        await self._acquire()
        self._promised -= 1
        try:
            task = spawn(fn(*args, **kwargs))
        except BaseException:
            self._hand_out()
            raise
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

    def imap(self, fn: Callable[..., Awaitable[_T]], *iterables: Iterable[Any]) -> Results[_T]:
        """`async for result in pool.imap(fn, items)`: the results in the order of the items.

        Replaces `GreenPool.imap`. With several iterables *fn* gets one item of each; the shortest one ends it.
        """
        return Results(self, fn, zip(*iterables, strict=False))

    def starmap(self, fn: Callable[..., Awaitable[_T]], iterable: Iterable[Iterable[Any]]) -> Results[_T]:
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

    def __init__(self, pool: Pool, fn: Callable[..., Awaitable[_T]], calls: Iterator[Iterable[Any]]) -> None:
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
            self._started.append(await self._pool.spawn(self._call, args))
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

    async def _call(self, args: Iterable[Any]) -> _T:
        return await self._fn(*args)


def _check_size(size: int) -> int:
    if isinstance(size, bool) or not isinstance(size, int):
        raise TypeError(f"size must be an integer, not {size!r}")
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    return size
