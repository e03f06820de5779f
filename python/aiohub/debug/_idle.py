"""Whether anything can still run: the list of all that could wake a green thread or a task.

Each check names the first reason it finds why the program may go on. What cannot be looked into counts as a reason: a
deadlock that goes unreported costs less than a false report.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio import selector_events
from pathlib import Path
from typing import TYPE_CHECKING, Any

import greenlet

from . import _uv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from eventlet.hubs.hub import FdListener
    from eventlet.hubs.timer import Timer

    from .._hub.core import CoreHub as Hub

#: A folder for each OS thread of this process.
_TASKS = Path("/proc/self/task")
#: Handlers of SIGINT that only end the program, in the way of Ctrl-C.
_INTERRUPTING = ("signal", "_signal", "asyncio", "uvloop", "aiohub")


def can_look_into(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether this loop's timers and descriptors can be counted."""
    return isinstance(loop, selector_events.BaseSelectorEventLoop) or (_is_uvloop(loop) and _uv.available())


def can_count_threads() -> bool:
    """Whether this system shows the OS threads of the process, those Python does not know included."""
    return _TASKS.is_dir()


def _is_uvloop(loop: asyncio.AbstractEventLoop) -> bool:
    return any(base.__module__.partition(".")[0] == "uvloop" for base in type(loop).__mro__)


def reason_to_wait(hub: Hub) -> str | None:
    """Why something may still run in *hub*, or None if nothing ever can.

    Must be called in the hub's greenlet, from a timer of the loop.
    """
    for reason in _reasons(hub):
        return reason
    return None


def _reasons(hub: Hub) -> Iterator[str]:
    if hub.stopping or hub.closed:
        yield "the hub has work to do"
    if any(_does_something(timer) for timer in hub.timer_queue.pending()):
        yield "timer of the hub"
    tpool_idle = _tpool_is_idle()
    for listener in listeners(hub):
        if not (tpool_idle and _is_of_tpool(listener)):
            yield f"descriptor {listener.fileno} watched by a green thread"
    yield from _loop_reasons(hub)
    yield from _signal_reasons()
    yield from _thread_reasons(tpool_idle)


def _does_something(timer: Timer) -> bool:
    if not timer.pending:
        return False
    # eventlet leaves the timer of a green thread that is killed before it starts.
    green = getattr(timer.tpl[0], "__self__", None)
    return not (isinstance(green, greenlet.greenlet) and green.dead)


def listeners(hub: Hub) -> list[FdListener]:
    """Every wait for a descriptor, second ones included."""
    found = [listener for bucket in hub.listeners.values() for listener in bucket.values()]
    for others in hub.secondaries.values():
        for waiting in others.values():
            found.extend(waiting)
    return found


def _loop_reasons(hub: Hub) -> Iterator[str]:
    loop: Any = hub.loop
    own = hub.descriptors.poller.watched()
    wake_up = hub.timer_queue.wake_up()
    if _is_uvloop(loop):
        reason = _uv.reason_to_wait(loop, own, int(wake_up is not None))
        if reason is not None:
            yield reason
        return
    if any(not handle._cancelled for handle in loop._ready):
        yield "ready callbacks"
    if any(not handle._cancelled and handle is not wake_up for handle in loop._scheduled):
        yield "timer of the loop"
    own.add(loop._ssock.fileno())
    for number in loop._selector.get_map():
        if number not in own:
            yield f"descriptor {number} watched by the loop"
    if loop._signal_handlers:
        yield "signal handler of the loop"


def _signal_reasons() -> Iterator[str]:
    """A signal handler of the program may wake anybody."""
    from ._blocking import is_own_handler

    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        if not callable(handler) or is_own_handler(handler):
            continue
        if number == signal.SIGINT and _module_of(handler) in _INTERRUPTING:
            continue
        yield f"handler of {signal.Signals(number).name}"


def _module_of(handler: Any) -> str:
    function = getattr(handler, "func", handler)  # asyncio.Runner sets a functools.partial
    return str(getattr(function, "__module__", "")).partition(".")[0]


def _signals(*numbers: int) -> int:
    """The bits of these signals in a mask of /proc."""
    return sum(1 << (number - 1) for number in numbers)


# What the runtime of Go leaves open in a thread that was made with everything blocked, as the engine's are.
_BLOCKED_BY_ENGINE = _signals(signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
_LEFT_OPEN = _signals(signal.SIGSEGV, signal.SIGPROF, signal.SIGURG)


def _engine_threads() -> int:
    """How many OS threads are the engine's: none of them calls into Python."""
    count = 0
    for path in _TASKS.glob("*/status"):
        try:
            lines = path.read_text().splitlines()
        except OSError:
            continue  # it has ended meanwhile
        mask = next((int(line.split()[1], 16) for line in lines if line.startswith("SigBlk:")), 0)
        count += mask & (_BLOCKED_BY_ENGINE | _LEFT_OPEN) == _BLOCKED_BY_ENGINE
    return count


def _thread_reasons(tpool_idle: bool) -> Iterator[str]:
    """Another OS thread may call into this one, unless it is an idle worker of a pool."""
    here = sys._getframe()
    frames = sys._current_frames()
    for number, frame in frames.items():
        if frame is here or _is_idle_worker(frame) or (tpool_idle and _belongs_to_tpool(frame)):
            continue
        yield f"OS thread {number}"
    unknown = _native_threads() - len(frames) - _engine_threads()
    if unknown > 0:
        # Made by an extension module; whether it calls into Python cannot be known.
        yield f"{unknown} OS threads that Python does not know"


def _native_threads() -> int:
    """The OS threads of this process, without libuv's workers, whose jobs the loop counts."""
    count = 0
    try:
        for thread in _TASKS.iterdir():
            count += not (thread / "comm").read_text().startswith("libuv-worker")
    except OSError:
        return count  # one has just ended
    return count


def _is_idle_worker(frame: FrameType) -> bool:
    """Whether *frame* is where a worker of concurrent.futures.ThreadPoolExecutor waits for its next job."""
    code = frame.f_code
    if code.co_name != "_worker" or frame.f_globals.get("__name__") != "concurrent.futures.thread":
        return False
    variables = frame.f_locals
    queue: Any = variables.get("work_queue")
    if type(queue).__module__ != "_queue":
        return False  # made of locks, which may be patched: asking it could block
    return variables.get("work_item") is None and bool(queue.empty())


def _tpool_is_idle() -> bool:
    """Whether eventlet's thread pool has been started and all its threads wait for a job."""
    tpool = sys.modules.get("eventlet.tpool")
    if tpool is None or not tpool._threads or not tpool._reqq.empty() or not tpool._rspq.empty():
        return False
    workers = [frame for frame in sys._current_frames().values() if _belongs_to_tpool(frame)]
    return len(workers) == len(tpool._threads) and all(_waits_for_job(frame) for frame in workers)


def _tpool_frame(frame: FrameType) -> FrameType | None:
    current: FrameType | None = frame
    while current is not None:
        if current.f_code.co_name == "tworker" and current.f_globals.get("__name__") == "eventlet.tpool":
            return current
        current = current.f_back
    return None


def _belongs_to_tpool(frame: FrameType) -> bool:
    return _tpool_frame(frame) is not None


def _waits_for_job(frame: FrameType) -> bool:
    worker = _tpool_frame(frame)
    return frame.f_code.co_name == "wait" and worker is not None and worker.f_locals.get("msg") is None


def _is_of_tpool(listener: FdListener) -> bool:
    tpool = sys.modules.get("eventlet.tpool")
    rsock = getattr(tpool, "_rsock", None)
    return rsock is not None and bool(listener.fileno == rsock.fileno())
