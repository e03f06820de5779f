"""`asyncio.run` and `asyncio.Runner` in a thread that has a hub.

Both insist on a loop of their own, which cannot run beside the hub's. Here they run on the hub's loop, from the main
green thread as a program's entry as well as in any number of green threads at once. At their end they cancel the
tasks that descend from what they ran, not those of others.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import sys
from asyncio import events, runners
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import hubs

from .._base.tracebacks import leave_out_own_frames
from .._base.waiting import wait_as_asyncio
from .._hub import threads
from .._hub.succession import has_succeeded
from .._patch.functions import copy_function
from .._tasks.family import Family, family_of
from .._tasks.local_data import create_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._base.contract import Hub

#: Whether `asyncio.run` makes the hub of an OS thread that has none: set by `install`.
every_thread = False


def hub_for_run() -> Hub | None:
    """The hub to run on, or None where asyncio's own way is right: no hub here, or inside a task or a callback."""
    running = events._get_running_loop()
    hub = threads.current_hub()
    if hub is None and _makes_hub(running):
        hubs.get_hub()  # eventlet code below the coroutine will need it, on the same loop
        hub = threads.current_hub()
        running = events._get_running_loop()
    if hub is None or hub._closed:
        return None
    if running is not None and running is not hub.loop and not has_succeeded(hub, running):
        return None
    if greenlet.getcurrent() is hub.greenlet or (running is not None and asyncio.current_task(hub.loop) is not None):
        return None
    return hub


def _makes_hub(running: asyncio.AbstractEventLoop | None) -> bool:
    """Whether `asyncio.run` in this OS thread, which has no hub of ours, is to make one."""
    if hasattr(threads._local, "hub"):
        return False  # of another kind
    if running is None:
        return every_thread
    last = threads.last_hub()  # `use_hub` was called: the running loop is that of a former hub
    return last is not None and (running is last.loop or has_succeeded(last, running))


def run_on_hub(hub: Hub, main: Any, debug: bool | None, context: contextvars.Context | None = None) -> Any:
    """What `asyncio.run(main)` does, on the hub's loop."""
    family = Family()
    context = contextvars.copy_context() if context is None else context
    try:
        return run_in_family(hub, main, debug, context, family)
    finally:
        end_family(hub, family)


def run_in_family(hub: Hub, main: Any, debug: bool | None, context: contextvars.Context, family: Family) -> Any:
    """Run the coroutine *main* to its end; its task and all that descend from it join *family*."""
    if not asyncio.iscoroutine(main):
        if not inspect.isawaitable(main):
            raise ValueError(f"a coroutine was expected, got {main!r}")
        main = _await(main)
    before = hub.loop.get_debug()
    if debug is not None:
        hub.loop.set_debug(debug)
    try:
        context.run(family_of.set, family)
        if sys.version_info >= (3, 11):
            task = create_task(hub, main, greenlet.getcurrent(), {"context": context})
        else:
            task = context.run(create_task, hub, main, greenlet.getcurrent(), {})
        return wait_as_asyncio(task)
    finally:
        if debug is not None:
            hub.loop.set_debug(before)


async def _await(awaitable: Any) -> Any:
    return await awaitable


def end_family(hub: Hub, family: Family) -> None:
    """End what is left of *family*, as `asyncio.run` does with all tasks and asynchronous generators of its loop."""
    if hub.loop.is_closed():
        return
    left = [task for task in list(family) if not task.done()]
    if left:
        _cancel(hub, left)
    if family.generators:
        wait_as_asyncio(hub.loop.create_task(_close(hub.loop, list(family.generators))))


def _cancel(hub: Hub, left: list[asyncio.Task[Any]]) -> None:
    for task in left:
        task.cancel()
    wait_as_asyncio(_gather(hub, left))
    for task in left:
        if not task.cancelled() and task.exception() is not None:
            hub.loop.call_exception_handler(
                {
                    "message": "unhandled exception during asyncio.run() shutdown",
                    "exception": task.exception(),
                    "task": task,
                }
            )


async def _close(loop: asyncio.AbstractEventLoop, generators: list[Any]) -> None:
    results = await asyncio.gather(*[generator.aclose() for generator in generators], return_exceptions=True)
    for generator, result in zip(generators, results, strict=True):
        if isinstance(result, Exception):
            loop.call_exception_handler(
                {
                    "message": f"an error occurred during closing of asynchronous generator {generator!r}",
                    "exception": result,
                    "asyncgen": generator,
                }
            )


def _gather(hub: Hub, tasks: list[asyncio.Task[Any]]) -> asyncio.Future[Any]:
    return hub.loop.create_task(_wait_for_all(tasks))


async def _wait_for_all(tasks: list[asyncio.Task[Any]]) -> None:
    await asyncio.wait(tasks)


def make_run(replaced: Callable[..., Any]) -> Callable[..., Any]:
    """The replacement of *replaced*: `asyncio.run`, or another library's function like it."""
    original = copy_function(replaced)

    def run(main: Any, **options: Any) -> Any:
        hub = hub_for_run()
        if hub is None:
            return original(main, **options)
        try:
            return run_on_hub(hub, main, options.get("debug"))
        except BaseException as exc:
            leave_out_own_frames(exc)
            raise

    return run


def _run_own(runner: Any, run: Callable[..., Any], coro: Any, context: contextvars.Context | None) -> Any:
    """Run *coro* on the loop of *runner*, which is its own, beside the hub's if that runs."""
    if hub_for_run() is None or events._get_running_loop() is None or not asyncio.iscoroutine(coro):
        return run(runner, coro, context=context)
    task = runner._loop.create_task(coro, context=runner._context if context is None else context)
    return runner._loop.run_until_complete(task)


def patch_runner() -> None:
    """Replace the methods of `asyncio.Runner` (Python 3.11 and later), in place: code may hold the class already."""
    runner: Any = getattr(runners, "Runner", None)
    if runner is None:
        return
    lazy_init, run, close = runner._lazy_init, runner.run, runner.close

    def _lazy_init(self: Any) -> None:
        hub: Any = hub_for_run() if self._state is runners._State.CREATED else None  # type: ignore[attr-defined]
        if hub is not None:
            self._loop = hub.loop
            self._aiohub = (hub, Family())
            self._context = contextvars.copy_context()
            self._state = runners._State.INITIALIZED  # type: ignore[attr-defined]
            return
        lazy_init(self)

    def _run_coroutine(self: Any, coro: Any, *, context: contextvars.Context | None = None) -> Any:
        if self._state is runners._State.CREATED:  # type: ignore[attr-defined]
            self._lazy_init()
        if not hasattr(self, "_aiohub") and not _is_given_to_hub(self):
            return _run_own(self, run, coro, context)
        family: Family
        own_hub, family = self._aiohub
        self._lazy_init()  # raises if the runner is closed
        present = hub_for_run()
        if present is None or present is not own_hub:
            raise RuntimeError("Runner.run() cannot be called from a running event loop")
        try:
            return run_in_family(own_hub, coro, self._debug, context or self._context, family)
        except BaseException as exc:
            leave_out_own_frames(exc)
            raise

    def _close(self: Any) -> None:
        if not hasattr(self, "_aiohub"):
            close(self)
        elif self._state is runners._State.INITIALIZED:  # type: ignore[attr-defined]
            self._loop = None
            self._state = runners._State.CLOSED  # type: ignore[attr-defined]
            end_family(*self._aiohub)

    def _is_given_to_hub(self: Any) -> bool:
        """Give the loop of a runner that was made before the hub to the hub, if that does not run yet."""
        hub: Any = hub_for_run() if self._loop is not None else None
        if hub is None or not hub.take_loop(self._loop):
            return False
        self._aiohub = (hub, Family())
        return True

    for name, function in (("_lazy_init", _lazy_init), ("run", _run_coroutine), ("close", _close)):
        function.__doc__ = getattr(runner, name).__doc__
        function.__name__ = name
        setattr(runner, name, function)
