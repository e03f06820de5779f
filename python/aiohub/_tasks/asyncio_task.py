"""What asyncio's tasks offer to each version of Python in another way: the current one, and counted cancellations."""

from __future__ import annotations

import asyncio
import sys
from asyncio import tasks as _tasks
from typing import Any

if sys.version_info >= (3, 14):

    def swap_current_task(loop: asyncio.AbstractEventLoop, task: Any) -> Any:
        """Make *task* (or None) the current task of *loop*; returns the one that was."""
        try:
            return _tasks._swap_current_task(loop, task)  # type: ignore[attr-defined]
        except RuntimeError:
            return None  # not the running loop: a task of a hub that `use_hub` has replaced goes on in its greenlet

elif sys.version_info >= (3, 12):

    def swap_current_task(loop: asyncio.AbstractEventLoop, task: Any) -> Any:
        """Make *task* (or None) the current task of *loop*; returns the one that was."""
        if task is None and _tasks.current_task(loop) is None:
            return None  # for which CPython's function has a KeyError
        return _tasks._swap_current_task(loop, task)  # type: ignore[attr-defined]

else:

    def swap_current_task(loop: asyncio.AbstractEventLoop, task: Any) -> Any:
        """Make *task* (or None) the current task of *loop*; returns the one that was."""
        previous = _tasks.current_task(loop)
        if previous is not task:
            if previous is not None:
                _tasks._leave_task(loop, previous)
            if task is not None:
                _tasks._enter_task(loop, task)
        return previous


if sys.version_info >= (3, 11):

    def cancelling(task: asyncio.Task[Any]) -> int:
        """How many cancellations of *task* have been requested and not taken back; 0 where nobody counts."""
        return task.cancelling()

    def uncancel(task: asyncio.Task[Any]) -> None:
        """Take one of them back."""
        task.uncancel()

    CountingTask: Any = _tasks.Task

else:

    class CountingTask(_tasks.Task):
        """A task that counts the requests to cancel it, as all do from Python 3.11 on."""

        _aiohub_cancels = 0

        def cancel(self, msg: Any = None) -> bool:
            if self.done():
                return False
            self._aiohub_cancels += 1
            return super().cancel(msg)

    CountingTask.__module__, CountingTask.__name__ = _tasks.Task.__module__, "Task"
    CountingTask.__qualname__ = "Task"

    def cancelling(task: asyncio.Task[Any]) -> int:
        """How many cancellations of *task* have been requested and not taken back; 0 where nobody counts."""
        return getattr(task, "_aiohub_cancels", 0)

    def uncancel(task: asyncio.Task[Any]) -> None:
        """Take one of them back."""
        counted: Any = task
        if cancelling(task):
            counted._aiohub_cancels -= 1


def counts_cancellations(task: asyncio.Task[Any]) -> bool:
    """Whether `cancelling` knows; before 3.11 not of a task that somebody else's factory has made."""
    return sys.version_info >= (3, 11) or isinstance(task, CountingTask)
