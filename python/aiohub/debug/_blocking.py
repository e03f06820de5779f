"""detect_blocking: an interval timer that runs while the hub has handed control to a green thread or a coroutine.

The hub calls `enter` before and `leave` after each timer callback, descriptor callback and coroutine step. SIGALRM
interrupts blocking system calls, so a `time.sleep` of the original module is found as well as a busy loop.

SIGALRM has other users: eventlet's own `hub_blocking_detection`, and programs with an alarm of their own. Their handler
and their timer are set aside while ours runs, served when they are due, and put back.
"""

from __future__ import annotations

import logging
import math
import os
import signal
import time
import traceback
from typing import TYPE_CHECKING, Any

import greenlet

from ._describe import describe_current, walk_back

if TYPE_CHECKING:
    from types import FrameType

_logger = logging.getLogger("aiohub.debug")

#: The interval our timer is armed with, in seconds: nobody else's has it, so it tells our timer from another user's.
_MARK = 86399.257
#: Shortest time given to setitimer, in seconds; 0 would disarm it.
_SHORTEST = 1e-6
#: When the alarm finds the runtime's own code, it looks again after so many seconds.
_LOOK_AGAIN = 0.001
_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep


class Watcher:
    """What `Hub.watcher` is while detection is on. Belongs to the main OS thread."""

    def __init__(self, hub: Any, seconds: float, mode: str) -> None:
        self.hub = hub
        self.seconds = seconds
        self.mode = mode
        #: The time.monotonic at which the present holder is overdue; infinity when it has been reported; None while
        #: nobody holds the loop.
        self._deadline: float | None = None
        #: Calls of enter inside another: a green thread that runs a step of a coroutine itself.
        self._depth = 0
        #: A signal of our timer may arrive although the timer has been disarmed.
        self._late = False
        self._handler = self._on_alarm  # one object, to be compared with `is`
        #: SIGALRM's handler before ours, the one set aside in `enter`, and the timer set aside: (monotonic, interval).
        self._previous: Any = signal.SIG_DFL
        self._displaced: Any = None
        self._other: tuple[float, float] | None = None

    def start(self) -> None:
        """Install the handler. Raises RuntimeError outside the main OS thread."""
        try:
            self._previous = signal.signal(signal.SIGALRM, self._handler)
        except ValueError:
            raise RuntimeError(
                "detect_blocking() was called outside the main OS thread; signals arrive only there: call it there"
            ) from None
        self.hub.watcher = self

    def stop(self) -> None:
        """Put back what was there before `start`."""
        if self.hub.watcher is self:
            self.hub.watcher = None
        self._depth = 0
        self.leave()
        if signal.getsignal(signal.SIGALRM) is self._handler:
            signal.signal(signal.SIGALRM, self._previous if self._previous is not None else signal.SIG_DFL)

    def enter(self) -> None:
        """Somebody gets the loop."""
        if self._deadline is not None and greenlet.getcurrent() is not self.hub.greenlet:
            self._depth += 1
            return
        self._depth = 0
        if signal.getsignal(signal.SIGALRM) is not self._handler:
            self._displaced = signal.signal(signal.SIGALRM, self._handler)
        now = time.monotonic()
        self._deadline = now + self.seconds
        left, interval = signal.setitimer(signal.ITIMER_REAL, self.seconds, _MARK)
        if left and not _is_ours(interval):
            self._other = (now + left, interval)
            if left < self.seconds:
                signal.setitimer(signal.ITIMER_REAL, left, _MARK)

    def leave(self) -> None:
        """The loop has it back."""
        if self._depth:
            self._depth -= 1
            return
        deadline, self._deadline = self._deadline, None
        if deadline is None:
            return  # turned on or off by the one that holds the loop
        left, interval = signal.setitimer(signal.ITIMER_REAL, 0)
        if left and not _is_ours(interval):
            # Armed by whoever held the loop: it is theirs.
            signal.setitimer(signal.ITIMER_REAL, left, interval)
        else:
            self._late = left > _MARK / 2 and deadline != math.inf
            if self._other is not None:
                at, interval = self._other
                signal.setitimer(signal.ITIMER_REAL, max(at - time.monotonic(), _SHORTEST), interval)
        self._other = None
        if self._displaced is not None:
            displaced, self._displaced = self._displaced, None
            if signal.getsignal(signal.SIGALRM) is self._handler:
                signal.signal(signal.SIGALRM, displaced)

    def _on_alarm(self, signum: int, frame: FrameType | None) -> None:
        foreign = self._displaced if self._displaced is not None else self._previous
        deadline = self._deadline
        if deadline is None:
            late, self._late = self._late, False
            if not late and callable(foreign):
                foreign(signum, frame)
            return
        now = time.monotonic()
        call_foreign = False
        if self._other is not None and now >= self._other[0]:
            call_foreign = True
            interval = self._other[1]
            self._other = (now + interval, interval) if interval else None
        overdue = now >= deadline
        if overdue and frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
            # The hub or a task between two steps: an exception here would be nobody's.
            overdue, self._deadline = False, now + _LOOK_AGAIN
        elif overdue:
            self._deadline = math.inf  # once for each time somebody holds the loop
        elif not call_foreign and _is_armed_by_another():
            call_foreign = True  # whoever holds the loop has set an alarm meanwhile
        self._arm(now)
        if call_foreign and callable(foreign):
            foreign(signum, frame)
        if overdue:
            self._report(frame)

    def _arm(self, now: float) -> None:
        """Set the timer for what is due next."""
        due = self._deadline if self._deadline is not None else math.inf
        if self._other is not None:
            due = min(due, self._other[0])
        if due != math.inf:
            signal.setitimer(signal.ITIMER_REAL, max(due - now, _SHORTEST), _MARK)

    def _report(self, frame: FrameType | None) -> None:
        stack = "".join(traceback.StackSummary.extract(iter(walk_back(frame))).format())
        text = f"{describe_current()} held the loop longer than {self.seconds:g} s:\n{stack}"
        if self.mode == "raise":
            raise RuntimeError(text)
        _logger.warning("%s", text.rstrip())


def _is_ours(interval: float) -> bool:
    return abs(interval - _MARK) < 0.02  # the kernel rounds to a clock tick


def _is_armed_by_another() -> bool:
    return not _is_ours(signal.getitimer(signal.ITIMER_REAL)[1])


_watcher: Watcher | None = None


def detect_blocking(seconds: float | None, *, mode: str = "raise") -> None:
    """Find what holds the loop: a green thread woken by a timer or by I/O, or a coroutine, for longer than *seconds*.

    With mode "raise" a RuntimeError is raised in it, with the stack in its message; it also interrupts a blocking
    system call such as the original `time.sleep`. With mode "log" the stack is logged (logger "aiohub.debug", level
    WARNING) and it goes on. Either happens once for each time somebody holds the loop. *seconds* None turns detection
    off, and SIGALRM's previous handler is back.

    Uses SIGALRM and the real interval timer, and costs a few microseconds for each callback and coroutine step: a tool
    for tests and development. Raises RuntimeError outside the main OS thread or where the hub is not aiohub's,
    ValueError for seconds that are not positive or an unknown mode.

        aiohub.debug.detect_blocking(0.5, mode="log")
    """
    global _watcher
    if mode not in ("raise", "log"):
        raise ValueError(f"unknown mode {mode!r} for detect_blocking(); use 'raise' or 'log'")
    if seconds is not None and not 0 < seconds < _MARK / 2:
        raise ValueError(f"seconds must be positive and less than {_MARK / 2:.0f}, not {seconds!r}; None turns it off")
    watcher: Watcher | None = None
    if seconds is not None:
        from ._hub import required_hub

        watcher = Watcher(required_hub("detect_blocking()"), seconds, mode)
    if _watcher is not None:
        _watcher.stop()
        _watcher = None
    if watcher is not None:
        watcher.start()
        _watcher = watcher


def blocking_limit() -> float | None:
    """The seconds detection is on for, or None."""
    return _watcher.seconds if _watcher is not None else None


def is_own_handler(handler: object) -> bool:
    """Whether *handler* is the signal handler of detect_blocking."""
    return _watcher is not None and handler is _watcher._handler
