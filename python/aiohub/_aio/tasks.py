"""Tasks that are kept alive, and what is called when one ends."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_T = TypeVar("_T")
_logger = logging.getLogger("aiohub.aio")

# A loop keeps weak references to its tasks only: without these a task that nobody holds may vanish in mid-air.
_running_tasks: set[asyncio.Task[Any]] = set()


def spawn(coro: Coroutine[Any, Any, _T], *, name: str | None = None) -> asyncio.Task[_T]:
    """Start *coro* as a task, and keep it alive until it ends. Replaces `eventlet.spawn` and `eventlet.spawn_n`.

    If it fails and nobody awaits it at that moment the error is logged at once (logger "aiohub.aio"), as eventlet
    prints it; whoever awaits it later gets it too.
    """
    if not asyncio.iscoroutine(coro):
        raise TypeError(f"spawn() takes a coroutine, not {coro!r}; call the function: spawn(fn(...))")
    task = asyncio.get_running_loop().create_task(coro, name=name)
    _running_tasks.add(task)
    task.add_done_callback(_on_done)
    return task


def spawn_after(seconds: float, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> asyncio.Task[Any]:
    """Run `fn(*args, **kwargs)` as a task when *seconds* have passed. Replaces `eventlet.spawn_after`.

    *fn* may be a plain function or a coroutine function. `cancel()` ends the task before it has begun, and after.
    """
    return spawn(_later(seconds, fn, args, kwargs))


async def call(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call *fn*, await what it returns if that can be awaited, and return the outcome.

    For functions of which it is not known whether they are coroutine functions: `spawn(call(fn, 1))` replaces
    `eventlet.spawn(fn, 1)`.
    """
    result = fn(*args, **kwargs)
    if inspect.isawaitable(result):
        return await result
    return result


def in_loop(fn: Callable[..., Coroutine[Any, Any, _T]]) -> Callable[..., _T]:
    """A plain function that runs the coroutine function *fn* with `asyncio.run`: a decorator.

    For tests of runners that await nothing. Each call has a loop of its own; raises RuntimeError where one runs. It
    replaces what let a test of eventlet wait: that any function may.
    """

    @functools.wraps(fn)
    def run(*args: Any, **kwargs: Any) -> _T:
        coro = fn(*args, **kwargs)
        try:
            return asyncio.run(coro)
        finally:
            coro.close()  # where a loop runs, asyncio.run refuses, and nobody awaits it

    return run


async def join(thread: Any) -> Any:
    """Wait for the end of a task, and return its result or raise its error; anything else by its own `wait()`.

    Replaces `GreenThread.wait` where something else that runs could stand there. Who is cancelled meanwhile does not
    cancel the task.
    """
    if isinstance(thread, asyncio.Future):
        return await asyncio.shield(thread)
    return await call(thread.wait)


def result(thread: Any) -> Any:
    """What a task that has ended gave, or the error that it raised; of anything else what its own `wait()` gives.

    Replaces `GreenThread.wait` in a function that is linked to what may be a task.
    """
    return thread.result() if isinstance(thread, asyncio.Future) else thread.wait()


def kill(thread: Any) -> None:
    """Cancel a task; anything else is ended by its own `kill()`.

    Replaces `GreenThread.kill` where something else that runs could stand there. The task ends at its next await.
    """
    if isinstance(thread, asyncio.Future):
        thread.cancel()
    else:
        thread.kill()


def link(task: Any, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Call `fn(task, *args, **kwargs)` when *task* has ended. Replaces `GreenThread.link`.

    It is called in the turn of the loop after the end. If it returns a coroutine, that runs as a task of its own. What
    is no task is linked by its own `link()`.
    """
    if not isinstance(task, asyncio.Future):
        task.link(fn, *args, **kwargs)
        return

    def ended(done: asyncio.Future[Any]) -> None:
        result = fn(done, *args, **kwargs)
        if asyncio.iscoroutine(result):
            spawn(result)

    task.add_done_callback(ended)


async def _later(seconds: float, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    await asyncio.sleep(seconds)
    return await call(fn, *args, **kwargs)


def _on_done(task: asyncio.Task[Any]) -> None:
    _running_tasks.discard(task)
    # The tasks that await it are woken in this turn of the loop: after that it is known whether anybody took the error.
    if not task.cancelled() and getattr(task, "_log_traceback", True):
        task.get_loop().call_soon(_log_error, task)


def _log_error(task: asyncio.Task[Any]) -> None:
    if getattr(task, "_log_traceback", True):
        exc = task.exception()  # from here on asyncio takes it for handled
        if exc is not None:
            _logger.error("unhandled error in task %r", task.get_name(), exc_info=exc)
