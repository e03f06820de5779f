"""Whose patched `threading.local` and corolocal data a greenlet sees.

Its own, as in eventlet; a greenlet that works for a task sees the task's. Who stands still until another has ended
lends it the data meanwhile: a green thread in `aiohub.wait` to the coroutine, a coroutine in `sync_to_async` to the
green thread. Nobody but the borrower sees the data then, so it is as with a plain call.
"""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, Any, cast

from .coroutine import GreenCoroutine, working_for
from .task_greenlet import TaskGreenlet

if TYPE_CHECKING:
    from greenlet import greenlet

    from .._base.contract import Hub

# Of tasks without a greenlet: `install(green_tasks=False)`.
_lenders_of_tasks: weakref.WeakKeyDictionary[Any, greenlet] = weakref.WeakKeyDictionary()


def owner_for(current: greenlet) -> greenlet:
    """Whose data *current*, which runs, sees."""
    coroutine = working_for(current)
    if coroutine is not None:
        green: Any = coroutine._greenlet or current
        lender = coroutine._lender
    else:
        green = current
        lender = getattr(current, "_aiohub_lender", None)
        if lender is None and _lenders_of_tasks:
            lender = _lender_of_present_task(current)
    while lender is not None:
        green = _task_greenlet_above(lender) or lender
        lender = green.coroutine._lender if type(green) is TaskGreenlet else getattr(green, "_aiohub_lender", None)
    return green  # type: ignore[no-any-return]


def _task_greenlet_above(green: greenlet | None) -> TaskGreenlet | None:
    """The greenlet of the task for which *green*, which stands still, works."""
    while green is not None and type(green) is not TaskGreenlet:
        green = green.parent
    return green


def _lender_of_present_task(current: greenlet) -> greenlet | None:
    loop: Any = asyncio._get_running_loop()
    task = asyncio.current_task(loop) if loop is not None else None
    if task is None or current is not loop._hub.greenlet:
        return None
    return _lenders_of_tasks.get(task)


def create_task(hub: Hub, coroutine: Any, lender: greenlet, options: dict[str, Any]) -> asyncio.Task[Any]:
    """`loop.create_task` with *options* for *lender*, which stands still until the task has ended."""
    loop: Any = hub.loop
    task: asyncio.Task[Any]
    if not loop._green_tasks:
        task = loop.create_task(coroutine, **options)
        _lenders_of_tasks[task] = owner_for(lender)
    elif loop._user_task_factory is None:
        task = loop.create_task(coroutine, **options)
        cast("Any", task.get_coro())._lender = lender
    else:  # which may make the first step at once
        green = coroutine if isinstance(coroutine, GreenCoroutine) else GreenCoroutine(coroutine, hub)
        green._lender = lender
        task = loop.create_task(green, **options)
    return task


def lender_for(hub: Hub, current: greenlet) -> greenlet:
    """What `_aiohub_lender` of a greenlet is while *current* does nothing but wait for its end."""
    return current if current is not hub.greenlet else owner_for(current)
