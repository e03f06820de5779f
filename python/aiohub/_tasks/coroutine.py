"""Green tasks: a coroutine runs in a greenlet of its own, so that a blocking call inside it has something to leave.

`Task.__step` calls `GreenCoroutine.send`, which switches into the coroutine's greenlet and gets back what the
coroutine yielded. When the coroutine blocks in eventlet instead, the step is *detached*: it returns a future to the
task, and the greenlet goes on later, woken by whatever it waits for. What it then yields is kept until the future has
brought the task back. One greenlet per task gives the coroutine an identity: patched locals, locks and
`eventlet.Timeout` go by it.
"""

from __future__ import annotations

import asyncio
import collections.abc
import logging
import sys
from asyncio import tasks as _tasks
from typing import TYPE_CHECKING, Any, cast

import greenlet

from .._base import native
from .._base.errors import HubStopped
from .._base.precedence import is_timeout, outlasts
from .._base.tracebacks import leave_out_own_frames

if TYPE_CHECKING:
    from .._base.contract import Hub

_switch = greenlet.greenlet.switch
_throw = greenlet.greenlet.throw
_getcurrent = greenlet.getcurrent
_logger = logging.getLogger("aiohub")

if sys.version_info >= (3, 14):

    def swap_current_task(loop: asyncio.AbstractEventLoop, task: Any) -> Any:
        """Make *task* (or None) the current task of *loop*; returns the one that was."""
        try:
            return _tasks._swap_current_task(loop, task)  # type: ignore[attr-defined]
        except RuntimeError:
            return None  # not the running loop: a task of a hub that `use_hub` has replaced goes on in its greenlet

elif sys.version_info >= (3, 12):

    def swap_current_task(loop: asyncio.AbstractEventLoop, task: Any) -> Any:
        """Make *task* (or None) the current task of *loop*; returns the one that was."""
        if task is None and _tasks.current_task(loop) is None:
            return None  # for which CPython's function has a KeyError
        return _tasks._swap_current_task(loop, task)  # type: ignore[attr-defined]

else:

    def swap_current_task(loop: asyncio.AbstractEventLoop, task: Any) -> Any:
        """Make *task* (or None) the current task of *loop*; returns the one that was."""
        previous = _tasks.current_task(loop)
        if previous is not task:
            if previous is not None:
                _tasks._leave_task(loop, previous)
            if task is not None:
                _tasks._enter_task(loop, task)
        return previous


class TaskGreenlet(greenlet.greenlet):
    """The greenlet in which the coroutine of one task runs."""

    __slots__ = ("coroutine",)

    coroutine: GreenCoroutine

    @property
    def parked(self) -> bool:
        """True while the coroutine is suspended in an `await`: only its task may go on with it then."""
        return self.coroutine._parked

    @property
    def blocked(self) -> bool:
        """True while the coroutine waits in a blocking eventlet call."""
        return bool(self) and not self.parked and _getcurrent() is not self

    @property
    def task(self) -> asyncio.Task[Any]:
        """The task whose coroutine runs here."""
        return self.coroutine._task

    def switch(self, *args: Any, **kwargs: Any) -> Any:
        """Wake the blocking call this coroutine waits in; does nothing if it does not wait in one."""
        if self.parked:
            return None
        return self._enter(_switch, args, kwargs)

    def throw(self, *args: Any) -> Any:
        """Raise an exception in the coroutine: in its blocking call, or at the `await` it is suspended in."""
        if self.dead or _getcurrent() is self:
            return _throw(self, *args)
        coroutine = self.coroutine
        if self.parked:
            coroutine.interrupt(_as_exception(args))
            return None
        return self._enter(_throw, args, {})

    def _enter(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Go on with the blocked coroutine; its task is the current one until control comes back."""
        coroutine = self.coroutine
        waiting = coroutine._waiting
        caller = _getcurrent()
        parent, owner = caller.parent, _coroutine_of(caller.parent)
        previous = swap_current_task(coroutine._loop, coroutine._task)
        try:
            return function(self if waiting is None else waiting, *args, **kwargs)
        finally:
            # Not if the caller is being collected: its parent is then who runs at that moment, in a task of its own.
            if caller.parent is parent and _coroutine_of(parent) is owner:
                swap_current_task(coroutine._loop, previous)


def _coroutine_of(green: greenlet.greenlet | None) -> GreenCoroutine | None:
    """The coroutine that runs in *green*, if it is a task's greenlet: when it has ended, another one does."""
    return getattr(green, "coroutine", None)


def working_for(current: greenlet.greenlet) -> GreenCoroutine | None:
    """The coroutine that runs in *current*: directly, or in a greenlet that somebody has made below its task's.

    SQLAlchemy, greenback and Playwright make such greenlets. One of them runs for the task as long as the task is the
    current one: what was left to the hub to start works for nobody, and the task goes on without it.
    """
    green: greenlet.greenlet | None = current
    while type(green) is not TaskGreenlet:
        if green is None:
            return None
        green = green.parent
    coroutine: GreenCoroutine | None = getattr(green, "coroutine", None)
    if coroutine is None or (green is not current and _tasks.current_task(coroutine._loop) is not coroutine._task):
        return None
    return coroutine


def _leads_to(current: greenlet.greenlet | None, green: greenlet.greenlet | None) -> bool:
    while current is not None and current is not green:
        current = current.parent
    return current is not None


class _BlockedFuture(asyncio.Future[None]):
    """What a task waits for while its coroutine is in a blocking call. Cancelling it cancels that call."""

    def __init__(self, coroutine: GreenCoroutine) -> None:
        super().__init__(loop=coroutine._loop)
        self._coroutine = coroutine
        self._asyncio_future_blocking = True

    def cancel(self, msg: Any = None) -> bool:
        if self.done():
            return False
        # Not at once: the canceller may be the very greenlet the call waits for.
        coroutine = self._coroutine
        coroutine._cancel_asked = (msg,)
        coroutine._hub.schedule_call_global(0, coroutine._cancel_call, msg, _cancelling(coroutine._task))
        return True


class _PurePythonStep:
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
    #: True while the coroutine is suspended in an `await`, and when it has ended.
    _parked = False
    #: The future a detached step has left with the task.
    _detached: _BlockedFuture | None = None
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
        me = cast("GreenCoroutine", self)
        if self._task is None:
            self._task = me._find_task()
        green = self._greenlet = TaskGreenlet(self._main, self._hub.greenlet)
        green.coroutine = me
        # The very Context of the task, not a copy: what the coroutine sets is the task's.
        green.gr_context = self._context if self._context is not None else self._home.gr_context
        return green

    def _retire(self) -> None:
        """The coroutine has returned in the step that was made last."""
        self._greenlet = self._lender = None

    def _main(self) -> None:
        """Runs in the task's greenlet: step after step of the coroutine."""
        me = cast("GreenCoroutine", self)
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


if TYPE_CHECKING:
    _Step = _PurePythonStep
else:
    _Step = native.prepare(task_greenlet_class=TaskGreenlet).get("GreenStep") or _PurePythonStep


class GreenCoroutine(_Step, collections.abc.Coroutine[Any, Any, Any]):
    """Wraps a coroutine for a Task and runs it in a `TaskGreenlet`. Looks like the coroutine to whoever inspects it."""

    if TYPE_CHECKING:
        _task: asyncio.Task[Any]

    # The protocol Task.__step uses.

    def send(self, value: Any) -> Any:
        if self._pending is not None and self._detached is None:
            # What it awaited would not be cancelled and has come to a result: as with `await`, that is the outcome.
            self._take_pending()
        try:
            return self._step(False, value)
        except StopIteration:
            raise
        except BaseException as exc:
            leave_out_own_frames(exc)
            raise

    def throw(self, typ: Any, val: Any = None, tb: Any = None) -> Any:
        exc = _as_exception((typ, val, tb))
        owed = None
        if self._detached is None and self._greenlet is not None:
            if not isinstance(exc, asyncio.CancelledError):
                if self._pending is not None:
                    # What it awaited has failed instead of being cancelled: as with `await`, that is the outcome.
                    self._take_pending()
            else:
                if self._pending is not None:
                    cancelled, exc = exc, self._take_pending()
                    if _cancelling(self._task) > self._pending_cancels:
                        # Cancelled as well, after the exception was thrown in: that is seen first.
                        owed = cancelled
                self._cancels_seen = _cancelling(self._task) if owed is None else self._pending_cancels
        try:
            result = self._step(True, exc)
        except StopIteration:
            if owed is not None and _cancelling(self._task) > self._pending_cancels:
                raise owed from None  # as in asyncio: a task that is cancelled just before it returns is cancelled
            raise
        except BaseException as raised:
            leave_out_own_frames(raised)
            raise
        if owed is not None and _cancelling(self._task) > self._pending_cancels:
            # Nobody (an asyncio.timeout whose block ended) has taken it back, so it comes at the next await.
            return self._cancel_await(result, owed.args)
        return result

    def close(self) -> None:
        """Close the coroutine, in the way of `coroutine.close`."""
        green = self._greenlet
        if green is not None and not green.dead:
            _throw(green, greenlet.GreenletExit)
        self._coroutine.close()

    def __await__(self) -> Any:
        return self._coroutine.__await__()

    def _step(self, is_throw: bool, value: Any) -> Any:
        if self._detached is not None:
            return self._outcome_of_detached(is_throw, value)
        green = self._greenlet
        self._home = _getcurrent()
        if green is None:
            green = self._start()
        self._throws, self._inbox = is_throw, value
        return self._run_in(green)

    def _run_in(self, green: greenlet.greenlet, exc: BaseException | None = None) -> Any:
        """Make a step in *green*, where *exc* is raised; returns what the coroutine has yielded."""
        watcher = self._hub.watcher
        if watcher is not None:
            watcher.enter()
        self._attached = True
        error = None
        try:
            if exc is None:
                _switch(green)
            else:
                _throw(green, exc)
        except BaseException as raised:
            error = raised
        if watcher is not None:
            watcher.leave()
        try:
            return self._after_step(error)
        finally:
            del error

    def _after_step(self, error: BaseException | None) -> Any:
        """What the step comes to: the coroutine has yielded, blocked or ended. *error* came back in its place."""
        if error is not None:
            if isinstance(error, HubStopped):
                self._hub.leave_with(self._task)
                raise error  # the hub is being closed
            self._bury(error)
        if self._returned:
            self._returned = self._attached = False
            self._retire()
            value, self._outbox = self._outbox, None
            raise StopIteration(value)
        if self._attached:
            # Control came back, but not from the coroutine: it has blocked. Whoever blocked last may have left another
            # task current.
            self._attached = False
            swap_current_task(self._loop, self._task)
            self._detached = _BlockedFuture(self)
            return self._detached
        if self._raised is not None:
            try:
                self._finish()
            except BaseException as exc:
                leave_out_own_frames(exc)
                raise
        self._forget_forgiven()
        result, self._outbox = self._outbox, None
        return result

    def _forget_forgiven(self) -> None:
        """The coroutine lets go of the loop: of the cancellations it has seen, it may have taken some back.

        Those that come from now on have not been seen, whatever `Task.cancelling` is then.
        """
        if self._cancels_seen:
            self._cancels_seen = self.cancels_seen

    def _bury(self, exc: BaseException) -> None:
        """A green thread that the coroutine has killed or woken itself died of *exc*: that is not this task's error."""
        if isinstance(exc, self._hub.SYSTEM_EXCEPTIONS):
            self._loop.call_soon(self._hub.fail, exc)
        else:
            self._hub.squelch_generic_exception((type(exc), exc, exc.__traceback__))

    def _find_task(self) -> asyncio.Task[Any]:
        task = _tasks.current_task(self._loop)
        if task is None:
            raise RuntimeError("the coroutine of a green task is driven by its task only")
        return task

    def _ended(self) -> None:
        """The coroutine has come to its end: when this greenlet dies, control goes on where it is waited for."""
        green = self._greenlet
        assert green is not None
        if self._attached:
            self._attached = False
            parent = self._home
        else:
            parent = self._hub.greenlet
            self._ask_for_step()
            swap_current_task(self._loop, None)
        if green.parent is not parent:
            try:
                green.parent = parent
            except ValueError:
                pass  # a cycle: the present parent is below the new one, and leads there
        if self._hub._closed:
            self._raise_to_parent()

    def _raise_to_parent(self) -> None:
        """The hub was replaced while the coroutine ran: its task makes no step any more that would raise the error."""
        exc, self._raised = self._raised, None
        if exc is None or isinstance(exc, (StopIteration, asyncio.CancelledError)):
            return
        if isinstance(exc.__context__, greenlet.GreenletExit):
            return  # out of the cleanup of one that was given up
        try:
            raise exc
        finally:
            del exc

    def _hand_over(self, result: Any) -> None:
        """The coroutine yielded outside a step: keep it for the step that is to come."""
        self._forget_forgiven()
        self._yielded = result
        self._ask_for_step()
        self._leave_to_hub()

    def _ask_for_step(self) -> None:
        """Let the task make the step that follows a detached one."""
        if self._detached is not None and not self._detached.done():
            self._detached.set_result(None)

    def _leave_to_hub(self) -> Any:
        """Switch to the hub. Outside a step no task is the current one there."""
        if not self._attached:
            swap_current_task(self._loop, None)
        return _switch(self._hub.greenlet)

    def _stay_parked(self, exc: BaseException | None) -> None:
        """Not a step has switched here but the end of a greenlet that somebody has made below this one: go on waiting.

        *exc* is what it ended with.
        """
        while not self._attached:
            if isinstance(exc, greenlet.GreenletExit):
                raise exc  # `close`
            if exc is not None:
                self._bury(exc)
                exc = None
            swap_current_task(self._loop, None)
            try:
                _switch(self._hub.greenlet)
            except BaseException as error:
                exc = error

    # A blocking call.

    def block(self, current: greenlet.greenlet) -> Any:
        """Leave *current*, which works for this task, for the hub until somebody switches back; see `Hub.switch`.

        Whoever wakes it switches to it by itself, and knows of no task.
        """
        if self._loop.get_debug():
            _report_blocking_call(self)
        self._forget_forgiven()
        self._waiting = current
        try:
            if self.in_portal:
                return self._block_in_portal(current)
            return self._leave_to_hub()
        finally:
            self._waiting = None
            # Not if it is being collected: its parent is then who runs at that moment.
            if current is not self._greenlet and _leads_to(current, self._greenlet):
                swap_current_task(self._loop, self._task)

    def lend_loop(self, current: greenlet.greenlet, function: Any, args: tuple[Any, ...]) -> None:
        """Call *function* in *current*, which works for this task: it switches to a green thread. A timer of the hub
        comes back.
        """
        self._forget_forgiven()
        self._waiting = current
        swap_current_task(self._loop, None)
        try:
            function(*args)
        finally:
            self._waiting = None
            if _leads_to(current, self._greenlet):
                swap_current_task(self._loop, self._task)

    @property
    def in_portal(self) -> bool:
        """Whether a greenlet of somebody's is between the loop and this task (greenback's portal, an eager start).

        What it passes on has to come from within a step: the way to the hub leads through it, and after a blocking call
        the coroutine goes on in the next step.
        """
        return self._home is not self._hub.greenlet

    def _block_in_portal(self, current: greenlet.greenlet) -> Any:
        value, error = None, None
        try:
            value = _switch(self._home) if self._attached else self._leave_to_hub()
        except BaseException as exc:
            error = exc
        if not _leads_to(current, self._greenlet):
            assert error is not None
            raise error  # it is being collected
        self._awaits_step = True
        self._ask_for_step()
        while not self._attached:
            swap_current_task(self._loop, None)
            try:
                _switch(self._hub.greenlet)
            except BaseException as exc:
                error = exc
        self._awaits_step = False
        try:
            if error is not None:
                raise error
            return value
        finally:
            del error

    def _outcome_of_detached(self, is_throw: bool, value: Any) -> Any:
        """The step after a detached one: hand the task what the coroutine has come to meanwhile."""
        if self._hub._closed:
            return self.forget()
        self._detached = None
        if self._awaits_step:
            assert self._waiting is not None
            self._home = _getcurrent()
            if is_throw and isinstance(value, asyncio.CancelledError):
                self._cancels_seen = _cancelling(self._task)
            return self._run_in(self._waiting, value if is_throw else None)
        result, self._yielded = self._yielded, None
        cancel = self._cancel_yielded or self._cancel_asked
        self._cancel_yielded = self._cancel_asked = None
        if is_throw:
            # Cancelled between the end of the blocking call and this step: cancel the await that follows it.
            cancel = (value.args[0] if value.args else None,)
        if self._raised is not None:
            if cancel is not None and isinstance(self._raised, StopIteration):
                # As in asyncio: a task that is cancelled just before it returns is cancelled.
                self._raised = _cancelled(cancel)
            self._finish()
        return result if cancel is None else self._cancel_await(result, cancel)

    def forget(self) -> asyncio.Future[None]:
        """The hub is closed: the coroutine goes no further. Returns what the next step waits for, in vain.

        The end of a loop's run is not the end of its callbacks: uvloop calls those that are ready before it lets an
        exception out, and a blocking call in one of them would run this thread's new hub inside the old one.
        """
        self._detached = _BlockedFuture(self)
        return self._detached

    def _cancel_await(self, result: Any, args: tuple[Any, ...]) -> Any:
        """Cancel the await at which the coroutine has yielded *result*; returns what the step yields."""
        if result is not None:
            if result.cancel(*args):
                return result
            result._asyncio_future_blocking = False
        return self.throw(_cancelled(args))

    def _finish(self) -> None:
        """Raise what ended the coroutine, in the task's step."""
        exc, self._raised = self._raised, None
        self._greenlet = self._lender = None
        assert exc is not None
        try:
            if isinstance(exc, (SystemExit, KeyboardInterrupt)) and self._home is self._hub.greenlet:
                self._hub.leave_with(self._task)
            if isinstance(exc, greenlet.GreenletExit):
                # kill() of a coroutine is a cancellation to whoever awaits it.
                raise asyncio.CancelledError(*exc.args) from exc
            raise exc
        finally:
            del exc

    # Exceptions from eventlet's side.

    @property
    def cancels_seen(self) -> int:
        """How many of the task's cancellation requests the coroutine has seen."""
        return min(self._cancels_seen, _cancelling(self._task))

    def interrupt(self, exc: BaseException) -> None:
        """Raise *exc* at the `await` the coroutine is suspended in, after what it awaits has been cancelled."""
        if self._raised is not None or self._greenlet is None:
            return
        if isinstance(exc, StopIteration):
            # Raised at an `await` it would end that instead (PEP 479).
            wrapped = RuntimeError("StopIteration was thrown into a coroutine")
            wrapped.__cause__ = exc
            exc = wrapped
        if self._pending is not None:
            if not outlasts(self._pending, exc):
                self._pending, exc = exc, self._pending
            self._hub.endings.throw_later(self._greenlet, exc)
        elif is_timeout(exc) and self.is_ending():
            # Cancelled before: that is seen first, and what is cleaned up below does not get more time than this.
            self._hub.endings.throw_later(self._greenlet, exc)
            self._task.cancel()
            _uncancel(self._task)
        else:
            self._pending = exc
            self._pending_cancels = self.cancels_seen
            self._task.cancel()

    def is_ending(self) -> bool:
        """Whether a cancellation has been requested that the coroutine, suspended in an `await`, has not seen yet."""
        green = self._greenlet
        if green is None or not green.parked:
            return False
        if sys.version_info >= (3, 11):
            return self._task.cancelling() > self._cancels_seen
        task: Any = self._task
        waiter = task._fut_waiter
        return bool(task._must_cancel or (waiter is not None and waiter.cancelled()))

    def _take_pending(self) -> BaseException:
        exc, self._pending = self._pending, None
        assert exc is not None
        _uncancel(self._task)  # the cancellation was ours
        return exc

    def _cancel_call(self, msg: Any, requests: int) -> None:
        """Deliver the cancellation of a blocked task; runs in the hub's greenlet.

        *requests* is what `Task.cancelling` was: if it is less by now, the cancellation has been taken back.
        """
        if self._cancel_asked is None:
            return  # delivered with the outcome of the detached step
        self._cancel_asked = None
        green = self._greenlet
        if green is None or _cancelling(self._task) < requests:
            return
        if green.blocked:
            self._cancels_seen = _cancelling(self._task)
            green.throw(_cancelled((msg,)))
        elif self._detached is not None:
            self._cancel_yielded = (msg,)
        elif not self._task.done():
            self._task.cancel(msg)
            _uncancel(self._task)

    # What introspection looks at.

    @property
    def __name__(self) -> str:
        return str(getattr(self._coroutine, "__name__", type(self._coroutine).__name__))

    cr_await = property(lambda self: self._coroutine.cr_await)
    cr_code = property(lambda self: self._coroutine.cr_code)
    cr_frame = property(lambda self: self._coroutine.cr_frame)
    cr_origin = property(lambda self: self._coroutine.cr_origin)
    cr_running = property(lambda self: self._coroutine.cr_running)
    cr_suspended = property(lambda self: self._coroutine.cr_suspended)
    gi_code = property(lambda self: self._coroutine.gi_code)
    gi_frame = property(lambda self: self._coroutine.gi_frame)
    gi_running = property(lambda self: self._coroutine.gi_running)
    gi_yieldfrom = property(lambda self: self._coroutine.gi_yieldfrom)

    def __repr__(self) -> str:
        return f"<green {self._coroutine!r}>"


def _cancelled(args: tuple[Any, ...]) -> asyncio.CancelledError:
    """A CancelledError with the message of a cancellation, if there is one."""
    return asyncio.CancelledError(*[part for part in args if part is not None])


def _as_exception(args: tuple[Any, ...]) -> BaseException:
    """The exception that `greenlet.throw(*args)` would raise."""
    kind, value, traceback = (*args, None, None, None)[:3]
    if kind is None:
        return greenlet.GreenletExit()
    exc: BaseException
    if isinstance(kind, BaseException):
        exc = kind
    elif isinstance(value, BaseException):
        exc = value
    elif value is None:
        exc = kind()
    else:
        exc = kind(*value) if isinstance(value, tuple) else kind(value)
    if traceback is not None:
        exc.__traceback__ = traceback
    return exc


if sys.version_info >= (3, 11):

    def _cancelling(task: asyncio.Task[Any]) -> int:
        return task.cancelling()

    def _uncancel(task: asyncio.Task[Any]) -> None:
        task.uncancel()

else:

    def _cancelling(task: asyncio.Task[Any]) -> int:
        return 0

    def _uncancel(task: asyncio.Task[Any]) -> None:
        pass


_reported: set[tuple[str, int]] = set()
# Modules between the user's line and the hub: the line that is left to port is the one above them.
_machinery = (
    "aiohub",
    "eventlet",
    "threading",
    "socket",
    "ssl",
    "queue",
    "select",
    "selectors",
    "subprocess",
    "logging",
)


def _report_blocking_call(coroutine: GreenCoroutine) -> None:
    """In debug mode, name each place where a coroutine blocks, once: it is what is left to port."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _machinery:
        frame = frame.f_back
    site = (frame.f_code.co_filename, frame.f_lineno)
    if site not in _reported:
        _reported.add(site)
        _logger.warning(
            "%s:%d: %s blocks in eventlet inside the coroutine %s; await an asyncio equivalent instead",
            site[0], site[1], frame.f_code.co_name, coroutine.__qualname__,
        )  # fmt: skip
