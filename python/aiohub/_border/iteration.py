"""`aiohub.iterate`: `async for` for green threads.

One task runs the whole iteration, as in a coroutine: timeouts, cancel scopes and context variables of an asynchronous
generator live from one item to the next. Between two items it waits until the green thread asks for more.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import greenlet

from .._base.errors import blocking_in_loop
from .._base.tracebacks import leave_out_own_frames
from .._base.waiting import get_hub, result_of, wait_for_future
from .bridge import as_future, context_for_task, in_coroutine_frame

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterator

    from .._base.contract import Hub

    T = TypeVar("T")

_getcurrent = greenlet.getcurrent
_END: Any = object()


def iterate(iterable: AsyncIterable[T]) -> Iterator[T]:
    """The items of an asynchronous iterable, in a green thread: `for item in aiohub.iterate(rows()): ...`.

    It runs as with `async for` in a coroutine, in one task, in the caller's context. When the loop is left before the
    end, the asynchronous generator is closed, and its cleanup is over then. What ends the green thread that waits for
    an item (`kill`, `eventlet.Timeout`) cancels the iteration, as in `aiohub.wait`.

    Raises TypeError if there is no `__aiter__`; RuntimeError if called directly in a coroutine (use `async for`).
    """
    if in_coroutine_frame(_getcurrent(), sys._getframe(1)):
        raise RuntimeError("aiohub.iterate() was called in a coroutine: use `async for` there")
    if not hasattr(type(iterable), "__aiter__"):
        raise TypeError(
            f"{iterable!r} is not an asynchronous iterable: an object with __aiter__ is needed"
            + _hint_for_functions(iterable)
        )
    return _items(iterable)


def _hint_for_functions(obj: Any) -> str:
    return f"; call it: {obj.__name__}()" if callable(obj) and hasattr(obj, "__name__") else ""


def _items(iterable: AsyncIterable[T]) -> Iterator[T]:
    iteration = _Iteration(get_hub(), aiter(iterable))
    try:
        while (item := iteration.ask(True)) is not _END:
            yield item
    except BaseException as exc:
        leave_out_own_frames(exc)
        raise
    finally:
        iteration.close()


class _Answer(asyncio.Future[Any]):
    """What the green thread waits for: an item, or the end. Cancelling it cancels the iteration, whose end it gets."""

    task: asyncio.Future[Any]

    def cancel(self, msg: Any = None) -> bool:
        return not self.done() and self.task.cancel(msg)

    def take_end_of(self, task: asyncio.Future[Any]) -> None:
        """The iteration has ended before it had an answer."""
        if task.cancelled():
            super().cancel()
        elif (error := task.exception()) is not None:
            self.set_exception(error)
        else:
            self.set_result(_END)


class _Iteration:
    def __init__(self, hub: Hub, iterator: AsyncIterator[Any]) -> None:
        self._hub = hub
        self._iterator = iterator
        self._task: asyncio.Future[Any] | None = None
        self._answer: _Answer
        #: What the task waits for between two items: whether another one is wanted.
        self._wish: asyncio.Future[bool]

    def ask(self, wanted: bool) -> Any:
        """Wait for the next item, or, if it is not *wanted*, for the end; returns `_END` at the end."""
        hub, current = self._hub, _getcurrent()
        if hub.cannot_wait(current):
            raise blocking_in_loop("aiohub.iterate()", "use a green thread, or `async for` in a coroutine")
        answer = self._answer = _Answer(loop=hub.loop)
        task = self._task
        if task is None:
            context, is_shared = context_for_task(current)
            # Inside Context.run a task gets a copy.
            task = as_future(hub, self._run(), context=context if is_shared else None, lender=current)
            self._task = task
            task.add_done_callback(self._end)
        elif task.done():
            answer.take_end_of(task)  # cancelled between two items
        elif not self._wish.done():  # cancelled a moment ago: the end is the answer
            self._wish.set_result(wanted)
        answer.task = task
        return result_of(wait_for_future(hub, current, answer))

    async def _run(self) -> None:
        iterator = self._iterator
        try:
            async for item in iterator:
                self._wish = self._hub.loop.create_future()
                self._answer.set_result(item)
                del item
                if not await self._wish:
                    break
        finally:
            close = getattr(iterator, "aclose", None)
            if close is not None:
                await close()

    def _end(self, task: asyncio.Future[Any]) -> None:
        if not self._answer.done():
            self._answer.take_end_of(task)

    def close(self) -> None:
        """The green thread wants no more items."""
        task = self._task
        if task is None or task.done():
            return
        if self._hub._closed or self._hub.greenlet is _getcurrent():
            task.cancel()  # collected by somebody who cannot wait
        else:
            self.ask(False)
