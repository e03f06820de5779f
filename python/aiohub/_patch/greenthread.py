"""eventlet's functions for green threads: sleep, spawn, kill, and who the current one is.

They tell a coroutine from a function and a task's greenlet from a green thread, and have a green thread of another OS
thread killed there.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
from typing import Any

import greenlet
from eventlet import greenpool, greenthread, hubs, patcher
from eventlet.green import threading as green_threading

from .._base.errors import blocking_in_loop
from .._hub import threads
from .._tasks.coroutine import working_for
from .._tasks.task_greenlet import TaskGreenlet
from .functions import copy_function, replace

_getcurrent = greenlet.getcurrent
_really_sleep = patcher.original("time").sleep


def _check_function(name: str, func: Any) -> None:
    """Raise TypeError for a coroutine or coroutine function: a green thread would make one and never run it."""
    flags = getattr(getattr(func, "__code__", None), "co_flags", 0)
    if flags & inspect.CO_COROUTINE:
        raise TypeError(
            f"eventlet.{name}({getattr(func, '__qualname__', func)}): "
            "a coroutine function cannot run as a green thread; "
            f"use aiohub.future_to_greenlet({getattr(func, '__name__', 'func')}(...)), or await it in a coroutine"
        )
    if asyncio.iscoroutine(func):
        if inspect.iscoroutine(func):
            func.close()
        raise TypeError(
            f"eventlet.{name}({func!r}): a coroutine cannot run as a green thread; "
            "use aiohub.future_to_greenlet(coroutine), or await it in a coroutine"
        )


def sleep(seconds: float = 0) -> None:
    try:
        current = _getcurrent()
    except RuntimeError:  # the interpreter is going down, and nobody is left to run meanwhile
        _really_sleep(seconds)
        return
    hub = hubs.get_hub()
    if hub.greenlet is current:
        if seconds <= 0:
            return
        raise blocking_in_loop("eventlet.sleep()", "use loop.call_later(), a green thread or a coroutine")
    timer = hub.schedule_call_global(seconds, current.switch)
    try:
        hub.switch()
    finally:
        timer.cancel()


def spawn(func: Any, *args: Any, **kwargs: Any) -> Any:
    _check_function("spawn", func)
    hub = hubs.get_hub()
    green = greenthread.GreenThread(hub.greenlet)
    hub.schedule_call_global(0, green.switch, func, args, kwargs)
    return green


def spawn_after(seconds: float, func: Any, *args: Any, **kwargs: Any) -> Any:
    _check_function("spawn_after", func)
    hub = hubs.get_hub()
    green = greenthread.GreenThread(hub.greenlet)
    hub.schedule_call_global(seconds, green.switch, func, args, kwargs)
    return green


def spawn_after_local(seconds: float, func: Any, *args: Any, **kwargs: Any) -> Any:
    _check_function("spawn_after_local", func)
    hub = hubs.get_hub()
    green = greenthread.GreenThread(hub.greenlet)
    hub.schedule_call_local(seconds, green.switch, func, args, kwargs)
    return green


def _spawn_n(seconds: float, func: Any, args: Any, kwargs: Any) -> Any:
    _check_function("spawn_n", func)
    hub = hubs.get_hub()
    green = greenlet.greenlet(func, parent=hub.greenlet)
    green.gr_context = contextvars.copy_context()
    timer = hub.schedule_call_global(seconds, green.switch, *args, **kwargs)
    return timer, green


_original_pool_spawn_n = greenpool.GreenPool.spawn_n


def _pool_spawn_n(self: Any, function: Any, *args: Any, **kwargs: Any) -> None:
    _check_function("GreenPool.spawn_n", function)
    _original_pool_spawn_n(self, function, *args, **kwargs)


def kill(g: Any, *throw_args: Any) -> None:
    if g.dead:
        return
    owner = threads.hub_of(g)
    if owner is not None and owner is not getattr(threads._local, "hub", None):
        # A greenlet of another OS thread: only that thread can switch to it.
        owner.call_threadsafe(kill, g, *throw_args)
        return
    hub = hubs.get_hub()
    current = _getcurrent()
    if not g:
        kill_unstarted(g, throw_args)
        if not hub.greenlet:
            # Who waits has been told. A hub that has not begun would hand the exception to who makes it begin.
            throw_args = ()
    if isinstance(g, TaskGreenlet) and g.parked and g is not current:
        g.throw(*throw_args)  # asks its task to end: nothing has been switched to yet
        if current is not hub.greenlet:
            sleep(0)
        return
    coroutine = working_for(current)
    if coroutine is not None and coroutine.in_portal:
        hub.schedule_call_global(0, g.throw, *throw_args)
        sleep(0)
        return
    if current is not hub.greenlet:
        # Arrange to wake the caller back up immediately.
        hub.ensure_greenlet()
        hub.schedule_call_global(0, current.switch)
    if coroutine is not None and g is not current and (coroutine._begins or not isinstance(g, TaskGreenlet)):
        coroutine.lend_loop(current, g.throw, throw_args)
    else:
        g.throw(*throw_args)


def kill_unstarted(g: Any, throw_args: tuple[Any, ...] = ()) -> None:
    """throw() does not work on what has not started: make it as though its function raised at once."""

    def just_raise(*_args: Any, **_kwargs: Any) -> None:
        if len(throw_args) > 1 and isinstance(throw_args[1], BaseException):
            raise throw_args[1].with_traceback(throw_args[2] if len(throw_args) > 2 else None)
        if throw_args:
            raise throw_args[0]
        raise greenlet.GreenletExit()

    g.run = just_raise
    if isinstance(g, greenthread.GreenThread):
        # Its main method notifies those who wait and what is linked.
        try:
            g.main(just_raise, (), {})
        except BaseException:
            pass


_original_current_thread = copy_function(green_threading.current_thread)
_real_main_thread = patcher.original("threading").main_thread()


def current_thread() -> Any:
    try:
        return _original_current_thread()
    except RuntimeError:  # the interpreter is going down, and a finalizer logs what it finds
        return _real_main_thread


def activate() -> None:
    """Put these in the place of eventlet's."""
    greenpool.GreenPool.spawn_n = _pool_spawn_n
    for name, replacement in (
        ("sleep", sleep),
        ("spawn_after", spawn_after),
        ("spawn_after_local", spawn_after_local),
        ("_spawn_n", _spawn_n),
        ("kill", kill),
    ):
        replace(getattr(greenthread, name), replacement)
    replace(green_threading.current_thread, current_thread)
