"""`install`, `run` and `get_loop`."""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

from eventlet import hubs, patcher

from . import _factories
from . import hub as aiohub_hub
from ._base.waiting import get_hub
from ._border import runner
from ._border.runner import hub_for_run, run_on_hub
from ._hub import threads
from ._hub.other_loops import check_none_runs
from ._loop import adopted
from ._patch.hubs import make_default

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def install(
    *,
    loop: str | Callable[[], asyncio.AbstractEventLoop] | None = None,
    patch: bool | Mapping[str, bool] = False,
    green_tasks: bool = True,
) -> None:
    """Make aiohub's hub the hub of this process from now on. Call it first, before eventlet is used.

    *loop*: the asyncio loop to run on: "engine" (aiohub's own), "asyncio", "uvloop", a factory that returns a new loop
    each time (each OS thread that uses eventlet has a loop of its own), or None for the best one here. *patch*: True to
    call `eventlet.monkey_patch()`, or a mapping of its keywords. *green_tasks*: whether a blocking call straight inside
    `async def` works; turning it off makes each step of a task cheaper, and such a call raises BlockingInLoopError (a
    RuntimeError).

    Calling it again with the same arguments does nothing; with others it warns and takes them, as long as nothing has
    used the hub. Raises RuntimeError if a hub is in use already or gevent has patched the standard library, ValueError
    or TypeError for a bad argument, EngineUnavailableError or ImportError if the loop is not here.
    """
    _check_not_gevents()
    present = getattr(threads._local, "hub", None)
    foreign = present is not None and not getattr(present, "is_aiohub", False)
    if foreign:
        _check_unused(present)
    check_none_runs("aiohub.install() was called")
    factory = _factories.resolve(loop)
    keywords = _patch_keywords(patch)
    if foreign:
        _close_unused(present)
        present = None
    if not aiohub_hub.is_available():
        raise RuntimeError("aiohub's hub runs on Linux and other Unix systems only")
    if present is not None and (
        adopted._Settings.factory is not factory or adopted._Settings.green_tasks is not green_tasks
    ):
        change = _change(present.loop, factory, green_tasks)
        if present.running or present.get_timers_count() or asyncio.all_tasks(present.loop):
            raise RuntimeError(
                f"aiohub is installed already and its hub is in use: {change}; "
                "call aiohub.install() once, before anything uses eventlet"
            )
        warnings.warn(f"aiohub.install() was called before, with other arguments: {change}", RuntimeWarning, 2)
        present = None
    adopted.configure(factory, green_tasks)
    make_default(aiohub_hub)
    runner.every_thread = True
    if present is None:
        hubs.use_hub(aiohub_hub)
        hubs.get_hub()
    if keywords is not None:
        patcher.monkey_patch(**keywords)


def _change(loop: asyncio.AbstractEventLoop, factory: Any, green_tasks: bool) -> str:
    """What another call of `install` would change."""
    kind = type(loop)
    before = f"the hub runs {kind.__module__}.{kind.__qualname__} with green_tasks={adopted._Settings.green_tasks}"
    return f"{before}, and loop={factory!r} with green_tasks={green_tasks} is asked for now"


def _check_not_gevents() -> None:
    """Raise RuntimeError where gevent has patched the standard library that the hub is to stand on."""
    gevent: Any = sys.modules.get("gevent.monkey")
    patched = sorted(getattr(gevent, "saved", ()))
    if patched:
        raise RuntimeError(
            f"gevent has patched {', '.join(patched[:4])}{' and others' * (len(patched) > 4)} in this process, "
            "and the hub cannot run on that; leave out gevent.monkey.patch_all(), "
            "or run what needs gevent in a process of its own"
        )


def _patch_keywords(patch: Any) -> dict[str, bool] | None:
    if patch is False or patch is None:
        return None
    if patch is True:
        return {}
    if hasattr(patch, "keys"):
        return dict(patch)
    raise TypeError(f"patch={patch!r}: True, False or a mapping of eventlet.monkey_patch keywords is needed")


def _check_unused(hub: Any) -> None:
    """Raise RuntimeError if something is going on in *hub*, which is to be replaced."""
    if hub.running or hub.get_timers_count() or hub.get_readers() or hub.get_writers():
        raise RuntimeError(
            f"another hub, {type(hub).__module__}.{type(hub).__qualname__}, is in use already in this thread; "
            "call aiohub.install() before anything uses eventlet, or set EVENTLET_HUB=aiohub.hub"
        )


def _close_unused(hub: Any) -> None:
    """Give the descriptors of eventlet's own hub back."""
    loop = getattr(hub, "loop", None)
    if loop is not None:
        loop.close()
    poll: Any = getattr(hub, "poll", None)
    if hasattr(poll, "close"):
        poll.close()


def run(main: Any, *args: Any, debug: bool | None = None) -> Any:
    """Run *main* and return its result: a coroutine, a coroutine function, or a function as the main green thread.

    *args* are passed to a function. *debug*: asyncio's debug mode while it runs. At the end the tasks that *main* has
    left behind are cancelled, as `asyncio.run` does; green threads go on at the next use of the hub. Installs the hub
    if need be.

    Raises what *main* raises; RuntimeError if called in a coroutine or in a callback of the loop.
    """
    if threads.current_hub() is None:
        install()
    hub = get_hub()
    if hub_for_run() is None:
        raise RuntimeError("aiohub.run() was called in a coroutine or in a callback of the loop; use `await` there")
    if asyncio.iscoroutine(main) or inspect.isawaitable(main):
        if args:
            raise TypeError("aiohub.run(): arguments go with a function, not with a coroutine that has its own already")
        return run_on_hub(hub, main, debug)
    if not callable(main):
        raise TypeError(f"aiohub.run({main!r}): a coroutine or a function is needed")
    if inspect.iscoroutinefunction(main):
        return run_on_hub(hub, main(*args), debug)
    before = hub.loop.get_debug()
    if debug is not None:
        hub.loop.set_debug(debug)
    try:
        result = main(*args)
        return run_on_hub(hub, result, debug) if asyncio.iscoroutine(result) else result
    finally:
        if debug is not None:
            hub.loop.set_debug(before)


def get_loop() -> asyncio.AbstractEventLoop:
    """The asyncio loop this OS thread's hub runs on; makes the hub if need be.

    Raises RuntimeError if this thread's hub is not aiohub's.
    """
    return get_hub().loop


def hub_loop() -> asyncio.AbstractEventLoop:
    """The loop of this OS thread's hub, for servers that ask for a function that makes a loop.

    `uvicorn --loop aiohub:hub_loop`, `asyncio.Runner(loop_factory=aiohub.hub_loop)`. Installs the hub if need be, on
    the loop that the variable AIOHUB_LOOP names, so that green code works below the server's coroutines. The server may
    close the loop at its end: the next use of eventlet makes another one.

    Raises what `install` raises.
    """
    if threads.current_hub() is None:
        install(loop=os.environ.get("AIOHUB_LOOP") or None)
    return get_loop()
