"""What an ending OS thread leaves in its hub: green threads and tasks that still wait get to their end.

Nothing will ever wake them, and what they keep is kept for good: a greenlet can be unwound in its own OS thread only.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING, Any

import greenlet

from .._tasks.coroutine import TaskGreenlet

if TYPE_CHECKING:
    from .._base.contract import Hub

# Seconds that their cleanup may take, together.
_GRACE = 1.0
# What refers to the greenlet of a hub that has no green threads.
_OWN_REFERENCES = 2


def what_waits(hub: Hub) -> tuple[list[greenlet.greenlet], list[asyncio.Task[Any]]]:
    """The green threads of *hub* that have begun and have not ended, and its tasks."""
    if not hub.running or hub.loop.is_closed():
        return [], []
    hub._drop_drivers()
    return _suspended(hub), [task for task in asyncio.all_tasks(hub.loop) if not task.done()]


def end(hub: Hub, greens: list[greenlet.greenlet], tasks: list[asyncio.Task[Any]]) -> None:
    """Throw GreenletExit into *greens* and cancel *tasks*; called in the main green thread of the OS thread."""
    hub.timer_queue.clear()
    for task in tasks:
        task.cancel()
    for green in greens:
        hub.schedule_call_global(0, green.throw)
    waiting = [True]
    hub.schedule_call_global(_GRACE, waiting.clear)
    while waiting and (any(greens) or not all(task.done() for task in tasks)):
        hub.schedule_call_global(0, hub.root.switch)
        hub.switch()


def _suspended(hub: Hub) -> list[greenlet.greenlet]:
    """The green threads of *hub* that have begun and wait, and what greenlets they have made."""
    found: dict[int, Any] = {}
    above: list[Any] = [hub.greenlet]
    if sys.getrefcount(hub.greenlet) <= _OWN_REFERENCES:
        return []
    while above:
        below = [each for each in gc.get_referrers(*above) if isinstance(each, greenlet.greenlet)]
        above = [each for each in below if id(each) not in found and each.parent in above]
        found.update((id(each), each) for each in above)
    return [each for each in found.values() if each and type(each) is not TaskGreenlet]
