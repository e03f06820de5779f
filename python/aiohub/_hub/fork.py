"""What the child of a fork repairs, so that both worlds go on in it and nothing it does reaches the parent.

Only the forking OS thread lives on in the child. Its hub gets an epoll set, a selector and a self-pipe of its own,
filled from the tables; the hubs of the other threads are gone, and their descriptors are given back.
"""

from __future__ import annotations

import asyncio
import os
from asyncio import events
from typing import Any

from eventlet.green import threading as green_threading

from .._tasks.asyncio_task import swap_current_task
from . import threads

_watching = False


class _State:
    """What the forking thread was doing, taken just before the fork."""

    running = False
    #: A task's first step may be made before the hub has begun to run.
    loop_runs = False
    task: Any = None


def watch() -> None:
    """Repair the hubs in every child forked from now on."""
    global _watching
    if not _watching:
        _watching = True
        os.register_at_fork(before=_before, after_in_child=_after_in_child)
        # eventlet's green copy of threading takes itself for the real one: in the child it would declare all threads
        # but the forking one dead, and on CPython 3.13 fail if that is a green thread. Green threads survive a fork;
        # eventlet itself says so, but only when it patches.
        green_threading._after_fork.__code__ = _nothing.__code__


def _nothing() -> None:
    pass


def _before() -> None:
    hub = threads.current_hub()
    loop = None if hub is None or hub._closed else hub.loop
    _State.running = loop is not None and hub is not None and hub.running
    _State.loop_runs = loop is not None and events._get_running_loop() is loop
    _State.task = asyncio.current_task(loop) if _State.running or _State.loop_runs else None


def _after_in_child() -> None:
    hub = threads.current_hub()
    if hub is not None:
        hub.timer_queue.forked_after = hub.timer_queue.sequence
    threads.survive_fork()
    for other in threads.live_hubs():
        if other is not hub:
            other.abandon()
    if hub is None or hub._closed:
        return
    hub.after_fork_in_child(_State.running)
    if _State.loop_runs:
        events._set_running_loop(hub.loop)  # asyncio remembers the process, too
    if (_State.running or _State.loop_runs) and asyncio.current_task(hub.loop) is not _State.task:
        swap_current_task(hub.loop, _State.task)  # CPython 3.14 forgets it in a child
