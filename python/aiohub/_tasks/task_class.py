"""`asyncio.Task(coroutine, loop=...)`, called directly, makes a green task too.

The constructor passes the loop's task factory by; aiohttp starts its handlers that way, eagerly. So `asyncio.Task`
becomes a class that wraps the coroutine and then makes a task of the original class: what it makes is what asyncio
makes, a step costs nothing more, and isinstance and issubclass answer the same for both. Modules that have the
original under a name of theirs get the new one, and subclasses that have been made of it become its subclasses.
"""

from __future__ import annotations

import asyncio
import asyncio.tasks
import contextlib
import sys
import types
from typing import Any

from .asyncio_task import CountingTask
from .coroutine import GreenCoroutine
from .family import note_task

OriginalTask: Any = asyncio.tasks.Task
# Where the original is to stay: under its names in C, and ours.
_KEEPERS = ("_asyncio", "asyncio.tasks")


def _green(coro: Any, loop: Any) -> Any:
    """*coro* as the coroutine of a task of *loop*."""
    target: Any = loop if loop is not None else asyncio._get_running_loop()
    if getattr(target, "_green_tasks", False) and not isinstance(coro, GreenCoroutine) and asyncio.iscoroutine(coro):
        return GreenCoroutine(coro, target._hub)
    return coro


class _TaskMeta(type(OriginalTask)):  # type: ignore[misc]
    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Task:
            return super().__call__(*args, **kwargs)
        task = _make(*args, **kwargs)
        note_task(task, kwargs.get("context"))
        return task

    def __instancecheck__(cls, obj: Any) -> bool:
        return isinstance(obj, OriginalTask) if cls is Task else super().__instancecheck__(obj)

    def __subclasscheck__(cls, sub: Any) -> bool:
        return issubclass(sub, OriginalTask) if cls is Task else super().__subclasscheck__(sub)


def _make(coro: Any, *args: Any, loop: Any = None, **kwargs: Any) -> Any:
    return CountingTask(_green(coro, loop), *args, loop=loop, **kwargs)


class Task(CountingTask, metaclass=_TaskMeta):  # type: ignore[misc]
    __doc__ = OriginalTask.__doc__

    def __init__(self, coro: Any, *args: Any, loop: Any = None, **kwargs: Any) -> None:
        """Of a subclass: an object of this very class is never made."""
        super().__init__(_green(coro, loop), *args, loop=loop, **kwargs)
        note_task(self, kwargs.get("context"))


def activate() -> None:
    """Put the class in the place of asyncio's own."""
    Task.__module__, Task.__qualname__ = OriginalTask.__module__, OriginalTask.__qualname__
    asyncio.Task = asyncio.tasks.Task = Task  # type: ignore[misc]
    if sys.version_info >= (3, 12):
        # It has the original class in its closure.
        asyncio.eager_task_factory = asyncio.tasks.eager_task_factory = asyncio.create_eager_task_factory(Task)
    for name, module in list(sys.modules.items()):
        # Anything may be there; cffi's libraries say that they are modules, and have no names of their own.
        is_module = issubclass(type(module), types.ModuleType)
        if is_module and name not in _KEEPERS and name.partition(".")[0] != "aiohub":
            _replace_names(object.__getattribute__(module, "__dict__"))  # a lazy module stays unloaded
    for made in OriginalTask.__subclasses__():
        if made not in (Task, CountingTask):
            with contextlib.suppress(TypeError):  # its layout may allow no other base: it stays as it is
                made.__bases__ = tuple(Task if base is OriginalTask else base for base in made.__bases__)


def _replace_names(names: dict[str, Any]) -> None:
    for name, value in list(names.items()):
        if value is OriginalTask:
            names[name] = Task
