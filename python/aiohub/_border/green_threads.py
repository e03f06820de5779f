"""GreenThread: how it begins and ends, and how whoever waits for it learns of the end.

eventlet makes an Event for each green thread. Most are never waited for, or are awaited by a coroutine, so here it is
made when somebody asks for it.
"""

from __future__ import annotations

import collections
import contextvars
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import event, greenthread, hubs
from eventlet.event import NOT_USED

from .._base import native
from .._base.tracebacks import leave_out_own_frames
from .._hub import threads

if TYPE_CHECKING:
    from collections.abc import Callable

_greenlet_init = greenlet.greenlet.__init__
#: What a future that awaits a green thread is linked with: `bridge._deliver`.
_deliver: Any = None


class _ExitEvent:
    """`GreenThread._exit_event` of one that has none yet. Any OS thread may ask for it."""

    def __get__(self, green_thread: Any, owner: Any = None) -> Any:
        if green_thread is None:
            return self
        attributes = green_thread.__dict__
        made = attributes.setdefault("_exit_event", event.Event())
        # In this order: the green thread looks for the event first, and leaves its result here if there is none.
        result = attributes.get("_aiohub_result", NOT_USED)
        if result is not NOT_USED and made._result is NOT_USED:
            made._result = result
        return made


class _ExitFunctions:
    """`GreenThread._exit_funcs` of one with nothing linked, or only what the native `__await__` keeps aside."""

    def __get__(self, green_thread: Any, owner: Any = None) -> Any:
        future = None if green_thread is None else green_thread.__dict__.pop("_aiohub_awaiting", None)
        if future is None:
            return None
        links = green_thread._exit_funcs = collections.deque([(_deliver, (future, True), {})])
        return links


def init(self: Any, parent: greenlet.greenlet) -> None:
    """`GreenThread.__init__`: it starts with a copy of its maker's context."""
    _greenlet_init(self, self.main, parent)
    self.gr_context = contextvars.copy_context()


def main(self: Any, function: Any, args: Any, kwargs: Any) -> None:
    """What runs in a green thread; see `GreenThread.main` of eventlet."""
    try:
        result = function(*args, **kwargs)
    except BaseException as exc:
        leave_out_own_frames(exc)
        exit_event = self._exit_event
        exit_event.send_exception(type(exc), exc, exc.__traceback__)
        is_known = bool(exit_event._waiters) or _is_awaited(self)
        self._resolve_links()
        if (is_known or "_aiohub_seen" in exit_event.__dict__) and not isinstance(exc, _system_exceptions()):
            return  # whoever waits for it gets it; what goes on to the hub is printed
        raise
    finish(self, result)


def _is_awaited(green_thread: Any) -> bool:
    return any(link[0] is _deliver for link in green_thread._exit_funcs or ())


def _system_exceptions() -> tuple[type[BaseException], ...]:
    hub = threads.current_hub()
    return (SystemExit, KeyboardInterrupt) if hub is None else hub.SYSTEM_EXCEPTIONS


def finish(self: Any, result: Any) -> None:
    """Tell whoever waits for a green thread that its function has returned *result*."""
    self._exit_event.send(result)
    self._resolve_links()


def link(self: Any, func: Any, *curried_args: Any, **curried_kwargs: Any) -> None:
    """Have *func* called at the end of the green thread; see `GreenThread.link` of eventlet."""
    if self._exit_funcs is None:
        self._exit_funcs = collections.deque()
    self._exit_funcs.append((func, curried_args, curried_kwargs))
    attributes = self.__dict__
    if "_aiohub_result" in attributes or ("_exit_event" in attributes and attributes["_exit_event"].ready()):
        self._resolve_links()


def activate(spawn: Callable[..., Any]) -> Callable[..., Any]:
    """Put these into eventlet's class, the native ones where there are any; returns what `spawn` is to be."""
    from . import bridge

    global finish, _deliver
    _deliver = bridge._deliver
    cls = greenthread.GreenThread
    made = native.prepare(
        hub_local=hubs._threadlocal,
        green_thread_class=cls,
        future_class=bridge.GreenThreadFuture,
        spawn=spawn,
        finish=finish,
        await_green_thread=bridge.await_green_thread,
        deliver=bridge._deliver,
    )
    spawn, finish = made.get("spawn", spawn), made.get("finish", finish)
    cls._exit_event = _ExitEvent()
    cls._exit_funcs = _ExitFunctions()
    cls._resolving_links = False
    cls.__init__ = init
    cls.main = main
    cls.link = link
    cls.__await__ = made.get("await_green_thread", bridge.await_green_thread)
    return spawn
