"""The border: green threads wait for awaitables, coroutines await green threads.

Cancellation crosses it in both directions: an exception thrown into a green thread that waits for a coroutine cancels
the coroutine, cancelling a task that awaits a green thread kills the green thread, and either is over only when the
other side's own cleanup is.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import sys
import types
from typing import TYPE_CHECKING, Any, TypeVar, cast

import greenlet
from eventlet import greenthread, hubs
from eventlet.event import NOT_USED

from .._base import native
from .._base.errors import blocking_in_loop
from .._base.tracebacks import leave_out_own_frames
from .._base.waiting import (
    WakeUp,
    discard,
    get_hub,
    raise_in_green_thread,
    result_of,
    wait_for_future,
    wait_on,
)
from .._hub import threads
from .._loop.adopted import plain_create_tasks
from .._patch.greenthread import kill_unstarted
from .._tasks import local_data
from .._tasks.coroutine import GreenCoroutine, working_for
from .._tasks.family import family_of
from .._tasks.task_class import OriginalTask
from . import first_step, other_threads
from .other_threads import future_here

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from eventlet.greenthread import GreenThread

    from .._base.contract import Hub

    T = TypeVar("T")

_getcurrent = greenlet.getcurrent
_ASYNC_FRAME = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_FACE = "__aiohub_face__"  # the attribute of a coroutine function that has its blocking face
_HAS_TASK_CONTEXT = sys.version_info >= (3, 11)


def as_future(
    hub: Hub,
    awaitable: Any,
    *,
    context: contextvars.Context | None = None,
    lender: greenlet.greenlet | None = None,
) -> asyncio.Future[Any]:
    """*awaitable* as a future of the hub's loop; a coroutine becomes a task, in *context* if one is given.

    *lender* is a greenlet that does nothing but wait for it: the task sees its thread-local data.

    Raises TypeError if it cannot be awaited, ValueError if it belongs to another loop that does not run.
    """
    if asyncio.isfuture(awaitable):
        return future_here(hub, awaitable)
    if isinstance(awaitable, greenthread.GreenThread):
        return future_of(hub, awaitable)
    if not asyncio.iscoroutine(awaitable):
        if not inspect.isawaitable(awaitable):
            raise TypeError(
                f"{awaitable!r} cannot be awaited: a coroutine, a future, a task or an object with __await__ is needed"
                + _hint_for_functions(awaitable)
            )
        awaitable = _await(awaitable)
    if context is not None and not _HAS_TASK_CONTEXT:
        # Before 3.11 a task copies the current context. The coroutine's greenlet can be given ours all the same.
        awaitable, context = GreenCoroutine(awaitable, hub, context), None
    options: dict[str, Any] = {} if context is None else {"context": context}
    if lender is not None:
        return local_data.create_task(hub, awaitable, lender, options)
    return hub.loop.create_task(awaitable, **options)


def _hint_for_functions(obj: Any) -> str:
    return f"; call it: {obj.__name__}()" if inspect.iscoroutinefunction(obj) else ""


async def _await(awaitable: Awaitable[T]) -> T:
    return await awaitable


def wait(awaitable: Awaitable[T], timeout: float | None = None) -> T:
    """Wait for *awaitable* in a green thread; returns its result or raises its exception.

    No green thread is made for the waiting. A coroutine runs in the caller's context: what it sets is visible
    afterwards, as with `await`. If an exception is thrown into the waiting green thread (`kill`, `eventlet.Timeout`),
    the awaitable is cancelled, and the exception goes on when its cleanup is over.

    *timeout*: seconds, None for no limit. When it expires the awaitable is cancelled and TimeoutError is raised.

    Raises greenlet.GreenletExit if the awaitable was cancelled; TypeError if it cannot be awaited; ValueError if it
    belongs to another loop that does not run; RuntimeError if called directly in a coroutine (use `await`) or in a
    plain callback of the loop.
    """
    hub = get_hub()
    current = _getcurrent()
    if hub.cannot_wait(current):
        discard(awaitable)
        raise blocking_in_loop("aiohub.wait()", "use loop.create_task() or eventlet.spawn(aiohub.wait, awaitable)")
    if in_coroutine_frame(current, sys._getframe(1)):
        discard(awaitable)
        raise RuntimeError("aiohub.wait() was called in a coroutine: use `await` there")
    try:
        if timeout is None:
            return cast("T", _wait(hub, current, awaitable))
        return cast("T", _wait_with_timeout(hub, current, awaitable, timeout))
    except BaseException as exc:
        leave_out_own_frames(exc)
        raise


def in_coroutine_frame(current: greenlet.greenlet, frame: Any) -> bool:
    """Whether *frame*, which runs in *current*, is that of an `async def`."""
    return bool(frame.f_code.co_flags & _ASYNC_FRAME) and working_for(current) is not None


def _wait(hub: Hub, current: greenlet.greenlet, awaitable: Any) -> Any:
    if not asyncio.isfuture(awaitable):
        context, shared = context_for_task(current)
        if not shared:
            return _wait_in_copied_context(hub, current, awaitable)
        return _wait_for_new(hub, current, awaitable, context)
    return result_of(wait_for_future(hub, current, future_here(hub, awaitable)))


def _wait_for_new(hub: Hub, current: greenlet.greenlet, awaitable: Any, context: contextvars.Context | None) -> Any:
    """Wait for a task that runs *awaitable*, and begins at once, or for the future of a green thread."""
    future, step = first_step.create(hub, as_future, awaitable, {"context": context, "lender": current})
    if step is None:
        return result_of(wait_for_future(hub, current, future))
    first_step.make(hub, current, step)
    return result_of(first_step.wait_for_begun(hub, current, step.task, step.coroutine))


def context_for_task(current: greenlet.greenlet) -> tuple[contextvars.Context | None, bool]:
    """The Context object of *current*, and whether a task can run in it."""
    context = current.gr_context
    if context is None:
        contextvars.copy_context()  # makes the greenlet's context if it has none yet
        context = current.gr_context
    if context is None:
        return None, False
    coroutine = working_for(current)
    if (
        coroutine is not None
        and coroutine._attached
        and (context is coroutine._home.gr_context or not _HAS_TASK_CONTEXT)
    ):
        # Entered by the step that this wait will detach, unless the coroutine is in a Context.run of its own.
        return context, _HAS_TASK_CONTEXT
    if not _HAS_TASK_CONTEXT:
        return context, hub_has_green_tasks()
    try:
        context.run(_nothing)
    except RuntimeError:
        return context, False  # inside Context.run: a task could not enter it
    return context, True


def hub_has_green_tasks() -> bool:
    """Whether this thread's loop makes green tasks."""
    return bool(getattr(get_hub().loop, "_green_tasks", False))


def _nothing() -> None:
    pass


def _wait_in_copied_context(hub: Hub, current: greenlet.greenlet, awaitable: Any) -> Any:
    """Wait for a task that has to run in a copy of the context, and take over what it has set."""
    after: list[contextvars.Context] = []

    async def run() -> Any:
        try:
            return await awaitable
        finally:
            after.append(contextvars.copy_context())

    if not inspect.isawaitable(awaitable):
        as_future(hub, awaitable)  # raises
    try:
        return _wait_for_new(hub, current, run(), None)
    finally:
        for context in after:
            for variable, value in context.items():
                if variable.get(NOT_USED) is not value:
                    variable.set(value)


def _finish_wait(
    hub: Hub, current: greenlet.greenlet, future: asyncio.Future[Any], wake_up: WakeUp, error: BaseException | None
) -> Any:
    """The rest of a wait that the native `wait` has begun, and in which something came before the wake-up."""
    try:
        return result_of(wait_on(hub, current, future, wake_up, error))
    except BaseException as exc:
        leave_out_own_frames(exc)
        raise


def _finish_begun(hub: Hub, current: greenlet.greenlet, task: asyncio.Task[Any], coroutine: GreenCoroutine) -> Any:
    """The rest of a wait that the native `wait` has begun, for a task that has blocked in its first step."""
    try:
        return result_of(first_step.wait_for_begun(hub, current, task, coroutine))
    except BaseException as exc:
        leave_out_own_frames(exc)
        raise


def _wait_with_timeout(hub: Hub, current: greenlet.greenlet, awaitable: Any, seconds: float) -> Any:
    from .timeout import timeout

    if not inspect.isawaitable(awaitable):
        as_future(hub, awaitable)  # raises
    with timeout(seconds):
        return _wait(hub, current, awaitable)


if not TYPE_CHECKING and _HAS_TASK_CONTEXT:
    _python_wait = wait
    wait = native.prepare(
        hub_local=hubs._threadlocal,
        wait=wait,
        finish_wait=_finish_wait,
        finish_begun=_finish_begun,
        raise_outcome=raise_in_green_thread,
        task_class=OriginalTask,
        create_tasks=plain_create_tasks,
        family=family_of,
    ).get("wait", wait)


# Coroutines await green threads.


class GreenThreadFuture(asyncio.Future[Any]):
    """The outcome of a green thread. Cancelling it kills the green thread; it is cancelled when that has ended."""

    __slots__ = ("green_thread",)
    green_thread: GreenThread | None
    _kill = True
    #: The message of a cancellation, until the kill that it asked for has been delivered.
    _asked: tuple[Any] | None = None
    #: Whether the green thread is another OS thread's.
    _is_elsewhere = False

    def cancel(self, msg: Any = None) -> bool:
        green_thread = self.green_thread
        if self.done() or green_thread is None:
            return False
        if not self._kill:
            return super().cancel(msg)
        if self._is_elsewhere:
            if not other_threads.is_alive(green_thread):
                return super().cancel(msg)
        elif not green_thread:
            # Not started: it never will be, and this future is cancelled by what is linked to it.
            kill_unstarted(green_thread)
            return True
        # Not at once: the canceller may be the green thread itself, or something it waits for.
        self._asked = (msg,)
        get_hub().schedule_call_global(0, self._kill_now, green_thread)
        return True

    def _kill_now(self, green_thread: GreenThread) -> None:
        self._asked = None
        greenthread.kill(green_thread)


def future_of(
    hub: Hub, green_thread: GreenThread, *, autocancel: bool = True, autokill: bool = True
) -> GreenThreadFuture:
    """A future that gets the outcome of *green_thread*.

    Raises TypeError if it is not a green thread, ValueError if the OS thread that it waits in has ended.
    """
    if not isinstance(green_thread, greenthread.GreenThread):
        raise TypeError(
            f"{green_thread!r} is not a GreenThread: use eventlet.spawn(), which keeps the result"
            + (" (spawn_n does not)" if isinstance(green_thread, greenlet.greenlet) else "")
        )
    future = GreenThreadFuture(loop=hub.loop)
    future.green_thread = green_thread
    future._kill = autokill
    if threads.hub_of(green_thread) is hub:
        green_thread.link(_deliver, future, autocancel)
    else:
        future._is_elsewhere = True
        other_threads.link(green_thread, _deliver, future, autocancel)
    return future


def _deliver(green_thread: GreenThread, future: GreenThreadFuture, autocancel: bool) -> None:
    """Give the future what the green thread came to; runs in the green thread as it ends."""
    if future._is_elsewhere:
        future._is_elsewhere = False
        other_threads.call(future.get_loop(), _deliver, green_thread, future, autocancel)
        return
    future.green_thread = None
    if future.done():
        return
    if future._asked is not None:
        # It ended by itself before it was killed; the canceller was told that this will be a cancellation.
        asyncio.Future.cancel(future, *future._asked)
        return
    event = green_thread._exit_event
    if event._exc is None:
        future.set_result(event._result)
        return
    exc = event._exc[1] if len(event._exc) > 1 and event._exc[1] is not None else event._exc[0]
    if isinstance(exc, type):
        exc = exc()
    if isinstance(exc, asyncio.CancelledError) or (isinstance(exc, greenlet.GreenletExit) and autocancel):
        asyncio.Future.cancel(future, exc.args[0] if exc.args else None)
    elif isinstance(exc, StopIteration):
        # A future refuses it: it would end the coroutine that awaits instead of raising there.
        wrapped = RuntimeError("green thread raised StopIteration")
        wrapped.__cause__ = exc
        future.set_exception(wrapped)
    else:
        future.set_exception(exc)


def await_green_thread(green_thread: GreenThread) -> Any:
    """`GreenThread.__await__`."""
    future = future_of(get_hub(), green_thread)
    return future.__await__()


def greenlet_to_future(
    green_thread: GreenThread,
    *,
    autostart_greenlet: bool = True,
    autocancel_future: bool = True,
    autokill_greenlet: bool = True,
) -> asyncio.Future[Any]:
    """The outcome of *green_thread* as an asyncio future.

    *autostart_greenlet*: a green thread that waits to be started (`eventlet.spawn_after`) need not wait any longer.
    One made by `eventlet.spawn` starts by itself in any case. *autocancel_future*: a killed green thread is a
    cancelled future; otherwise the future raises GreenletExit. *autokill_greenlet*: cancelling the future kills the
    green thread, and the future is done when the green thread is.

    Raises TypeError if it is not a green thread, ValueError if the OS thread that it waits in has ended.
    """
    del autostart_greenlet  # every GreenThread is scheduled when it is made
    return future_of(get_hub(), green_thread, autocancel=autocancel_future, autokill=autokill_greenlet)


def future_to_greenlet(
    awaitable: Awaitable[Any],
    *,
    autostart_future: bool = True,
    autocancel_future: bool = True,
    autokill_greenlet: bool = True,
) -> GreenThread:
    """A green thread that waits for *awaitable* and ends with its result or exception.

    *autostart_future*: a coroutine is started at once, otherwise when the green thread first runs.
    *autocancel_future*: killing the green thread cancels the awaitable, and the green thread ends when that has
    ended. *autokill_greenlet*: a cancelled awaitable kills the green thread (GreenletExit); otherwise it ends with
    CancelledError.

    Raises TypeError if it cannot be awaited, ValueError if it belongs to another loop that does not run.
    """
    hub = get_hub()
    if autostart_future or asyncio.isfuture(awaitable) or not inspect.isawaitable(awaitable):
        awaitable = as_future(hub, awaitable)
    runner = greenthread.spawn(_run_awaitable, hub, awaitable, autocancel_future, autokill_greenlet)
    if autocancel_future:
        # Killed before it ran, the green thread has nothing to cancel with.
        runner.link(_discard, awaitable)
    return runner


def spawn_for_awaitable(coroutine: Any) -> GreenThread:
    """`eventlet.asyncio.spawn_for_awaitable`."""
    return future_to_greenlet(coroutine)


def _run_awaitable(hub: Hub, awaitable: Any, autocancel: bool, autokill: bool) -> Any:
    future = as_future(hub, awaitable)
    if not autocancel:
        future = asyncio.shield(future)
    try:
        wait_for_future(hub, _getcurrent(), future)
        return result_of(future) if autokill else future.result()
    except BaseException as exc:
        leave_out_own_frames(exc)
        raise


def _discard(_green_thread: GreenThread, awaitable: Any) -> None:
    if asyncio.isfuture(awaitable):
        if not awaitable.done():
            awaitable.cancel()
    else:
        discard(awaitable)


def sync_to_async(fn: Callable[..., T]) -> Callable[..., Awaitable[T]]:
    """A coroutine function that runs *fn* in a green thread and awaits its result. Also a decorator.

    Cancelling the coroutine kills the green thread. Raises TypeError if *fn* is a coroutine function already.
    """
    if inspect.iscoroutinefunction(fn):
        raise TypeError(f"sync_to_async({fn.__qualname__}): it is a coroutine function already; await it")
    if not callable(fn):
        raise TypeError(f"sync_to_async({fn!r}): a function is needed")

    @functools.wraps(fn)
    async def run_in_green_thread(*args: Any, **kwargs: Any) -> T:
        hub = get_hub()
        green_thread: Any = greenthread.spawn(fn, *args, **kwargs)
        green_thread._aiohub_lender = local_data.lender_for(hub, _getcurrent())
        try:
            return await future_of(hub, green_thread)  # type: ignore[no-any-return]
        except BaseException as exc:
            leave_out_own_frames(exc)
            raise
        finally:
            green_thread._aiohub_lender = None

    return run_in_green_thread


def async_to_sync(fn: Callable[..., Awaitable[T]]) -> Callable[..., T]:
    """A function for green threads that calls the coroutine function *fn* and waits for its result. Also a decorator.

    For the same function or method it is the same each time, so that what was registered can be found again:
    ``thread.unlink(async_to_sync(self.done))``.

    Raises TypeError if *fn* cannot be called.
    """
    if not callable(fn):
        raise TypeError(f"async_to_sync({fn!r}): a coroutine function is needed, not a coroutine")
    if isinstance(fn, types.MethodType):
        return cast("Callable[..., T]", types.MethodType(async_to_sync(fn.__func__), fn.__self__))
    if not isinstance(fn, types.FunctionType):
        return _blocking_face(fn)
    face = fn.__dict__.get(_FACE)
    if face is None or face.__wrapped__ is not fn:  # a decorator may have copied what another function has
        face = fn.__dict__[_FACE] = _blocking_face(fn)
    return cast("Callable[..., T]", face)


def _blocking_face(fn: Callable[..., Awaitable[T]]) -> Callable[..., T]:
    @functools.wraps(fn)
    def wait_for_coroutine(*args: Any, **kwargs: Any) -> T:
        try:
            return wait(fn(*args, **kwargs))
        except BaseException as exc:
            leave_out_own_frames(exc)
            raise

    return wait_for_coroutine
