"""What the border replaces in eventlet and asyncio when the first hub is made."""

from __future__ import annotations

import asyncio

import eventlet.asyncio
from eventlet import greenthread

from .._patch.functions import redirect, replace
from .._patch.greenthread import spawn
from .._tasks import task_class
from . import green_threads, runner, running_loop
from .bridge import spawn_for_awaitable

_active = False


def activate() -> None:
    """Make the replacements; once per process."""
    global _active
    if _active:
        return
    _active = True
    task_class.activate()
    replace(greenthread.spawn, green_threads.activate(spawn))
    replace(eventlet.asyncio.spawn_for_awaitable, spawn_for_awaitable)
    redirect(asyncio.run, runner.make_run())
    runner.patch_runner()
    running_loop.activate()
