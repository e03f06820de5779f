"""format_stack: the callers of a green thread, task or coroutine, across the border."""

from __future__ import annotations

import asyncio
import inspect
import traceback
from typing import Any

import greenlet

from .._tasks.coroutine import GreenCoroutine
from . import _graph
from ._describe import describe, frames_of, is_dead, tasks_here


def format_stack(obj: Any) -> str:
    """The callers of *obj*, outermost first, across the border between the two worlds.

    *obj* is a green thread (or any greenlet), a task, or a coroutine; it may be the one that asks. The text is that of
    `traceback.format_list`, with a line `green thread <...>:` or `task <...>:` before the frames of each. Who waits for
    whom is found from the live objects. If several wait for the same one, the first is followed and the number of the
    others is given.     An *obj* that has ended gives one line that says so. Raises TypeError for anything else.

        print(aiohub.debug.format_stack(eventlet.getcurrent()))
    """
    if not (
        isinstance(obj, greenlet.greenlet)
        or asyncio.isfuture(obj)
        or inspect.iscoroutine(obj)
        or isinstance(obj, GreenCoroutine)
    ):
        raise TypeError(f"format_stack() takes a green thread, a task or a coroutine, not {type(obj).__name__}")
    node = _graph.node_of(obj)
    if is_dead(node):
        return f"{describe(node)} has ended\n"
    parts: list[str] = []
    seen: set[int] = set()
    while node is not None:
        if id(node) in seen:
            parts.append(f"{describe(node)} (see below) waits for this: a cycle\n")
            break
        seen.add(id(node))
        waiters = _callers(node)
        parts.append(_section(node, len(waiters) - 1))
        node = waiters[0] if waiters else None
    return "".join(reversed(parts))


def _callers(node: Any) -> list[Any]:
    if inspect.iscoroutine(node):
        # The frames of the task that runs it contain those of the coroutine.
        task = _graph.task_awaiting(node, tasks_here())
        return _graph.waiters_of(task) if task is not None else []
    return _graph.waiters_of(node)


def _section(node: Any, others: int) -> str:
    subject = node
    if inspect.iscoroutine(node):
        task = _graph.task_awaiting(node, tasks_here())
        subject = task if task is not None else node
    more = f" ({others} more wait for it)" if others > 0 else ""
    frames = frames_of(subject)
    if not frames:
        return f"{describe(subject)}{more}: not started\n"
    summary = traceback.StackSummary.extract(iter(frames))
    return f"{describe(subject)}{more}:\n" + "".join(summary.format())
