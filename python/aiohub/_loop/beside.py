"""Another loop than the hub's, run in a green thread: it runs in an OS thread of its own while the green thread waits.

An OS thread has one running loop, which is the hub's. Libraries run one of their own in a `threading.Thread`, which is
a green thread where threading is patched, or call `run_until_complete` of a new loop where they are called.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from asyncio import base_events, events
from typing import TYPE_CHECKING, Any, cast

import greenlet
from eventlet import patcher
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
    original = cls.run_forever

    def run_forever(self: Any) -> None:
        if _is_beside_a_hub(self):
            _run_in_os_thread(self, original)
        else:
            original(self)

    run_forever.__doc__ = original.__doc__
    cls.run_forever = run_forever
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


def _run_in_os_thread(loop: Any, run: Callable[[Any], None]) -> None:
    done: Event = Event()
    errors: list[BaseException] = []
    lender = lender_for(get_hub(), greenlet.getcurrent())

    def body() -> None:
        try:
            cast("Any", greenlet.getcurrent())._aiohub_lender = lender
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
