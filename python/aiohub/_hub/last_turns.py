"""What an ending OS thread leaves in its hub: green threads and tasks that still wait get to their end.

Nothing will ever wake them, and what they keep is kept for good: a greenlet can be unwound in its own OS thread only.
That is done where the thread's own code has returned and all of the interpreter's state for the thread is still there.
Its thread-locals, whose end tells of any thread, go too late: nothing may switch greenlets then.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import patcher

from .._tasks.task_greenlet import TaskGreenlet

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._base.contract import Hub

# Seconds that their cleanup may take, together.
_GRACE = 1.0
# What refers to the greenlet of a hub that has no green threads.
_OWN_REFERENCES = 2
_get_ident = patcher.original("threading").get_ident


def run_at_end(callback: Callable[[], None]) -> None:
    """Call *callback* when this OS thread's `run` has returned, in its main greenlet; not for a daemon or no Thread."""
    thread: Any = _thread_object()
    if thread is None or thread.daemon:
        return  # the interpreter does not wait for a daemon, which must not be on its way when it ends
    leave = thread._delete  # the last thing a Thread does in its own thread

    def leave_after_callback() -> None:
        del thread._delete
        try:
            callback()
        finally:
            leave()

    thread._delete = leave_after_callback


def _thread_object() -> Any:
    """The Thread whose code this OS thread runs: of the module as it was, or of the one that eventlet has patched."""
    for module in (patcher.original("threading"), sys.modules["threading"]):
        thread = module._active.get(_get_ident())
        if thread is not None and not isinstance(thread, (module._DummyThread, module._MainThread)):
            return thread
    return None


def end_what_waits(hub: Hub) -> None:
    """Throw GreenletExit into the green threads of *hub* and cancel its tasks; called in its thread's main greenlet."""
    if not hub.running or hub.loop.is_closed() or greenlet.getcurrent() is not hub.root:
        return
    hub._drop_drivers()
    greens = _suspended(hub)
    tasks = [task for task in asyncio.all_tasks(hub.loop) if not task.done()]
    if not greens and not tasks:
        return
    try:
        _end(hub, greens, tasks)
    except BaseException:
        hub.squelch_generic_exception(sys.exc_info())


def _end(hub: Hub, greens: list[greenlet.greenlet], tasks: list[asyncio.Task[Any]]) -> None:
    hub.timer_queue.clear()
    for task in tasks:
        task.cancel()
    for green in greens:
        _silence(green)
        hub.schedule_call_global(0, green.throw)
    waiting = [True]
    hub.schedule_call_global(_GRACE, waiting.clear)
    while waiting and (any(greens) or not all(task.done() for task in tasks)):
        hub.schedule_call_global(0, hub.root.switch)
        hub.switch()


def _silence(green: greenlet.greenlet) -> None:
    """Let a patched Thread, of which *green* is the green thread, report no GreenletExit: nobody has killed it."""
    threading: Any = sys.modules["threading"]
    thread = threading._active.get(id(green))
    report = getattr(thread, "_invoke_excepthook", None)
    if report is not None:

        def report_others(thread: Any) -> None:
            if not isinstance(sys.exc_info()[1], greenlet.GreenletExit):
                report(thread)

        thread._invoke_excepthook = report_others


def _suspended(hub: Hub) -> list[greenlet.greenlet]:
    """The green threads of *hub* that have begun and wait, and what greenlets they have made."""
    found: dict[int, Any] = {}
    above: list[Any] = [hub.greenlet]
    if sys.getrefcount(hub.greenlet) <= _OWN_REFERENCES:
        return []
    while above:
        below = [each for each in gc.get_referrers(*above) if isinstance(each, greenlet.greenlet)]
        above = [each for each in below if id(each) not in found and each.parent in above]
        found.update((id(each), each) for each in above)
    return [each for each in found.values() if each and type(each) is not TaskGreenlet]
