"""Short names for green threads and tasks, and the Python frames in which they are."""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
from typing import TYPE_CHECKING, Any

import greenlet

from .._hub import threads
from . import _graph

if TYPE_CHECKING:
    from types import FrameType

#: Top-level packages whose frames are the machinery of a wait; the program's own line is the first one outside.
_MACHINERY = frozenset(
    ("aiohub", "eventlet", "greenlet", "asyncio", "uvloop", "concurrent", "threading", "queue", "socket", "ssl")
).union(("select", "selectors", "subprocess"))
_PACKAGE = os.path.dirname(__file__)


def describe(obj: Any) -> str:
    """One line that names *obj*: what it is, what it runs, where it is in memory."""
    obj = _graph.node_of(obj)
    if isinstance(obj, greenlet.greenlet):
        return f"green thread <{_greenlet_name(obj)} at {id(obj):#x}>"
    if isinstance(obj, asyncio.Task):
        return f"task <{obj.get_name()} {_coroutine_name(_graph.coroutine_of(obj))} at {id(obj):#x}>"
    if inspect.iscoroutine(obj) or (inspect.isawaitable(obj) and not asyncio.isfuture(obj)):
        return f"coroutine <{_coroutine_name(obj)} at {id(obj):#x}>"
    return short_repr(obj)


def describe_current() -> str:
    """`describe` of what runs now: a task, if the caller is one, else the current greenlet."""
    hub = threads.current_hub()
    task = asyncio.current_task(hub.loop) if hub is not None else None
    return describe(task if task is not None else greenlet.getcurrent())


def _greenlet_name(green: greenlet.greenlet) -> str:
    kind = type(green).__name__
    if green.parent is None:
        return "main"
    outermost = _outermost_frame(green)
    if outermost is None:
        return kind
    function: Any = None
    if outermost.f_code.co_name == "main":
        # GreenThread.main(self, function, args, kwargs)
        function = outermost.f_locals.get("function")
    name = getattr(function, "__qualname__", None) or outermost.f_code.co_name
    return f"{kind} {name}"


def _outermost_frame(green: greenlet.greenlet) -> FrameType | None:
    frame = sys._getframe() if green is greenlet.getcurrent() else green.gr_frame
    while frame is not None and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _coroutine_name(coroutine: Any) -> str:
    name = getattr(coroutine, "__qualname__", None) or getattr(coroutine, "__name__", None)
    return str(name) if name is not None else type(coroutine).__name__


def short_repr(obj: Any) -> str:
    try:
        text = repr(obj)
    except Exception as exc:  # a broken __repr__ must not hide the rest of a report
        text = f"<{type(obj).__name__} whose repr() raised {type(exc).__name__}>"
    return text if len(text) <= 200 else text[:197] + "..."


def is_dead(obj: Any) -> bool:
    """True if *obj* has ended."""
    if isinstance(obj, greenlet.greenlet):
        return bool(obj.dead)
    if asyncio.isfuture(obj):
        return bool(obj.done())
    return inspect.iscoroutine(obj) and inspect.getcoroutinestate(obj) == inspect.CORO_CLOSED


def frames_of(obj: Any) -> list[tuple[FrameType, int]]:
    """The (frame, line) pairs of a green thread, task or coroutine, outermost first; empty if it has not started."""
    obj = _graph.node_of(obj)
    if isinstance(obj, greenlet.greenlet):
        return _greenlet_frames(obj)
    if asyncio.isfuture(obj):
        return _task_frames(obj)
    return _coroutine_frames(obj)


def _greenlet_frames(green: greenlet.greenlet) -> list[tuple[FrameType, int]]:
    current = green is greenlet.getcurrent()
    return walk_back(sys._getframe() if current else green.gr_frame)


def _task_frames(task: asyncio.Future[Any]) -> list[tuple[FrameType, int]]:
    frames: list[tuple[FrameType, int]] = []
    greens = _graph.innermost_greenlets(task)
    own = _graph.greenlet_of(task)
    if own is not None and (own.blocked or greens[0] is greenlet.getcurrent()):
        for green in greens:
            frames[:0] = _greenlet_frames(green)
        return frames
    coroutine = _graph.coroutine_of(task)
    return _coroutine_frames(coroutine) if coroutine is not None else []


def _coroutine_frames(coroutine: Any) -> list[tuple[FrameType, int]]:
    inner = getattr(coroutine, "_coroutine", coroutine)
    if inspect.iscoroutine(inner) and inspect.getcoroutinestate(inner) == inspect.CORO_CREATED:
        return []
    frames, _ = _graph.await_chain(inner)
    if frames and _is_running(inner):
        # It runs, so the way from its frame to the point reached is on a stack: ours, or that of its blocked greenlet.
        for innermost in (sys._getframe(), *_blocked_frames()):
            stack = walk_back(innermost)
            for index, (frame, _) in enumerate(stack):
                if frame is frames[0][0]:
                    return stack[index:]
    return frames


def _is_running(coroutine: Any) -> bool:
    return bool(getattr(coroutine, "cr_running", False) or getattr(coroutine, "gi_running", False))


def _blocked_frames() -> list[FrameType]:
    greens = [green for task in tasks_here() for green in _graph.innermost_greenlets(task)]
    return [green.gr_frame for green in greens if green.gr_frame is not None]


def tasks_here() -> list[asyncio.Task[Any]]:
    """The unfinished tasks of this OS thread's hub."""
    hub = threads.current_hub()
    return list(asyncio.all_tasks(hub.loop)) if hub is not None else []


def walk_back(innermost: FrameType | None) -> list[tuple[FrameType, int]]:
    """The (frame, line) pairs of the stack that ends at *innermost*, outermost first."""
    frames: list[tuple[FrameType, int]] = []
    frame = innermost
    while frame is not None:
        # Not this package's own frames: they are only there because somebody asked.
        if os.path.dirname(frame.f_code.co_filename) != _PACKAGE:
            frames.append((frame, frame.f_lineno))
        frame = frame.f_back
    frames.reverse()
    return frames


def is_machinery(frame: FrameType) -> bool:
    """True for a frame of eventlet, asyncio or the like: how a wait is made, not where the program makes it."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in _MACHINERY


def split_wait(frames: list[tuple[FrameType, int]]) -> tuple[tuple[FrameType, int] | None, Any]:
    """The program's own innermost (frame, line) in *frames*, and the object whose blocking method it called there."""
    program: tuple[FrameType, int] | None = None
    awaited: Any = None
    for frame, line in reversed(frames):
        if not is_machinery(frame):
            program = (frame, line)
            break
        # Overwritten on the way out: the outermost method is the one the program called.
        if frame.f_code.co_argcount and frame.f_code.co_varnames[0] == "self":
            awaited = frame.f_locals.get("self")
    return program, awaited
