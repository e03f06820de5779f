"""eventlet's functions for descriptors and timers, which know of our hub: waiting, closing, cancelling."""

from __future__ import annotations

import sys
import types
from typing import Any

import eventlet
import eventlet.debug
import greenlet
from eventlet import hubs
from eventlet.green import select as green_select
from eventlet.hubs import hub as _base
from eventlet.hubs import timer as _timer

from .._base.errors import blocking_in_loop
from .._hub import threads
from . import looks
from .functions import copy_function, replace

_getcurrent = greenlet.getcurrent


def trampoline(
    fd: Any,
    read: Any = None,
    write: Any = None,
    timeout: float | None = None,
    timeout_exc: Any = eventlet.Timeout,
    mark_as_closed: Any = None,
) -> Any:
    timer = None
    if read and write:
        raise RuntimeError("not allowed to trampoline for reading and writing")
    try:
        fileno = fd.fileno()
    except AttributeError:
        fileno = fd
    if looks.is_look(timeout):
        if not looks.look_at(fileno, read):
            raise timeout_exc
        return fileno
    hub = hubs.get_hub()
    current = _getcurrent()
    if hub.greenlet is current:
        if looks.look_at(fileno, read):
            return None  # nothing to wait for: a signal handler may write to a pipe that has room
        raise blocking_in_loop(
            "a blocking socket or file operation", "use loop.add_reader(), a green thread or a coroutine"
        )
    if timeout is not None:
        timer = hub.schedule_call_global(timeout, throw_timeout, current, timeout_exc)
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


def throw_timeout(green: greenlet.greenlet, exc: Any) -> None:
    green.throw(exc)


_original_select = copy_function(green_select.select)


def select(read_list: Any, write_list: Any, error_list: Any, timeout: float | None = None) -> Any:
    if looks.is_look(timeout):
        return looks.look_for_ready(read_list, write_list, error_list)
    if hubs.get_hub().greenlet is _getcurrent():
        raise blocking_in_loop("select.select()", "use loop.add_reader(), a green thread or a coroutine")
    return _original_select(read_list, write_list, error_list, timeout)


def hub_prevent_multiple_readers(state: bool = True) -> None:
    # Upstream refuses this to its asyncio hub, of which ours is a subclass; ours can do it.
    _base.g_prevent_multiple_readers = state


_original_prevent = eventlet.debug.hub_prevent_multiple_readers.__code__


class _AsyncioHubModule(types.ModuleType):
    """eventlet.hubs.asyncio while eventlet's own hub_prevent_multiple_readers runs, which refuses that module's `Hub`.

    It does when the call makes the first hub of the process, ours (EVENTLET_HUB=aiohub.hub), in whose place it is put.
    """

    @property
    def Hub(self) -> Any:
        if sys._getframe(1).f_code is not _original_prevent:
            return self.__dict__["Hub"]
        self.__class__ = types.ModuleType  # type: ignore[assignment]
        return _NoHub


class _NoHub:
    """The class of no hub."""


def _answer_prevent() -> None:
    """Let a call of eventlet's own hub_prevent_multiple_readers that is under way succeed."""
    frame: Any = sys._getframe(1)
    while frame is not None and frame.f_code is not _original_prevent:
        frame = frame.f_back
    if frame is not None:
        eventlet.hubs.asyncio.__class__ = _AsyncioHubModule


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


def activate() -> None:
    """Put these in the place of eventlet's."""
    _answer_prevent()
    replace(hubs.trampoline, trampoline)
    replace(hubs.notify_close, notify_close)
    replace(hubs.notify_opened, notify_opened)
    replace(green_select.select, select)
    replace(eventlet.debug.hub_prevent_multiple_readers, hub_prevent_multiple_readers)


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
