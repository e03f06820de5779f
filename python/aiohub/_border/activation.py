"""What the border replaces in eventlet and asyncio when the first hub is made."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import eventlet.asyncio
from eventlet import greenthread

from .._loop import beside
from .._patch.functions import redirect, replace
from .._patch.greenthread import spawn
from .._patch.on_import import on_import
from .._tasks import task_class
from . import green_threads, runner, running_loop
from .bridge import spawn_for_awaitable

_active = False


def _mend_uvloop(uvloop: Any) -> None:
    """Let uvloop's loops be run beside the hub's, and `uvloop.run` run on the hub's as `asyncio.run` does."""
    beside.take_over(uvloop.Loop)
    if hasattr(uvloop, "run"):
        redirect(uvloop.run, runner.make_run(uvloop.run))


_original_spawn_for_awaitable = eventlet.asyncio.spawn_for_awaitable.__code__


def _answer_spawn_for_awaitable() -> None:
    """Let a call of eventlet's own spawn_for_awaitable that makes the first hub, this one, end as ours does.

    Its last line calls `spawn`.
    """
    frame: Any = sys._getframe(1)
    while frame is not None and frame.f_code is not _original_spawn_for_awaitable:
        frame = frame.f_back
    if frame is not None:
        eventlet.asyncio.spawn = _spawn_once


def _spawn_once(function: Any) -> Any:
    caller = sys._getframe(1)
    if caller.f_code is not _original_spawn_for_awaitable:
        return greenthread.spawn(function)
    eventlet.asyncio.spawn = greenthread.spawn
    return spawn_for_awaitable(caller.f_locals["coroutine"])


def activate() -> None:
    """Make the replacements; once per process."""
    global _active
    if _active:
        return
    _active = True
    task_class.activate()
    replace(greenthread.spawn, green_threads.activate(spawn))
    replace(eventlet.asyncio.spawn_for_awaitable, spawn_for_awaitable)
    _answer_spawn_for_awaitable()
    redirect(asyncio.run, runner.make_run(asyncio.run))
    runner.patch_runner()
    on_import("uvloop", _mend_uvloop)
    running_loop.activate()
