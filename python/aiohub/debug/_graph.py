"""Who waits for whom, read from live objects.

Nothing is recorded while a program runs. The waiters of a green thread are in its exit event and its links, those of a
task or future are among its done callbacks, those of a coroutine are the coroutines that await it. A *node* here is a
greenlet, a task or another future; a task's own greenlet is the same node as the task.
"""

from __future__ import annotations

import asyncio
import functools
import gc
from types import AsyncGeneratorType, CoroutineType, FrameType, GeneratorType
from typing import TYPE_CHECKING, Any, cast

import greenlet
from eventlet.event import Event

from .._tasks.coroutine import GreenCoroutine, working_for
from .._tasks.task_greenlet import TaskGreenlet

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Variables of asyncio's own done callbacks (gather, shield, wait, chained futures) that hold who waits for the future.
#: The other variables of those callbacks point the other way.
_WAITER_CELLS = frozenset({"outer", "waiter", "destination"})
#: Awaitables without a Python frame; what they stand for is among the objects they refer to.
_WRAPPERS = frozenset({"coroutine_wrapper", "async_generator_asend", "async_generator_athrow", "anext_awaitable"})


def node_of(obj: Any) -> Any:
    """*obj* itself, or its task if it is the greenlet in which a task's coroutine runs, or one that waits below it."""
    if isinstance(obj, greenlet.greenlet):
        coroutine = coroutine_above(obj)
        return getattr(coroutine, "_task", None) or obj
    return obj


def coroutine_above(green: greenlet.greenlet) -> Any:
    """The coroutine whose greenlet is *green*, or for which that waits or runs; None if there is none."""
    above: greenlet.greenlet | None = green
    while above is not None and not isinstance(above, TaskGreenlet):
        above = above.parent
    coroutine = getattr(above, "coroutine", None)
    if coroutine is None or green is above or coroutine._waiting is green:
        return coroutine
    return working_for(green) if green is greenlet.getcurrent() else None


def innermost_greenlets(task: asyncio.Future[Any]) -> list[greenlet.greenlet]:
    """The greenlet in which *task* waits or runs, and those above it up to the task's own."""
    own = greenlet_of(task)
    if own is None:
        return []
    current: greenlet.greenlet | None = greenlet.getcurrent()
    if coroutine_above(cast("greenlet.greenlet", current)) is not own.coroutine:
        current = own.coroutine._waiting or own
    found: list[greenlet.greenlet] = []
    while current is not None and current is not own:
        found.append(current)
        current = current.parent
    return [*found, own]


def greenlet_of(task: asyncio.Future[Any]) -> TaskGreenlet | None:
    """The greenlet in which *task*'s coroutine runs, if it has one that has started."""
    coroutine = coroutine_of(task)
    if not isinstance(coroutine, GreenCoroutine):
        # A task that has a portal of greenback's runs a coroutine of greenback's, which has ours among its variables.
        variables = getattr(getattr(coroutine, "cr_frame", None), "f_locals", {})
        coroutine = next((value for value in variables.values() if isinstance(value, GreenCoroutine)), None)
    green = getattr(coroutine, "_greenlet", None)
    return green if isinstance(green, TaskGreenlet) else None


def coroutine_of(task: Any) -> Any:
    """What *task* runs, or None for a future that is no task, or a finished eager task."""
    get_coro = getattr(task, "get_coro", None)
    return get_coro() if get_coro is not None else None


def waiters_of(obj: Any) -> list[Any]:
    """The nodes that wait for *obj* directly, without those that only pass a result on."""
    found: list[Any] = []
    seen = {id(obj)}
    queue = [obj]
    while queue:
        for waiter in _direct_waiters(queue.pop(0)):
            node = node_of(waiter)
            if id(node) in seen:
                continue
            seen.add(id(node))
            # A plain future has no code: whoever waits for it is the one to name.
            if _is_plain_future(node):
                queue.append(node)
            else:
                found.append(node)
    return found


def _is_plain_future(obj: Any) -> bool:
    return asyncio.isfuture(obj) and not isinstance(obj, asyncio.Task)


def _direct_waiters(obj: Any) -> Iterator[Any]:
    obj = node_of(obj)
    if isinstance(obj, greenlet.greenlet):
        event = getattr(obj, "_exit_event", None)
        yield from list(getattr(event, "_waiters", ()))
        for link, args, kwargs in list(getattr(obj, "_exit_funcs", None) or ()):
            yield from _referred_by(link)
            for value in (*args, *kwargs.values()):
                # Made by awaiting the green thread. Another future given to a link may be what that one waits for.
                if asyncio.isfuture(value) and hasattr(value, "green_thread"):
                    yield value
    elif asyncio.isfuture(obj):
        coroutine = coroutine_of(obj)
        if getattr(coroutine, "_begins", False):
            yield coroutine._home  # makes the first step, and has no callback yet
        # CPython 3.14 keeps the await graph itself.
        yield from list(getattr(obj, "_asyncio_awaited_by", None) or ())
        for entry in list(getattr(obj, "_callbacks", None) or ()):
            yield from _referred_by(entry[0] if isinstance(entry, tuple) else entry)
    elif isinstance(obj, Event):
        yield from list(obj._waiters)


def _referred_by(callback: Any) -> Iterator[Any]:
    """Who a done callback or a link will wake."""
    waiter = getattr(callback, "waiter", None)
    if isinstance(waiter, greenlet.greenlet):
        yield waiter
    if isinstance(callback, functools.partial):
        yield from _referred_by(callback.func)
        for value in callback.args:
            if asyncio.isfuture(value):
                yield value
        return
    owner = getattr(callback, "__self__", None)
    if asyncio.isfuture(owner):
        yield owner
    elif isinstance(owner, Event):
        yield from list(owner._waiters)
    elif isinstance(owner, greenlet.greenlet):
        # fut.add_done_callback(green_thread.switch)
        yield owner
    elif owner is not None and asyncio.isfuture(getattr(owner, "_parent_task", None)):
        yield owner._parent_task  # asyncio.TaskGroup
    function = getattr(callback, "__func__", callback)
    code = getattr(function, "__code__", None)
    if code is None:
        return
    for name, cell in zip(code.co_freevars, getattr(function, "__closure__", None) or (), strict=False):
        try:
            value = cell.cell_contents
        except ValueError:
            continue  # not assigned yet
        if isinstance(value, Event):
            yield from list(value._waiters)
        elif asyncio.isfuture(value) and (name in _WAITER_CELLS or hasattr(value, "green_thread")):
            yield value


def await_chain(coroutine: Any) -> tuple[list[tuple[FrameType, int]], Any]:
    """The (frame, line) pairs of a suspended coroutine, outermost first, and the awaitable at the end of them."""
    frames: list[tuple[FrameType, int]] = []
    links = list(_links(coroutine))
    for link in links:
        frame = _frame_of(link)
        if frame is not None:
            frames.append((frame, frame.f_lineno))
    return frames, links[-1] if links else None


def _links(coroutine: Any) -> Iterator[Any]:
    """*coroutine*, what it awaits, what that awaits ..., down to the future or foreign awaitable at the end."""
    seen: set[int] = set()
    current = getattr(coroutine, "_coroutine", coroutine)  # of a green task's wrapper
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if type(current).__name__ in _WRAPPERS:
            current = _first_referent(current)
            continue
        if type(current).__name__ == "FutureIter":
            current = _first_referent(current)
        yield current
        current = _awaited(current)


def _frame_of(link: Any) -> FrameType | None:
    for name in ("cr_frame", "gi_frame", "ag_frame"):
        frame = getattr(link, name, None)
        if isinstance(frame, FrameType):
            return frame
    return None


def _awaited(link: Any) -> Any:
    for name in ("cr_await", "gi_yieldfrom", "ag_await"):
        if hasattr(link, name):
            return getattr(link, name)
    return None


def _first_referent(obj: Any) -> Any:
    for referent in gc.get_referents(obj):
        if isinstance(referent, (CoroutineType, GeneratorType, AsyncGeneratorType)) or asyncio.isfuture(referent):
            return referent
    return None


def task_awaiting(coroutine: Any, tasks: list[asyncio.Task[Any]]) -> asyncio.Task[Any] | None:
    """The task among *tasks* that runs *coroutine*, directly or through other coroutines."""
    for task in tasks:
        outer = coroutine_of(task)
        if outer is coroutine or any(link is coroutine for link in _links(outer)):
            return task
    return None
