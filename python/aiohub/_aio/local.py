"""Data that each task has for itself. Pure asyncio."""

from __future__ import annotations

import asyncio
import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Holder:
    """What a Local is made of: nothing here is found by the names of attributes."""

    __slots__ = ("__dict__", "__weakref__", "_args", "_kwargs", "_lock", "_tasks", "_threads")

    _args: tuple[Any, ...]
    _kwargs: dict[str, Any]
    _lock: threading.RLock
    _tasks: weakref.WeakKeyDictionary[asyncio.Task[Any], dict[str, Any]]
    _threads: threading.local

    def __new__(cls, *args: Any, **kwargs: Any) -> _Holder:
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError(f"{cls.__name__}() takes no arguments")
        self = object.__new__(cls)
        for name, value in (
            ("_args", args),
            ("_kwargs", kwargs),
            ("_lock", threading.RLock()),
            ("_tasks", weakref.WeakKeyDictionary()),
            ("_threads", threading.local()),
        ):
            object.__setattr__(self, name, value)
        # Whoever calls the class calls __init__, too: it has its data already.
        _data_of(self)
        return self


def _data_of(holder: _Holder) -> tuple[dict[str, Any], bool]:
    """The attributes of the running task, or of the thread, and whether it had none until now."""
    get = object.__getattribute__
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    if task is None:
        found: dict[str, Any] = vars(get(holder, "_threads"))
        is_new = "_begun" not in found
        return found.setdefault("_begun", {}), is_new
    tasks = get(holder, "_tasks")
    is_new = task not in tasks
    return tasks.setdefault(task, {}), is_new


@contextmanager
def _own(holder: _Holder) -> Iterator[None]:
    """Let the object have the attributes of the running task."""
    get = object.__getattribute__
    with get(holder, "_lock"):
        data, is_new = _data_of(holder)
        before = get(holder, "__dict__")
        object.__setattr__(holder, "__dict__", data)
        try:
            kind = type(holder)
            if is_new and kind.__init__ is not object.__init__:
                kind.__init__(holder, *get(holder, "_args"), **get(holder, "_kwargs"))
            yield
        finally:
            object.__setattr__(holder, "__dict__", before)  # nothing of a task is kept when it has ended


class Local(_Holder):
    """An object whose attributes each task has for itself. Replaces `eventlet.corolocal.local`.

    A task begins with none, as a green thread did, whoever made it; outside of tasks they belong to the thread. A
    coroutine that a task awaits has the task's. A class that derives from it has its `__init__` called anew for each,
    with the same arguments. To hand values on to the tasks that one makes, use contextvars.ContextVar.
    """

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        with _own(self):
            return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "__dict__":
            raise AttributeError(f"{type(self).__name__!r} object attribute '__dict__' is read-only")
        with _own(self):
            object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        if name == "__dict__":
            raise AttributeError(f"{type(self).__name__!r} object attribute '__dict__' is read-only")
        with _own(self):
            object.__delattr__(self, name)
