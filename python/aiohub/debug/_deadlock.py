"""detect_deadlock: a timer of the loop looks whether anything can still run; if not, the main green thread is told.

Two looks in a row must find nothing to wait for, and no hub timer made between them.
"""

from __future__ import annotations

import asyncio
import gc
import os
import weakref
from typing import TYPE_CHECKING, Any

import greenlet

from .._base.errors import DeadlockError
from .._hub.threads import root_of
from . import _graph, _idle
from ._describe import describe, frames_of, short_repr, split_wait
from ._hub import required_hub

if TYPE_CHECKING:
    from .._hub.core import CoreHub as Hub

#: Seconds between two looks.
_INTERVAL = 0.5


class _Detector:
    """Looks after one hub. Belongs to the hub's OS thread."""

    def __init__(self, hub: Hub, interval: float) -> None:
        self._hub = weakref.ref(hub)
        self.interval = interval
        #: The hub's count of timers at the last look, if that found nothing that could run.
        self._idle_at: int | None = None
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Look again after the interval."""
        hub = self._hub()
        if hub is not None:
            self._handle = hub.loop.call_later(self.interval, self._look, context=hub._context)

    def stop(self) -> None:
        """Look no more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def restart_after_fork(self) -> None:
        """In a child: the loop's timers have come along or not, depending on the loop."""
        self.stop()
        self._idle_at = None
        self.start()

    def _look(self) -> None:
        self._handle = None
        hub = self._hub()
        if hub is None:
            return
        made = hub.timer_queue.sequence
        idle = _idle.reason_to_wait(hub) is None
        again = idle and self._idle_at == made
        self._idle_at = made if idle and not again else None
        main = hub.greenlet.parent
        # After that: a timer of ours that was pending during the look would have been a reason to wait.
        self.start()
        if again and main is not None and _waits_in_hub(main, hub):
            main.throw(DeadlockError(report(hub)))


def _waits_in_hub(green: greenlet.greenlet, hub: Hub) -> bool:
    frame = green.gr_frame
    return frame is not None and frame.f_code is type(hub).switch_code


def report(hub: Hub) -> str:
    """Who waits for whom in *hub*, one line each, the main green thread first."""
    nodes = waiting(hub)
    waits_for: dict[int, list[Any]] = {}
    for node in nodes:
        for waiter in _graph.waiters_of(node):
            waits_for.setdefault(id(waiter), []).append(node)
    owners = {id(node): node for node in nodes}
    lines = [_line(node, waits_for.get(id(node), []), owners) for node in _in_order(nodes, waits_for)]
    return "nothing can ever run again; who waits for whom:\n" + "\n".join(f"  {line}" for line in lines)


def waiting(hub: Hub) -> list[Any]:
    """The green threads and tasks that wait, the main green thread first, the others in the order of their names."""
    main = hub.greenlet.parent
    greens = [
        obj
        for obj in gc.get_objects()
        if isinstance(obj, greenlet.greenlet)
        and not isinstance(_graph.node_of(obj), asyncio.Task)
        and obj is not hub.greenlet
        and obj is not main
        and obj
        and root_of(obj) is hub.root
    ]
    tasks = asyncio.all_tasks(hub.loop)
    return [main, *sorted(greens, key=describe), *sorted(tasks, key=describe)]


def _in_order(nodes: list[Any], waits_for: dict[int, list[Any]]) -> list[Any]:
    """Each node followed by what it waits for."""
    ordered: list[Any] = []
    seen: set[int] = set()
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            ordered.append(node)
            stack.extend(reversed(waits_for.get(id(node), [])))
    return ordered


def _line(node: Any, targets: list[Any], owners: dict[int, Any]) -> str:
    frames = frames_of(node)
    place, awaited = split_wait(frames)
    if targets:
        what = " and ".join(describe(target) for target in targets)
    elif awaited is not None:
        what = short_repr(awaited) + _held_by(awaited, owners)
    else:
        end = _graph.await_chain(_graph.coroutine_of(node))[1] if asyncio.isfuture(node) else None
        what = short_repr(end) if asyncio.isfuture(end) else "a switch that nobody makes"
    if place is None:
        return f"{describe(node)} waits for {what}"
    frame, line = place
    code = frame.f_code
    return f"{describe(node)} waits for {what}, at {os.path.relpath(code.co_filename)}:{line} in {code.co_name}"


def _held_by(lock: Any, owners: dict[int, Any]) -> str:
    """Who holds *lock*, if it knows: its owner is a green thread, a task, or their number as patched locks keep it."""
    for name in ("_owner", "owner", "_RLock__owner"):
        owner = getattr(lock, name, None)
        if owner is None or (callable(owner) and not isinstance(owner, greenlet.greenlet)):
            continue
        holder = owners.get(owner) if isinstance(owner, int) else owners.get(id(_graph.node_of(owner)))
        if holder is not None:
            return f" held by {describe(holder)}"
    return ""


_detectors: weakref.WeakKeyDictionary[Hub, _Detector] = weakref.WeakKeyDictionary()
_watches_forks = False


def detect_deadlock(on: bool = True, *, interval: float = _INTERVAL) -> None:
    """Raise DeadlockError in the main green thread when nothing can ever run again; it lists who waits for whom.

    Nothing can run when no timer, descriptor, ready callback, child process, signal handler of the program or other OS
    thread is left that could wake somebody. A look every *interval* seconds, and two in a row before the exception: a
    tool for tests and development. What cannot be looked into counts as able to wake: native threads of extension
    modules, a handler the program has set for a signal. Ctrl-C does not count.

    Concerns the hub of the calling OS thread. Raises RuntimeError if that is not aiohub's or its loop cannot be looked
    into, ValueError for an interval that is not positive.

        aiohub.debug.detect_deadlock()
    """
    global _watches_forks
    if not interval > 0:
        raise ValueError(f"interval must be positive, not {interval!r}")
    hub = required_hub("detect_deadlock()")
    previous = _detectors.pop(hub, None)
    if previous is not None:
        previous.stop()
    if not on:
        return
    if not _idle.can_count_threads():
        raise RuntimeError("detect_deadlock() counts the OS threads of this process in /proc, which is not here")
    if not _idle.can_look_into(hub.loop):
        kind = type(hub.loop)
        raise RuntimeError(
            f"detect_deadlock() cannot look into a loop of class {kind.__module__}.{kind.__qualname__}; "
            'use aiohub.install(loop="asyncio") to find the deadlock'
        )
    detector = _detectors[hub] = _Detector(hub, interval)
    detector.start()
    if not _watches_forks:
        _watches_forks = True
        os.register_at_fork(after_in_child=_after_fork_in_child)


def _after_fork_in_child() -> None:
    from .._hub.threads import current_hub

    hub = current_hub()
    for other, detector in list(_detectors.items()):
        if other is hub:
            detector.restart_after_fork()
        else:
            del _detectors[other]  # its thread has stayed with the parent


def deadlock_detection(hub: Hub) -> bool:
    """Whether detection is on for *hub*."""
    return hub in _detectors
