"""Waiting for a future in a greenlet: the wake-up, the wait, its cancellation, and what comes of it.

An exception that is thrown into the wait cancels the future, and goes on when the future's own cleanup is over.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any, NoReturn, cast

import greenlet
from eventlet import hubs

from . import native
from .errors import blocking_in_loop
from .precedence import is_timeout, outlasts

if TYPE_CHECKING:
    from .contract import Hub

_getcurrent = greenlet.getcurrent


def get_hub() -> Hub:
    """This OS thread's hub; makes it if need be. Raises RuntimeError if the thread's hub is not aiohub's."""
    hub = hubs.get_hub()
    if not getattr(hub, "is_aiohub", False):
        raise RuntimeError(
            f"this thread's hub is {type(hub).__module__}.{type(hub).__qualname__}, not aiohub's: "
            "call aiohub.install() before anything uses eventlet, or set EVENTLET_HUB=aiohub.hub"
        )
    return cast("Hub", hub)


def check_loop(hub: Hub, future: asyncio.Future[Any]) -> None:
    """Raise ValueError if *future* belongs to another loop than the hub's."""
    loop = future.get_loop()
    if loop is not hub.loop:
        raise ValueError(
            f"{future!r} belongs to another event loop, {loop!r}: this thread's hub runs {hub.loop!r}; "
            "use asyncio.run_coroutine_threadsafe(coroutine, that_loop) and asyncio.wrap_future"
        )


class _PurePythonWakeUp:
    """A done-callback that switches to the greenlet that waits; the shim's WakeUp is the same in C."""

    __slots__ = ("hub", "waiter")

    def __init__(self, hub: Hub, waiter: greenlet.greenlet) -> None:
        self.hub = hub
        #: None once it has been woken, or waits no more.
        self.waiter: greenlet.greenlet | None = waiter

    def __call__(self, future: asyncio.Future[Any]) -> None:
        hub = self.hub
        if hub._leaving:
            hub.loop.call_soon(self, future)
            return
        waiter, self.waiter = self.waiter, None
        if waiter is not None:
            hub._wake_waiter(waiter)


if TYPE_CHECKING:
    WakeUp = _PurePythonWakeUp
else:
    WakeUp = native.wake_up() or _PurePythonWakeUp


def wait_for_future(hub: Hub, current: greenlet.greenlet, future: asyncio.Future[Any]) -> asyncio.Future[Any]:
    """Block *current* until *future* is done; returns it. An exception thrown in cancels it, and is raised when it
    is done.
    """
    if future.done():
        return future
    if hub.cannot_wait(current):
        raise blocking_in_loop("waiting for a future", "use future.add_done_callback(), a green thread or a coroutine")
    wake_up = WakeUp(hub, current)
    future.add_done_callback(wake_up, context=hub._context)
    return wait_on(hub, current, future, wake_up, None)


def wait_on(
    hub: Hub, current: greenlet.greenlet, future: asyncio.Future[Any], wake_up: WakeUp, error: BaseException | None
) -> asyncio.Future[Any]:
    """`wait_for_future` when *wake_up* is among the callbacks. *error*: what was thrown in meanwhile."""
    try:
        if error is not None:
            raise error
        while not future.done():  # not once: there are stray switches
            hub.switch()
    except BaseException as exc:
        error = None
        if future.done() or wake_up.waiter is None:
            wake_up.waiter = None
            if future.done() and not future.cancelled() and future.exception() is exc:
                return future  # SystemExit in the task has ended the hub, and so reached us as well
            raise
        _cancel_and_wait(hub, current, future, wake_up, exc)
    finally:
        wake_up.waiter = None
        if not future.done():
            future.remove_done_callback(wake_up)
    return future


def _cancel_and_wait(
    hub: Hub, current: greenlet.greenlet, future: asyncio.Future[Any], wake_up: WakeUp, exc: BaseException
) -> None:
    """Cancel *future*, wait for its cleanup, then raise *exc* unless the future came to a result or error of its
    own.
    """
    if hub._closed or hubs.get_hub() is not hub:
        raise exc  # given up: nothing runs there any more, or not for long, and no cleanup
    future.cancel()
    hub.endings.begin(current)
    try:
        while not future.done():
            try:
                hub.switch()
            except BaseException as later:
                # Thrown in during the cleanup: cut that short. Only one of the two can be seen now.
                if outlasts(exc, later):
                    hub.endings.throw_later(current, later)
                else:
                    if is_timeout(exc):
                        hub.endings.throw_later(current, exc)
                    elif later is not exc:
                        later.__context__ = exc
                    exc = later
                future.cancel()
    finally:
        hub.endings.end(current)
    if future.cancelled():
        try:
            raise exc
        finally:
            del exc
    error = future.exception()
    if error is not None and error is not exc and error.__context__ is None:
        error.__context__ = exc


def result_of(future: asyncio.Future[Any]) -> Any:
    """The result of a done *future* for a green thread: a cancelled one is GreenletExit."""
    try:
        return future.result()
    except BaseException as exc:
        raise_in_green_thread(future, exc)


def raise_in_green_thread(future: asyncio.Future[Any], exc: BaseException) -> NoReturn:
    """Raise *exc*, which came out of *future*, as a green thread is to see it."""
    try:
        if isinstance(exc, asyncio.CancelledError) and future.cancelled():
            raise greenlet.GreenletExit(*exc.args) from exc
        _note_delivery(exc)
        raise exc
    finally:
        del exc


def wait_as_asyncio(future: asyncio.Future[Any]) -> Any:
    """Wait for *future* with asyncio's own exceptions: a cancelled one is CancelledError."""
    hub = get_hub()
    try:
        return wait_for_future(hub, _getcurrent(), future).result()
    except (SystemExit, KeyboardInterrupt) as exc:
        _note_delivery(exc)
        raise


def _note_delivery(exc: BaseException) -> None:
    if isinstance(exc, (SystemExit, KeyboardInterrupt)) and _getcurrent() is get_hub().greenlet.parent:
        # The main green thread has it now. uvloop raises it out of its run as well, a moment later.
        exc._aiohub_delivered = True  # type: ignore[union-attr]


def discard(awaitable: Any) -> None:
    """Close a coroutine that will not be awaited after all."""
    if inspect.iscoroutine(awaitable) and inspect.getcoroutinestate(awaitable) == "CORO_CREATED":
        awaitable.close()
