"""`asyncio.Task(coroutine, loop=...)`, called directly, makes a green task too.

The constructor passes the loop's task factory by; aiohttp starts its handlers that way, eagerly. So `asyncio.Task`
becomes a class that wraps the coroutine and then makes a task of the original class: what it makes is what asyncio
makes, a step costs nothing more, and isinstance and issubclass answer the same for both.
"""

from __future__ import annotations

import asyncio
import asyncio.tasks
import sys
from typing import Any

from .coroutine import GreenCoroutine
from .family import note_task

OriginalTask: Any = asyncio.tasks.Task


class _TaskMeta(type(OriginalTask)):  # type: ignore[misc]
    def __call__(cls, coro: Any, *args: Any, loop: Any = None, **kwargs: Any) -> Any:
        target: Any = loop if loop is not None else asyncio._get_running_loop()
        if (
            getattr(target, "_green_tasks", False)
            and not isinstance(coro, GreenCoroutine)
            and asyncio.iscoroutine(coro)
        ):
            coro = GreenCoroutine(coro, target._hub)
        if cls is Task:
            task = OriginalTask(coro, *args, loop=loop, **kwargs)
        else:
            task = super().__call__(coro, *args, loop=loop, **kwargs)
        note_task(task, kwargs.get("context"))
        return task

    def __instancecheck__(cls, obj: Any) -> bool:
        return isinstance(obj, OriginalTask) if cls is Task else super().__instancecheck__(obj)

    def __subclasscheck__(cls, sub: Any) -> bool:
        return issubclass(sub, OriginalTask) if cls is Task else super().__subclasscheck__(sub)


class Task(OriginalTask, metaclass=_TaskMeta):  # type: ignore[misc]
    __doc__ = OriginalTask.__doc__


def activate() -> None:
    """Put the class in the place of asyncio's own."""
    Task.__module__, Task.__qualname__ = OriginalTask.__module__, OriginalTask.__qualname__
    asyncio.Task = asyncio.tasks.Task = Task  # type: ignore[misc]
    if sys.version_info >= (3, 12):
        # It has the original class in its closure.
        asyncio.eager_task_factory = asyncio.tasks.eager_task_factory = asyncio.create_eager_task_factory(Task)
