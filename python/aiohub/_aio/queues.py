"""Queues of asyncio with eventlet's timeouts and errors. Pure asyncio."""

from __future__ import annotations

import asyncio
import queue
from typing import TYPE_CHECKING, Any

from .._border.task_timeout import SilentTimeout

if TYPE_CHECKING:
    import collections


class Empty(queue.Empty, asyncio.QueueEmpty):
    """Nothing is there. Handlers of either library take it."""


class Full(queue.Full, asyncio.QueueFull):
    """There is no room. Handlers of either library take it."""


class Queue(asyncio.Queue[Any]):
    """A queue whose `get` and `put` have eventlet's arguments and raise its errors. Replaces `eventlet.queue.Queue`.

    *maxsize* None is no bound. 0 is refused: eventlet's queue is a meeting of both sides then, `aiohub.aio.Channel`.
    """

    def __init__(self, maxsize: int | None = None) -> None:
        if maxsize == 0:
            raise ValueError(
                "a queue of size 0 is a meeting: use aiohub.aio.Channel, or None for no bound"
            )
        super().__init__(0 if maxsize is None or maxsize < 0 else maxsize)

    @property
    def maxsize(self) -> int | None:  # type: ignore[override]
        """How many items it takes, None for any number. Replaces `Queue.maxsize`."""
        return self._maxsize or None  # type: ignore[attr-defined]

    @property
    def queue(self) -> collections.deque[Any]:
        """The items. Replaces `Queue.queue`."""
        return self._queue  # type: ignore[attr-defined, no-any-return]

    def putting(self) -> int:
        """How many wait in `put`. Replaces `Queue.putting`."""
        return _waiting(self._putters)  # type: ignore[attr-defined]

    def getting(self) -> int:
        """How many wait in `get`. Replaces `Queue.getting`."""
        return _waiting(self._getters)  # type: ignore[attr-defined]

    def get_nowait(self) -> Any:
        """Take an item; raises `queue.Empty`, which is asyncio.QueueEmpty too. Replaces `Queue.get_nowait`."""
        try:
            return super().get_nowait()
        except asyncio.QueueEmpty:
            raise Empty from None

    def put_nowait(self, item: Any) -> None:
        """Put an item; raises `queue.Full`, which is asyncio.QueueFull too. Replaces `Queue.put_nowait`."""
        try:
            super().put_nowait(item)
        except asyncio.QueueFull:
            raise Full from None

    async def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Wait for an item and take it; `queue.Empty` after *timeout* seconds. Replaces `Queue.get`."""
        if not block:
            return self.get_nowait()
        async with SilentTimeout(timeout):
            return await super().get()
        raise Empty

    async def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item when there is room; `queue.Full` after *timeout* seconds. Replaces `Queue.put`."""
        if not block:
            self.put_nowait(item)
            return
        async with SilentTimeout(timeout):
            await super().put(item)
            return
        raise Full


class LifoQueue(Queue, asyncio.LifoQueue[Any]):
    """The last item that was put comes first. Replaces `eventlet.queue.LifoQueue`."""


class PriorityQueue(Queue, asyncio.PriorityQueue[Any]):
    """The smallest item comes first. Replaces `eventlet.queue.PriorityQueue`."""


def _waiting(futures: collections.deque[asyncio.Future[None]]) -> int:
    return sum(not future.done() for future in futures)
