"""The half of a green task that is C where there is a compiler: its greenlet, and what its steps pass to that."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import greenlet

from .task_greenlet import TaskGreenlet

if TYPE_CHECKING:
    import asyncio

    from .._base.contract import Hub

_switch = greenlet.greenlet.switch
_getcurrent = greenlet.getcurrent


class Nursery:
    """Begins greenlets for first steps that others than the hub make, as deep in the stack as it was made itself.

    Made in the hub's greenlet, or by who needs it before the hub has run. Else each of many coroutines that wait
    for each other would begin where the one before it stands, and Python's limit of recursion would count them all.
    """

    def __init__(self, root: greenlet.greenlet, is_hubs: bool) -> None:
        self.is_hubs = is_hubs
        self._caller = _getcurrent()
        self._green = greenlet.greenlet(self._run, root)
        _switch(self._green)

    def _run(self) -> None:
        while True:
            newborn = _switch(self._caller)
            _switch(newborn)

    def begin(self, newborn: greenlet.greenlet) -> None:
        """Start *newborn*, which calls `leave` first of all."""
        self._caller = _getcurrent()
        _switch(self._green, newborn)

    def leave(self) -> None:
        """Wait, in a greenlet that has just been started, until somebody switches to it again."""
        _switch(self._green)


class PurePythonStep:
    """What a step and the task's greenlet pass to each other; the shim's GreenStep is the same in C.

    There the greenlet of a task that has returned goes on with the next one.
    """

    _greenlet: TaskGreenlet | None = None
    _home: greenlet.greenlet
    _coroutine: Any
    _task: asyncio.Task[Any] | None = None
    _hub: Hub
    _loop: asyncio.AbstractEventLoop
    _context: Any
    #: What the coroutine is sent next, or the exception that is thrown into it, and what it has yielded or returned.
    _inbox: Any = None
    _throws = False
    _outbox: Any = None
    _returned = False
    #: True while a step of the task waits for this greenlet to come back.
    _attached = False
    #: True while who waits for the task makes its first step.
    _begins = False
    #: True while the coroutine is suspended in an `await`, and when it has ended.
    _parked = False
    #: The future a detached step has left with the task.
    _detached: asyncio.Future[None] | None = None
    _raised: BaseException | None = None
    #: An exception to raise instead of the CancelledError that was requested to make room for it.
    _pending: BaseException | None = None
    #: How many of the task's cancellation requests (`Task.cancelling`) the coroutine has seen as CancelledError.
    _cancels_seen = 0
    #: The same when `_pending` was set.
    _pending_cancels = 0
    #: What the coroutine has yielded since the detached step.
    _yielded: Any = None
    #: The greenlet that waits in a blocking call for this task: the task's own, or one that somebody has made below it.
    _waiting: greenlet.greenlet | None = None
    #: True while that call is over and its greenlet waits for a step of the task to go on in.
    _awaits_step = False
    #: The message of a cancellation that was requested while the coroutine was blocked, until it is delivered.
    _cancel_asked: tuple[Any] | None = None
    #: The greenlet that stands still until the task has ended, and lends it its thread-local data; see `local_data`.
    _lender: greenlet.greenlet | None = None
    #: Set when a blocked task was cancelled but its blocking call had ended: the await it then reached is cancelled.
    _cancel_yielded: tuple[Any] | None = None

    def __init__(self, coroutine: Any, hub: Hub, context: Any = None) -> None:
        self._coroutine = coroutine
        self._hub = hub
        self._loop = hub.loop
        self._context = context
        # On the instance, because a class has a __qualname__ of its own.
        self.__qualname__ = getattr(coroutine, "__qualname__", type(coroutine).__qualname__)

    def _start(self) -> TaskGreenlet:
        """Give the task a greenlet to run in."""
        me: Any = self
        if self._task is None:
            self._task = me._find_task()
        nursery = None
        if self._home is not self._hub.greenlet and greenlet.gettrace() is None:
            me._hub._open_nursery(False)
            nursery = me._hub._nursery
        run = self._main if nursery is None else functools.partial(self._main_in, nursery)
        green = self._greenlet = TaskGreenlet(run, self._hub.greenlet)
        green.coroutine = me
        if nursery is not None:
            nursery.begin(green)
        # The very Context of the task, not a copy: what the coroutine sets is the task's.
        green.gr_context = self._context if self._context is not None else self._home.gr_context
        return green

    def _retire(self) -> None:
        """The coroutine has returned in the step that was made last."""
        self._greenlet = self._lender = None

    def _main_in(self, nursery: Nursery) -> None:
        nursery.leave()
        self._main()

    def _main(self) -> None:
        """Runs in the task's greenlet: step after step of the coroutine."""
        me: Any = self
        send, throw = self._coroutine.send, self._coroutine.throw
        try:
            while True:
                value, self._inbox = self._inbox, None
                if self._throws:
                    self._throws = False
                    result = throw(value)
                else:
                    result = send(value)
                value = None
                self._parked = True
                stray = None
                try:
                    if self._attached:
                        self._attached = False
                        self._outbox = result
                        _switch(self._home)
                    else:
                        me._hand_over(result)
                except BaseException as exc:
                    stray = exc
                if not self._attached:
                    me._stay_parked(stray)
                self._parked = False
        except BaseException as exc:
            self._raised = exc
        self._parked = True
        me._ended()
