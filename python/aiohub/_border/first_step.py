"""The first step of a task that a green thread makes and waits for: it is made at once, before anything else runs.

As with a plain call: what the coroutine does up to its first wait is done when others run, and one that never waits
needs no turn of the loop. asyncio's eager tasks, which there are from Python 3.12 on, need a loop that runs, and end a
wait in their first step otherwise than green tasks do. So a task is made as ever, and who waits takes the step that it
gives to `call_soon`. As all of its steps it runs in the task's greenlet, and the task is the current one.
"""

from __future__ import annotations

import contextlib
import sys
from asyncio import current_task, events
from typing import TYPE_CHECKING, Any

from .._base.waiting import WakeUp, wait_on
from .._tasks.asyncio_task import swap_current_task
from .._tasks.coroutine import GreenCoroutine, working_for

if TYPE_CHECKING:
    import asyncio
    import contextvars
    from collections.abc import Callable, Iterator

    import greenlet

    from .._base.contract import Hub


class FirstStep:
    """What a task gives to `call_soon` when it is made: one of these stands for that meanwhile."""

    __slots__ = ("call_soon", "context", "coroutine", "make", "others", "task")

    task: asyncio.Task[Any]
    coroutine: GreenCoroutine  # which a portal of greenback's may soon hide from the task
    make: Callable[[], object]
    context: contextvars.Context

    def __init__(self, call_soon: Callable[..., Any]) -> None:
        self.call_soon = call_soon
        #: Those of tasks that a signal's handler or a finalizer has made.
        self.others: list[FirstStep] | None = None

    def __call__(self, callback: Any, *args: Any, context: Any = None) -> Any:
        task: Any = getattr(callback, "__self__", None)
        if args or not isinstance(coroutine := getattr(task, "get_coro", _none)(), GreenCoroutine):
            return self.call_soon(callback, *args, context=context)
        step = self
        if hasattr(self, "task"):
            step = FirstStep(self.call_soon)
            self.others = [*(self.others or ()), step]
        step.task, step.coroutine, step.make, step.context = task, coroutine, callback, context
        return None

    def of(self, task: Any) -> FirstStep | None:
        """The first step of *task*, if it is here; the loop makes all others."""
        found = None
        for step in (self, *(self.others or ())):
            if getattr(step, "task", None) is task:
                found = step
            elif hasattr(step, "task"):
                self.call_soon(step.make, context=step.context)
        return found


def _none() -> None:
    pass


def create(
    hub: Hub, as_future: Callable[..., asyncio.Future[Any]], awaitable: Any, options: dict[str, Any]
) -> tuple[asyncio.Future[Any], FirstStep | None]:
    """What *as_future* makes and, if that is a green task, its first step, which is left to the caller.

    None where the loop cannot be the running one, for a task that begins in another way because of somebody's task
    factory, and if somebody has replaced `call_soon`.
    """
    loop: Any = hub.loop
    running = events._get_running_loop()
    if (
        not loop._green_tasks
        or (running is not loop and running is not None)
        or hub._closed
        or loop.is_closed()
        or "call_soon" in loop.__dict__
    ):
        return as_future(hub, awaitable, **options), None
    made = None
    loop.call_soon = step = FirstStep(loop.call_soon)
    try:
        made = as_future(hub, awaitable, **options)
    finally:
        del loop.call_soon
        found = step.of(made)
    return made, found


def make(hub: Hub, current: greenlet.greenlet, step: FirstStep) -> None:
    """Make the step in *current*, which waits for its task."""
    loop = hub.loop
    coroutine = step.coroutine
    before = current_task(loop)
    if before is not None:
        swap_current_task(loop, None)
    coroutine._begins = True
    try:
        if events._get_running_loop() is loop:
            _call(current, step)
        else:
            with _as_if_it_ran(loop):
                _call(current, step)
    except BaseException:
        if not step.task.done():
            raise
        # SystemExit or KeyboardInterrupt, which is the outcome of the task.
    finally:
        coroutine._begins = False
        coroutine._home = hub.greenlet
        if before is not None:
            swap_current_task(loop, before)


def _call(current: greenlet.greenlet, step: FirstStep) -> None:
    # What is the current context may have been entered.
    if step.context is current.gr_context:
        step.make()
    else:
        step.context.run(step.make)


@contextlib.contextmanager
def _as_if_it_ran(loop: Any) -> Iterator[None]:
    """The hub has not begun to run, and nothing else is to run before the first step does."""
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=loop._asyncgen_firstiter_hook, finalizer=loop._asyncgen_finalizer_hook)
    events._set_running_loop(loop)
    try:
        yield
    finally:
        if events._get_running_loop() is loop:  # else the step has replaced the hub
            events._set_running_loop(None)
        sys.set_asyncgen_hooks(*hooks)


def wait_for_begun(
    hub: Hub, current: greenlet.greenlet, task: asyncio.Task[Any], coroutine: GreenCoroutine
) -> asyncio.Future[Any]:
    """Block *current* until *task*, of whose *coroutine* it has made the first step, is done; returns it."""
    if task.done():
        return task
    wake_up = WakeUp(hub, current)
    task.add_done_callback(wake_up, context=hub._context)
    error, coroutine._thrown = coroutine._thrown, None
    errand, coroutine._errand = coroutine._errand, None
    try:
        if errand is not None and error is None:
            try:
                _run_errand(current, *errand)
            except BaseException as exc:
                error = exc
        return wait_on(hub, current, task, wake_up, error)
    finally:
        del error


def _run_errand(current: greenlet.greenlet, function: Callable[..., object], args: tuple[Any, ...]) -> None:
    """Do what the coroutine was about to do, in *current*: it switches to a green thread."""
    coroutine = working_for(current)
    if coroutine is not None:
        coroutine.lend_loop(current, function, args)
    else:
        function(*args)
