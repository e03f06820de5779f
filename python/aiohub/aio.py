"""What code ported from eventlet needs and asyncio does not have. Pure asyncio: nothing here imports eventlet.

Every name says which name of eventlet it replaces. It runs on any asyncio loop, with aiohub installed or not, and can
go when the ported code no longer likes it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ._aio.channel import Channel
from ._aio.datagrams import sock_recvfrom, sock_recvfrom_into, sock_sendto
from ._aio.deadline import with_timeout
from ._aio.either import Entered
from ._aio.events import Event, OneShot
from ._aio.items import ItemPool
from ._aio.local import Local
from ._aio.pools import Pile, Pool, Results
from ._aio.queues import LifoQueue, PriorityQueue, Queue
from ._aio.ready import acquire_nowait, listen
from ._aio.semaphores import BoundedSemaphore, CappedSemaphore, Semaphore
from ._aio.tasks import call, in_loop, join, kill, link, result, spawn, spawn_after
from ._aio.threads import ThreadProxy, to_thread
from ._aio.timeout import Timeout
from ._base.seconds import check_seconds
from ._border.task_timeout import SilentTimeout

__all__ = [
    "BoundedSemaphore",
    "CappedSemaphore",
    "Channel",
    "Event",
    "ItemPool",
    "LifoQueue",
    "Local",
    "OneShot",
    "Pile",
    "Pool",
    "PriorityQueue",
    "Queue",
    "Results",
    "Semaphore",
    "ThreadProxy",
    "Timeout",
    "acquire_nowait",
    "call",
    "enter",
    "in_loop",
    "join",
    "kill",
    "link",
    "listen",
    "result",
    "silent_timeout",
    "sleep",
    "sock_recvfrom",
    "sock_recvfrom_into",
    "sock_sendto",
    "spawn",
    "spawn_after",
    "to_thread",
    "with_timeout",
]


def enter(manager: Any) -> Entered:
    """Enter what may be an asynchronous context manager or a plain one: `async with enter(self.limit):`.

    Where eventlet's lock and another kind of manager could stand in one `with`. Raises TypeError for what is neither.
    """
    return Entered(manager)


async def sleep(seconds: float = 0) -> None:
    """Let others run, for at least *seconds*. Replaces `eventlet.sleep`, whose default is 0 as well."""
    await asyncio.sleep(seconds)


def silent_timeout(seconds: float | None) -> SilentTimeout:
    """A block that ends after *seconds* without an error: `async with silent_timeout(5):`. None is never,
    and what is less than 0 has passed.

    Replaces `with eventlet.Timeout(seconds, False)`. Whether it was cut short: `async with ... as t`, `t.expired()`.
    """
    return SilentTimeout(check_seconds("seconds", seconds))
