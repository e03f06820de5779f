"""Another loop than the hub's, run in a green thread: it runs in an OS thread of its own while the green thread waits.

An OS thread has one running loop, which is the hub's. Libraries run one of their own in a `threading.Thread`, which is
a green thread where threading is patched, or call `run_until_complete` of a new loop where they are called. A program
whose main green thread begins with a loop of its own, before the hub has run, gives it to the hub.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from asyncio import base_events, events
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import hubs, patcher
from eventlet.event import Event

from .._base.waiting import get_hub
from .._tasks.local_data import lender_for

if TYPE_CHECKING:
    from collections.abc import Callable

_threading: Any = patcher.original("threading")
_taken_over: set[type] = set()


def take_over(cls: type) -> None:
    """Let loops of the class *cls* run in green threads; and those of asyncio's own classes."""
    for each in (base_events.BaseEventLoop, cls):
        if each not in _taken_over and "_hub" not in vars(each):
            _taken_over.add(each)
            _replace_methods(each)


def _replace_methods(cls: Any) -> None:
    original, original_complete = cls.run_forever, cls.run_until_complete

    def run_forever(self: Any) -> None:
        if _is_beside_a_hub(self):
            _run_in_os_thread(self, original)
        elif _is_given_to_hub(self):
            self.run_forever()  # the hub's
        else:
            original(self)

    def run_until_complete(self: Any, future: Any) -> Any:
        if _is_given_to_hub(self):
            return self.run_until_complete(future)  # the hub's
        return original_complete(self, future)

    for mine, theirs in ((run_forever, original), (run_until_complete, original_complete)):
        mine.__doc__ = theirs.__doc__
        setattr(cls, mine.__name__, mine)
    if "_check_running" in vars(cls):
        check = cls._check_running

        def _check_running(self: Any) -> None:
            if _is_beside_a_hub(self):
                if self.is_running():
                    raise RuntimeError("This event loop is already running")
            else:
                check(self)

        cls._check_running = _check_running


def _is_beside_a_hub(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether *loop* is to be run in a green thread of a hub that runs another one."""
    running: Any = events._get_running_loop()
    hub = getattr(running, "_hub", None)
    return (
        hub is not None
        and not hasattr(loop, "_hub")
        and greenlet.getcurrent() is not hub.greenlet
        and asyncio.current_task(running) is None
    )


def _is_given_to_hub(loop: asyncio.AbstractEventLoop) -> bool:
    """Give *loop*, which is about to be run, to this OS thread's hub, if it has one that does not run yet."""
    if hasattr(loop, "_hub") or events._get_running_loop() is not None:
        return False
    hub: Any = getattr(hubs._threadlocal, "hub", None)
    return getattr(hub, "is_aiohub", False) and bool(hub.take_loop(loop))


def _run_in_os_thread(loop: Any, run: Callable[[Any], None]) -> None:
    done: Event = Event()
    errors: list[BaseException] = []
    lender = lender_for(get_hub(), greenlet.getcurrent())

    def body() -> None:
        try:
            root: Any = greenlet.getcurrent()
            root._aiohub_lender, root._aiohub_beside = lender, loop
            run(loop)
        except BaseException as exc:
            errors.append(exc)
        finally:
            done.send(None)

    name = f"aiohub-{type(loop).__name__}"
    thread = _threading.Thread(target=contextvars.copy_context().run, args=(body,), name=name, daemon=True)
    thread.start()
    try:
        done.wait()
    except BaseException:
        _stop(loop, done)
        raise
    finally:
        thread.join()  # it has said its last word
    if errors:
        try:
            raise errors[0]
        finally:
            errors.clear()


def _stop(loop: asyncio.AbstractEventLoop, done: Any) -> None:
    """End the run of *loop*, whose green thread has been killed, and wait for that."""
    while not done.ready():
        try:
            with contextlib.suppress(RuntimeError):  # it is closed already
                loop.call_soon_threadsafe(loop.stop)
            done.wait()
        except BaseException:
            continue  # once more: the first kill is the one that counts
