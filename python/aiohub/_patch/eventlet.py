"""What is replaced inside eventlet and the standard library when the first hub is made, and why.

How a function is replaced is in `_functions`.
"""

from __future__ import annotations

import asyncio
import contextvars
import importlib.abc
import importlib.util
import inspect
import sys
from typing import TYPE_CHECKING, Any

import eventlet
import eventlet.asyncio
import eventlet.debug
import greenlet
from eventlet import greenpool, greenthread, hubs, patcher
from eventlet.green import select as green_select
from eventlet.green import threading as green_threading
from eventlet.hubs import hub as _base
from eventlet.hubs import timer as _timer

from .._base.errors import blocking_in_loop
from .._hub import threads
from .._tasks.coroutine import TaskGreenlet, working_for
from . import pools, primitives
from .functions import copy_function, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._base.contract import Hub

_getcurrent = greenlet.getcurrent
_really_sleep = patcher.original("time").sleep
_active = False
_asyncio_unpatched = False


def activate() -> None:
    """Make the replacements; once per process."""
    global _active
    if _active:
        return
    _active = True
    primitives.activate()
    greenpool.GreenPool.spawn_n = _pool_spawn_n
    for module, function, replacement in (
        (greenthread, "sleep", sleep),
        (greenthread, "spawn_after", spawn_after),
        (greenthread, "spawn_after_local", spawn_after_local),
        (greenthread, "_spawn_n", _spawn_n),
        (greenthread, "kill", kill),
        (hubs, "trampoline", trampoline),
        (hubs, "notify_close", notify_close),
        (hubs, "notify_opened", notify_opened),
        (green_select, "select", select),
        (green_threading, "current_thread", current_thread),
        (eventlet.debug, "hub_prevent_multiple_readers", hub_prevent_multiple_readers),
    ):
        replace(getattr(module, function), replacement)
    _watch_closing()
    pools.activate()
    _mend_oslo_log()


# Green threads.


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
    if coroutine is not None and not isinstance(g, TaskGreenlet):
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


def trampoline(
    fd: Any,
    read: Any = None,
    write: Any = None,
    timeout: float | None = None,
    timeout_exc: Any = eventlet.Timeout,
    mark_as_closed: Any = None,
) -> Any:
    timer = None
    hub = hubs.get_hub()
    current = _getcurrent()
    if hub.greenlet is current:
        raise blocking_in_loop(
            "a blocking socket or file operation", "use loop.add_reader(), a green thread or a coroutine"
        )
    if read and write:
        raise RuntimeError("not allowed to trampoline for reading and writing")
    try:
        fileno = fd.fileno()
    except AttributeError:
        fileno = fd
    if timeout is not None:
        timer = hub.schedule_call_global(timeout, _throw_timeout, current, timeout_exc)
    try:
        if read:
            listener = hub.add(_base.READ, fileno, current.switch, current.throw, mark_as_closed)
        elif write:
            listener = hub.add(_base.WRITE, fileno, current.switch, current.throw, mark_as_closed)
        try:
            return hub.switch()
        finally:
            hub.remove(listener)
    finally:
        if timer is not None:
            timer.cancel()


def notify_close(fd: int) -> None:
    hub = getattr(threads._local, "hub", None)
    if hub is not None:  # else nobody waits; eventlet makes a hub, which the end of the interpreter does not allow
        hub.notify_close(fd)


def notify_opened(fd: int) -> None:
    hub = getattr(threads._local, "hub", None)
    if hub is not None:
        hub.mark_as_reopened(fd)


def _throw_timeout(green: greenlet.greenlet, exc: Any) -> None:
    green.throw(exc)


def _make_original_selectors() -> None:
    """Import the original selectors module against the original select: monkey patching takes epoll, kqueue and poll
    out of the other one, and asyncio would come out with green selectors where the program was patched before there
    was a hub of ours.
    """
    name = "__original_module_selectors"
    if name in sys.modules and hasattr(sys.modules[name], "PollSelector"):
        return
    sys.modules.pop(name, None)
    patched = sys.modules.get("select")
    sys.modules["select"] = patcher.original("select")
    try:
        patcher.original("selectors")
    finally:
        if patched is not None:
            sys.modules["select"] = patched


_original_select = copy_function(green_select.select)


def select(read_list: Any, write_list: Any, error_list: Any, timeout: float | None = None) -> Any:
    if hubs.get_hub().greenlet is _getcurrent():
        raise blocking_in_loop("select.select()", "use loop.add_reader(), a green thread or a coroutine")
    return _original_select(read_list, write_list, error_list, timeout)


_original_current_thread = copy_function(green_threading.current_thread)
_real_main_thread = patcher.original("threading").main_thread()


def current_thread() -> Any:
    try:
        return _original_current_thread()
    except RuntimeError:  # the interpreter is going down, and a finalizer logs what it finds
        return _real_main_thread


def hub_prevent_multiple_readers(state: bool = True) -> None:
    # Upstream refuses this to its asyncio hub, of which ours is a subclass; ours can do it.
    _base.g_prevent_multiple_readers = state


def _cancel_timer(self: Any) -> None:
    """Prevent this timer from being called; see `eventlet.hubs.timer.Timer.cancel`."""
    if not self.called:
        self.called = True
        # eventlet asks for the present thread's hub, and makes one where there is none.
        hub = getattr(threads._local, "hub", None)
        if hub is not None:
            hub.timer_canceled(self)
        try:
            del self.tpl
        except AttributeError:
            pass


_timer.Timer.cancel = _cancel_timer


# Closing: eventlet learns of a closed descriptor only when its number comes back.


def _watch_closing() -> None:
    # After monkey patching the first is GreenSocket, which closes one of the second.
    sockets = {sys.modules["socket"].socket, patcher.original("socket").socket}
    for cls in sockets:
        if hasattr(cls, "_real_close"):
            _watch_socket_class(cls)
    os: Any = sys.modules["os"]
    original_close = os.close
    is_finalizing = sys.is_finalizing

    def close(fd: int) -> None:
        if is_finalizing():  # the names of this module may be gone
            original_close(fd)
            return
        waiting = _waiting_for(fd)
        original_close(fd)
        _tell_closed(waiting)

    close.__doc__ = original_close.__doc__
    os.close = close


def _watch_socket_class(cls: Any) -> None:
    original = cls._real_close
    is_finalizing = sys.is_finalizing

    def _real_close(self: Any, *args: Any, **kwargs: Any) -> None:
        if is_finalizing():
            original(self, *args, **kwargs)
            return
        waiting = _waiting_for(self.fileno())
        original(self, *args, **kwargs)
        _tell_closed(waiting)

    cls._real_close = _real_close


def _waiting_for(fileno: int) -> list[tuple[Hub, list[Any]]]:
    """Who waits for *fileno*, in all OS threads. Asked before the close: the moment after, the number may be
    another thread's.
    """
    found = [(hub, hub.listeners_of(fileno)) for hub in threads.live_hubs() if hub.waits_for(fileno)]
    return [(hub, listeners) for hub, listeners in found if listeners]


def _tell_closed(waiting: list[tuple[Hub, list[Any]]]) -> None:
    """What they waited for has been closed: they get IOClosed."""
    for hub, listeners in waiting:
        if hub is getattr(threads._local, "hub", None):
            hub.obsolete(listeners)
        else:
            hub.call_threadsafe(hub.obsolete, listeners)


# asyncio keeps the original modules.


def unpatch_asyncio() -> None:
    """Give asyncio's modules the original socket, select, threading, time ...; once per process."""
    global _asyncio_unpatched
    if _asyncio_unpatched:
        return
    _asyncio_unpatched = True
    _make_original_selectors()
    patcher._unmonkey_patch_asyncio_all()
    # The original subprocess module itself looks at the patched os and select, which would block in the loop.
    subprocess = patcher.original("subprocess")
    for name in ("os", "select", "selectors", "threading", "time"):
        if hasattr(subprocess, name):
            setattr(subprocess, name, patcher.original(name))


def make_default(module: Any) -> None:
    """Make *module* the hub that every OS thread of this process gets, whatever EVENTLET_HUB says."""

    def get_default_hub() -> Any:
        return module

    def use_hub(mod: Any = None) -> None:
        original_use_hub(module if mod is None else mod)

    if getattr(hubs.use_hub, "_aiohub_module", None) is module:
        return
    original_use_hub = copy_function(hubs.use_hub)
    use_hub._aiohub_module = module  # type: ignore[attr-defined]
    replace(hubs.get_default_hub, get_default_hub)
    replace(hubs.use_hub, use_hub)


# oslo.log.


class _OsloLogFinder(importlib.abc.MetaPathFinder):
    """Mends oslo_log.pipe_mutex when it is imported."""

    name = "oslo_log.pipe_mutex"

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> Any:
        if fullname != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            execute = loader.exec_module

            def exec_module(module: Any) -> None:
                execute(module)
                _use_pipe_mutex(module)

            loader.exec_module = exec_module
        return spec


def _use_pipe_mutex(module: Any) -> None:
    mutex = getattr(module, "_ReallyPipeMutex", None)
    if mutex is not None:
        module.PipeMutex = mutex


def _mend_oslo_log() -> None:
    """oslo.log takes a mutex that fails between two OS threads for every hub that is a subclass of eventlet's
    asyncio hub, because that hub cannot serve several readers. Ours can, so the other one works.
    """
    module = sys.modules.get(_OsloLogFinder.name)
    if module is not None:
        _use_pipe_mutex(module)
    else:
        sys.meta_path.insert(0, _OsloLogFinder())
