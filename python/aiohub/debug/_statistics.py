"""statistics: numbers of this OS thread's hub at this moment."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass

import greenlet

from .._hub import threads
from .._tasks.task_greenlet import TaskGreenlet
from . import _graph, _idle
from ._blocking import blocking_limit
from ._deadlock import deadlock_detection
from ._hub import required_hub


@dataclass(frozen=True)
class Statistics:
    """What `statistics` returns. Counts are plain numbers, times are in seconds."""

    #: Class of the hub, "module.Class".
    hub: str
    #: Class of the asyncio loop the hub runs on, "module.Class".
    loop: str
    #: Whether the hub runs its loop now; false before the first blocking call and after `abort`.
    running: bool
    #: Green threads that have started and not ended, the main one included; None unless asked for.
    green_threads: int | None
    #: Tasks of the loop that are not done.
    tasks: int
    #: Those of them whose coroutine waits in a blocking eventlet call.
    tasks_blocked: int
    #: Timers of the hub that will fire: sleeps, timeouts, green threads that wait to be started.
    timers: int
    #: Timers that were cancelled and still take up room; they go when they are half of all, or when they are due.
    timers_cancelled: int
    #: Waits of green threads for a descriptor to become readable.
    readers: int
    #: Waits of green threads for a descriptor to become writable.
    writers: int
    #: Forks this hub has been through as the child.
    forks: int
    #: Hubs of this process, one for each OS thread that has used eventlet.
    hubs: int
    #: Seconds that `detect_blocking` allows; None if it is off.
    blocking_limit: float | None
    #: Whether `detect_deadlock` is on for this hub.
    deadlock_detection: bool


def statistics(*, count_green_threads: bool = False) -> Statistics:
    """Numbers of this OS thread's hub at this moment, as a frozen dataclass.

    The cost is that of walking the hub's timers and the loop's tasks. *count_green_threads* also walks all objects the
    garbage collector knows, some ten milliseconds for each 100 000. Raises RuntimeError if the hub is not aiohub's.

        print(aiohub.debug.statistics().tasks_blocked)
    """
    hub = required_hub("statistics()")
    tasks = asyncio.all_tasks(hub.loop)
    greens = [_graph.greenlet_of(task) for task in tasks]
    waits = _idle.listeners(hub)
    timers = len(hub.timer_queue.pending())
    return Statistics(
        hub=_name_of(hub),
        loop=_name_of(hub.loop),
        running=hub.running,
        green_threads=_green_threads(hub.root, hub.greenlet) if count_green_threads else None,
        tasks=len(tasks),
        tasks_blocked=sum(green is not None and green.blocked for green in greens),
        timers=timers,
        timers_cancelled=len(hub.timer_queue) - timers,
        readers=sum(listener.evtype == hub.READ for listener in waits),
        writers=sum(listener.evtype == hub.WRITE for listener in waits),
        forks=hub.forks,
        hubs=len(threads.live_hubs()),
        blocking_limit=blocking_limit(),
        deadlock_detection=deadlock_detection(hub),
    )


def _name_of(obj: object) -> str:
    return f"{type(obj).__module__}.{type(obj).__qualname__}"


def _green_threads(root: greenlet.greenlet, hub_greenlet: greenlet.greenlet) -> int:
    return sum(
        1
        for obj in gc.get_objects()
        if isinstance(obj, greenlet.greenlet)
        and not isinstance(obj, TaskGreenlet)
        and obj is not hub_greenlet
        and obj
        and threads.root_of(obj) is root
    )
