"""A hub's timers: three queues, passes over what is due, and the one wake-up that is asked of the loop.

Timers fire in the order of (time, sequence number). What is due when a pass begins fires in it; what is made meanwhile
waits for the next turn of the loop, with a poll in between, as under eventlet's hubs. See docs/design/0001-runtime.md.
"""

from __future__ import annotations

import bisect
import collections
import heapq
from typing import TYPE_CHECKING

import greenlet

from .._base import native
from .._loop import adopted

if TYPE_CHECKING:
    import asyncio

    from eventlet.hubs.timer import Timer

    from .._base.contract import Hub

    Entry = tuple[float, int, Timer]

__all__ = ["TimerQueue"]

# Longest delay given to a loop in seconds; uvloop and select refuse much longer ones. asyncio's loops wake up for
# nothing once a day, too.
_LONGEST_DELAY = 24 * 3600.0
# A throw into a greenlet that is just ending what an earlier throw began waits this many passes, so that of timeouts
# that expired together the first one is seen. More would let a cleanup that hangs outlive an outer timeout.
_DEFERRED_PASSES = 20
# Of so few timers the cancelled ones stay.
_CLEARED_ABOVE = 1000


class _PurePythonTimers:
    """The fields that native code uses; the shim's HubTimers is the same in C."""

    hub: Hub
    #: Heap of (time, sequence number, timer): equal times fire in the order they were made.
    later: list[Entry]
    #: Timers with a delay that are not in the heap yet: most timeouts are cancelled before the next pass.
    fresh: list[Entry]
    #: Timers without a delay, in order.
    soon: collections.deque[Entry]
    #: How many times a timer was put off because it throws into a greenlet that is ending something.
    deferrals: dict[Timer, int]
    #: How many timers have been made.
    sequence: int
    #: Whether the loop has been asked for a pass.
    pass_due: bool


if TYPE_CHECKING:
    _Core = _PurePythonTimers
else:
    _Core = native.hub_timers() or _PurePythonTimers


class TimerQueue(_Core):
    """The timers of one hub. Not thread-safe, but re-entrant: a signal handler may make timers."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.later, self.fresh, self.soon = [], [], collections.deque()
        self.deferrals = {}
        self.sequence = 0
        self.pass_due = False
        #: Cancelled timers that have not been cleared away.
        self.cancelled = 0
        #: The number of the last timer that was made before the fork, in the child of one.
        self.forked_after = 0
        self._wake: asyncio.TimerHandle | None = None
        self._wake_at = 0.0

    # Making and cancelling; hub.add_timer and hub.timer_canceled.

    def add(self, timer: Timer) -> float:
        """Schedule *timer*; returns the time of the hub's clock at which it is due, in seconds."""
        hub = self.hub
        seconds = timer.seconds
        when: float = hub.clock() + seconds
        timer.scheduled_time = when
        timer.sequence = self.sequence = sequence = self.sequence + 1
        if hub._closed:
            return when
        if seconds <= 0:
            if not self.pass_due:
                self.schedule_pass()  # first: a timer whose maker gets an exception must not come
            soon = self.soon
            if soon and when < soon[-1][0]:
                bisect.insort(soon, (when, sequence, timer))  # a negative delay
            else:
                soon.append((when, sequence, timer))
        elif when != when:
            raise ValueError(f"a timer of {seconds} seconds: NaN is no time")  # it would stop all others of the heap
        else:
            if not self.pass_due and (self._wake is None or when < self._wake_at):
                self._wake_up_at(when)
            self.fresh.append((when, sequence, timer))
        return when

    def note_cancelled(self, timer: Timer) -> None:
        """*timer* was cancelled; forgets the cancelled ones when they are half of all."""
        self.cancelled += 1
        twice = self.cancelled * 2
        if twice > _CLEARED_ABOVE and _CLEARED_ABOVE < len(self) <= twice:
            self.cancelled = 0
            self.later = [entry for entry in self.later if not entry[2].called]
            heapq.heapify(self.later)
            self.fresh = [entry for entry in self.fresh if not entry[2].called]
            self.soon = collections.deque(entry for entry in self.soon if not entry[2].called)

    def clear(self) -> None:
        """Forget all timers."""
        self.cancelled = 0
        self.later.clear()
        self.fresh.clear()
        self.soon.clear()

    def take_over(self, others: TimerQueue, green: greenlet.greenlet) -> None:
        """Take the timers that wake *green*, or throw into it, from another queue by the same clock."""
        for timer in sorted(others.pending(), key=lambda timer: (timer.scheduled_time, timer.sequence)):
            callback, args, _ = timer.tpl
            if getattr(callback, "__self__", None) is green or any(arg is green for arg in args):
                timer.sequence = self.sequence = self.sequence + 1
                heapq.heappush(self.later, (timer.scheduled_time, self.sequence, timer))
        if self.later:
            self._arm_wake_up()

    def take_new_over(self, others: TimerQueue) -> None:
        """Take the green threads from another queue that were made since the fork and have not begun."""
        for _, sequence, timer in list(others.soon):
            green = getattr(timer.tpl[0], "__self__", None)
            if timer.called or sequence <= others.forked_after or not isinstance(green, greenlet.greenlet):
                continue
            if not (green or green.dead):
                green.parent = self.hub.greenlet
                self.add(timer)

    # Looking at them.

    def __len__(self) -> int:
        """How many timers are pending, cancelled ones that have not been cleared away included."""
        return len(self.later) + len(self.fresh) + len(self.soon)

    def __bool__(self) -> bool:
        return True  # also without timers it is a queue

    def pending(self) -> list[Timer]:
        """The timers that have not been cancelled, in no order."""
        queues = (self.later, self.fresh, self.soon)
        return [timer for queue in queues for _, _, timer in list(queue) if not timer.called]

    def wake_up(self) -> asyncio.TimerHandle | None:
        """The loop's timer that stands for all of these, None if there is none."""
        return None if self._wake is None or self._wake.cancelled() else self._wake

    def next_time(self) -> float | None:
        """The time of the hub's clock at which the next timer is due, or None."""
        self.prepare()
        due = [queue[0][0] for queue in (self.later, self.soon) if queue]
        return min(due) if due else None

    # Firing.

    def prepare(self) -> None:
        """Move the timers made since the last pass into the heap, but for those cancelled since."""
        fresh, self.fresh = self.fresh, []
        for entry in fresh:
            if entry[2].called:
                self.cancelled -= 1
            else:
                heapq.heappush(self.later, entry)

    def fire(self, when: float) -> None:
        """Call the timers that are due at *when*, but none that is made meanwhile."""
        if self.fresh:
            self.prepare()
        soon, self.soon = self.soon, collections.deque()
        try:
            while True:
                heap = self.later  # note_cancelled makes a new one
                if soon and not (heap and heap[0] < soon[0]):
                    timer = soon.popleft()[2]
                    if self.deferrals and not timer.called and self._is_deferred(timer):
                        continue
                elif heap and heap[0][0] <= when:
                    timer = heapq.heappop(heap)[2]
                    if not timer.called and self._is_deferred(timer):
                        continue
                else:
                    break
                if timer.called:
                    self.cancelled -= 1
                    self.deferrals.pop(timer, None)
                else:
                    self._fire(timer)
        finally:
            if soon:  # the hub is being left
                soon.extend(self.soon)
                self.soon = soon

    def _fire(self, timer: Timer) -> None:
        watcher = self.hub.watcher
        if watcher is not None:
            watcher.enter()
        try:
            timer()
        except BaseException as exc:
            self._failed(timer, exc)
        finally:
            if watcher is not None:
                watcher.leave()

    def _failed(self, timer: Timer, exc: BaseException) -> None:
        hub = self.hub
        if isinstance(exc, hub.SYSTEM_EXCEPTIONS):
            hub.fail(exc)
        else:
            hub.squelch_timer_exception(timer, (type(exc), exc, exc.__traceback__))

    def _is_deferred(self, timer: Timer) -> bool:
        """Put *timer* off to the next pass if it throws into a greenlet that is just ending something."""
        callback = timer.tpl[0]
        green = getattr(callback, "__self__", None)
        if not isinstance(green, greenlet.greenlet) or callback.__name__ != "throw":
            return False
        passes = self.deferrals.pop(timer, 0)
        if green not in self.hub.endings or passes >= _DEFERRED_PASSES:
            return False
        self.deferrals[timer] = passes + 1
        self.sequence += 1
        self.soon.append((self.hub.clock(), self.sequence, timer))
        return True

    # Passes.

    def run_pass(self) -> None:
        """One pass: tell the waiters of closed descriptors, fire what is due, ask the loop for the next wake-up."""
        try:  # the first of all: a signal's handler may raise an error anywhere
            hub = self.hub
            if hub._leaving:
                return  # `restart` asks for the next one
            if hub.closed:
                hub.descriptors.tell_closed()
            if hub.debug_blocking:
                hub.block_detect_pre()
            try:
                self.fire(hub.clock())
            finally:
                if hub.debug_blocking:
                    hub.block_detect_post()
        finally:
            self.pass_due = False
            if not self.hub._leaving:
                self._arm_wake_up()

    def schedule_pass(self) -> None:
        """Ask the loop for a pass."""
        hub = self.hub
        if self.pass_due or hub._closed:
            return
        self.pass_due = True  # first: a signal's handler may make a timer meanwhile
        try:
            hub.loop.call_soon(self.run_pass, context=hub._context)
        except BaseException:
            self.pass_due = False  # for lack of memory: the next timer asks again
            raise

    def restart(self) -> None:
        """The hub's greenlet was left in the midst of a pass, or before one that the loop was asked for.

        That one still comes. Were there two in each turn, green threads would have two turns to a task's one.
        """
        self.schedule_pass()

    def was_interrupted(self, exc: BaseException) -> None:
        """*exc*, which a signal's handler has raised, came out of the loop, maybe out of a callback of ours.

        If that was at its very beginning, what it was to do first has not been done. The hub is left, and restarts us.
        """
        found = exc.__traceback__
        while found is not None:
            code = found.tb_frame.f_code
            if code in _BEGINNINGS and found.tb_lineno in _BEGINNINGS[code]:
                if code is _WAKE_UP:
                    self._wake = None
                else:
                    self.pass_due = False
            found = found.tb_next

    def use_new_loop(self) -> None:
        """The hub has another loop, which has been asked for nothing."""
        self.pass_due = False
        self._wake = None
        self._arm_wake_up()

    # The steps of a pass that native code leaves to Python.

    def _fire_or_forget(self, timer: Timer) -> None:
        if timer.called:
            self.cancelled -= 1
        else:
            self._fire(timer)

    def _end_pass(self, left: collections.deque[Entry]) -> None:
        if left:  # the hub is being left
            left.extend(self.soon)
            self.soon = left
        self.pass_due = False
        self._arm_wake_up()

    # The wake-up.

    def _arm_wake_up(self) -> None:
        """Ask the loop to call us for the next timer."""
        if self.soon or self.hub.closed:
            self.schedule_pass()
            return
        if self.fresh:
            self.prepare()
        if self.later:
            self._wake_up_at(self.later[0][0])

    def _wake_up_at(self, when: float) -> None:
        before = self._wake
        if before is not None and self._wake_at <= when:
            return  # it wakes up early and asks again
        hub = self.hub
        delay = min(max(when - hub.clock(), 0.0), _LONGEST_DELAY)
        wake = hub.loop.call_later(delay, self._on_wake_up, context=hub._context)
        if before is not None:
            before.cancel()
        self._wake, self._wake_at = wake, when

    def _on_wake_up(self) -> None:
        self._wake = None
        if not adopted.switches_anywhere(self.hub.loop):
            self.schedule_pass()
        elif not self.pass_due:
            self.pass_due = True
            self.run_pass()


# Before native code takes the place of one of them.
_WAKE_UP = TimerQueue._on_wake_up.__code__
#: The line of the definition, where it has code, and the first one below.
_BEGINNINGS = {
    code: sorted({code.co_firstlineno, *(line for _, _, line in code.co_lines() if line is not None)})[:2]
    for code in (_WAKE_UP, TimerQueue.run_pass.__code__, TimerQueue._end_pass.__code__)
}
