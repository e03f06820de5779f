"""Queue, LifoQueue and PriorityQueue."""

from __future__ import annotations

import collections
import contextlib
import heapq
import os
import queue
import sys
import weakref
from typing import Any, Generic, TypeVar

from eventlet import patcher

from .arguments import queue_timeout
from .park import TaskWaiter, Waiter, blocking_waiter, mutex
from .permits import Permits
from .waitlist import WaitList, nothing

_T = TypeVar("_T")
_thread: Any = patcher.original("_thread")

if sys.version_info >= (3, 13):
    from queue import ShutDown
else:

    class ShutDown(Exception):
        """Raised by put, and by get of an empty queue, after `shutdown`. It is `queue.ShutDown` from Python 3.13."""


class Queue(Generic[_T]):
    """A queue for green threads, coroutines and OS threads: `put`/`get`, `await aput`/`await aget`.

    Like `queue.Queue` of the standard library (not eventlet's: *maxsize* 0 means no limit), and fair: who waits is
    served in turn. An item stays in the queue, and is counted by `qsize`, until the getter it is meant for runs and
    takes it, so a getter that is killed or cancelled before that loses nothing and changes no order.
    """

    # Two kinds of permit: one for each item that may be taken, one for each place that may be filled. The container
    # itself is touched only by holders of a permit, with one atomic operation.

    def __init__(self, maxsize: int = 0) -> None:
        if isinstance(maxsize, bool) or not isinstance(maxsize, int):
            raise TypeError(f"maxsize must be an integer, not {maxsize!r}")
        self._maxsize = maxsize
        self._items = Permits(0, instead="queue.aget()")
        self._places = Permits(maxsize, instead="queue.aput()") if maxsize > 0 else None
        self._joiners = WaitList()
        self._unfinished = 0
        self._is_shutdown = False
        self._emptied = False
        self._init(maxsize)

    # What the three kinds differ in.

    def _init(self, maxsize: int) -> None:
        self._container: Any = collections.deque()

    def _qsize(self) -> int:
        return len(self._container)

    def _put(self, item: _T) -> None:
        self._container.append(item)

    def _get(self) -> _T:
        item: _T = self._container.popleft()
        return item

    # Looking at it.

    @property
    def maxsize(self) -> int:
        return self._maxsize

    @property
    def unfinished_tasks(self) -> int:
        """Items put for which `task_done` has not been called."""
        return self._unfinished

    @property
    def is_shutdown(self) -> bool:
        return self._is_shutdown

    def qsize(self) -> int:
        """Items in the queue, those that a waiting getter is about to take included."""
        return self._qsize()

    def empty(self) -> bool:
        return not self._qsize()

    def full(self) -> bool:
        return 0 < self._maxsize <= self._qsize()

    # Putting.

    def put(self, item: _T, block: bool = True, timeout: float | None = None) -> None:
        """Put *item*, waiting for a free place, at most *timeout* seconds.

        Raises queue.Full if there was none, ShutDown after `shutdown`.
        """
        seconds = queue_timeout(block, timeout)
        self._check_open()
        if self._places is not None and not self._places.acquire(seconds):
            raise self._no_place()
        self._insert(item)

    async def aput(self, item: _T, timeout: float | None = None) -> None:
        """`put` for coroutines."""
        seconds = queue_timeout(True, timeout)
        self._check_open()
        if self._places is not None and not await self._places.aacquire(seconds):
            raise self._no_place()
        self._insert(item)

    def put_nowait(self, item: _T) -> None:
        """Put *item* if there is a free place now, else raise queue.Full."""
        self.put(item, block=False)

    # Getting.

    def get(self, block: bool = True, timeout: float | None = None) -> _T:
        """Take an item, waiting for one, at most *timeout* seconds.

        Raises queue.Empty if there was none, ShutDown if there was none after `shutdown`.
        """
        if not self._items.acquire(queue_timeout(block, timeout)):
            raise self._no_item()
        return self._remove()

    async def aget(self, timeout: float | None = None) -> _T:
        """`get` for coroutines. If it is cancelled no item is taken."""
        if not await self._items.aacquire(queue_timeout(True, timeout)):
            raise self._no_item()
        return self._remove()

    def get_nowait(self) -> _T:
        """Take an item if there is one that nobody else waits for, else raise queue.Empty."""
        return self.get(block=False)

    # Finishing.

    def task_done(self) -> None:
        """Say that an item taken from the queue has been dealt with. Raises ValueError if there is none left."""
        if not self._finish_one():
            raise ValueError("task_done() called too many times")

    def join(self) -> None:
        """Wait until `task_done` has been called for every item that was put."""
        if not self._unfinished:
            return
        waiter = blocking_waiter("queue.ajoin()")
        if self._join(waiter):
            self._joiners.park(waiter, None, nothing)

    async def ajoin(self) -> None:
        """`join` for coroutines."""
        waiter = TaskWaiter()
        if self._join(waiter):
            await self._joiners.apark(waiter, None, nothing)

    def shutdown(self, immediate: bool = False) -> None:
        """Take no more items: `put` raises ShutDown, and so does `get` when the queue is empty.

        With *immediate*, what is in the queue is dropped and counts as done.
        """
        with mutex:
            self._is_shutdown = True
            if immediate:
                self._emptied = True
        if self._places is not None:
            self._places.close()
        self._items.close()
        if immediate:
            self._drop_items()

    def __repr__(self) -> str:
        return (
            f"<aiohub.{type(self).__name__} maxsize={self._maxsize} size={self._qsize()} "
            f"getting={self._items.waiting} putting={self._places.waiting if self._places else 0} at {id(self):#x}>"
        )

    def _check_open(self) -> None:
        if self._is_shutdown:
            raise ShutDown

    def _no_place(self) -> Exception:
        return ShutDown() if self._is_shutdown else queue.Full()

    def _no_item(self) -> Exception:
        return ShutDown() if self._is_shutdown else queue.Empty()

    def _insert(self, item: _T) -> None:
        """Put *item* in the place the caller has a permit for."""
        with mutex:
            is_open = not self._is_shutdown
            if is_open:
                self._unfinished += 1
        if not is_open:
            self._free_place()
            raise ShutDown
        try:
            self._put(item)
        except BaseException:
            self._finish_one()
            self._free_place()
            raise
        self._items.release()
        if self._emptied:
            self._drop_items()  # it came in during shutdown(immediate=True)

    def _remove(self) -> _T:
        """Take the item the caller has a permit for."""
        try:
            item = self._get()
        except BaseException:
            self._items.release()
            raise
        self._free_place()
        return item

    def _free_place(self) -> None:
        if self._places is not None:
            self._places.release()

    def _finish_one(self) -> bool:
        with mutex:
            if self._unfinished <= 0:
                return False
            self._unfinished -= 1
            called = [] if self._unfinished else self._joiners.call_all()
        for waiter in called:
            waiter.wake()
        return True

    def _join(self, waiter: Waiter) -> bool:
        with mutex:
            if not self._unfinished:
                return False
            self._joiners.join(waiter)
            return True

    def _drop_items(self) -> None:
        while self._items.take():
            self._remove()
            self._finish_one()


class LifoQueue(Queue[_T]):
    """A Queue that gives the newest item first. Like `queue.LifoQueue`."""

    def _init(self, maxsize: int) -> None:
        self._container = []

    def _get(self) -> _T:
        item: _T = self._container.pop()
        return item


class PriorityQueue(Queue[_T]):
    """A Queue that gives the smallest item first. Like `queue.PriorityQueue`.

    Comparing items must not block.
    """

    # Comparing runs the items' own code: not under the mutex that all objects share, but under one of this queue's own.

    def _init(self, maxsize: int) -> None:
        self._container = []
        self._comparing = _thread.RLock()
        _comparing_queues.add(self)

    def _put(self, item: _T) -> None:
        heap = self._container
        with self._comparing:
            try:
                heapq.heappush(heap, item)
            except BaseException:
                _remove_identical(heap, item)
                raise

    def _get(self) -> _T:
        heap = self._container
        with self._comparing:
            first: _T = heap[0]
            try:
                heapq.heappop(heap)
            except BaseException:
                heap.append(first)  # heappop has dropped it
                raise
        return first


def _remove_identical(items: list[Any], item: Any) -> None:
    """Take *item*, which could not be compared, out of a heap again."""
    for index, other in enumerate(items):
        if other is item:
            del items[index]
            break
    with contextlib.suppress(Exception):  # what is left may not compare either; the next get says so
        heapq.heapify(items)


_comparing_queues: weakref.WeakSet[PriorityQueue[Any]] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    # An OS thread that was comparing does not exist in the child and would never leave.
    for each in list(_comparing_queues):
        if not each._comparing._is_owned():
            each._comparing._at_fork_reinit()


os.register_at_fork(after_in_child=_after_fork_in_child)
