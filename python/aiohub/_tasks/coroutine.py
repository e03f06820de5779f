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
from asyncio import tasks as _tasks
from typing import TYPE_CHECKING, Any

import greenlet

from .._base import native
from .._base.errors import HubStopped
from .._base.precedence import is_timeout, outlasts
from .._base.tracebacks import leave_out_own_frames
from .asyncio_task import cancelling, counts_cancellations, swap_current_task, uncancel
from .blocking_report import report_blocking_call
from .introspection import LooksLikeCoroutine
from .pure_step import PurePythonStep
from .task_greenlet import TaskGreenlet, as_exception

_switch = greenlet.greenlet.switch
_throw = greenlet.greenlet.throw
_getcurrent = greenlet.getcurrent


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
        coroutine._hub.schedule_call_global(0, coroutine._cancel_call, msg, cancelling(coroutine._task))
        return True


if TYPE_CHECKING:
    _Step = PurePythonStep
else:
    _Step = native.prepare(task_greenlet_class=TaskGreenlet).get("GreenStep") or PurePythonStep


class GreenCoroutine(_Step, LooksLikeCoroutine, collections.abc.Coroutine[Any, Any, Any]):
    """Wraps a coroutine for a Task and runs it in a `TaskGreenlet`. Looks like the coroutine to whoever inspects it."""

    if TYPE_CHECKING:
        _task: asyncio.Task[Any]

    #: What who waits for the task is to do in this coroutine's place, and what this coroutine has thrown at it, in the
    #: first step.
    _errand: tuple[Any, tuple[Any, ...]] | None = None
    _thrown: BaseException | None = None

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
        exc = as_exception((typ, val, tb))
        owed = None
        if self._detached is None and self._greenlet is not None:
            if not isinstance(exc, asyncio.CancelledError):
                if self._pending is not None:
                    # What it awaited has failed instead of being cancelled: as with `await`, that is the outcome.
                    self._take_pending()
            else:
                if self._pending is not None:
                    cancelled, exc = exc, self._take_pending()
                    if cancelling(self._task) > self._pending_cancels:
                        # Cancelled as well, after the exception was thrown in: that is seen first.
                        owed = cancelled
                self._cancels_seen = cancelling(self._task) if owed is None else self._pending_cancels
        try:
            result = self._step(True, exc)
        except StopIteration:
            if owed is not None and cancelling(self._task) > self._pending_cancels:
                raise owed from None  # as in asyncio: a task that is cancelled just before it returns is cancelled
            raise
        except BaseException as raised:
            leave_out_own_frames(raised)
            raise
        if owed is not None and cancelling(self._task) > self._pending_cancels:
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
            if not self._begins:
                self._bury(error)
            elif self._attached:
                self._thrown = error  # at who waits for the task, by this very coroutine: it is raised in the wait
            else:
                raise error
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
        self._leave()

    def _ask_for_step(self) -> None:
        """Let the task make the step that follows a detached one."""
        if self._detached is not None and not self._detached.done():
            self._detached.set_result(None)

    def _leave(self) -> Any:
        """Switch to the step that waits for this greenlet, or to the hub: outside a step no task is the current one."""
        if self._attached:
            return _switch(self._home)
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
            report_blocking_call(self.__qualname__)
        self._forget_forgiven()
        self._waiting = current
        try:
            if self.in_portal:
                return self._block_in_portal(current)
            return self._leave()
        finally:
            self._waiting = None
            # Not if it is being collected: its parent is then who runs at that moment.
            if current is not self._greenlet and _leads_to(current, self._greenlet):
                swap_current_task(self._loop, self._task)

    def lend_loop(self, current: greenlet.greenlet, function: Any, args: tuple[Any, ...]) -> None:
        """Call *function* in *current*, which works for this task: it switches to a green thread. A timer of the hub
        comes back.

        In the first step of a task that somebody waits for that one calls it: this step has to be over before the hub
        goes on.
        """
        self._forget_forgiven()
        self._waiting = current
        try:
            if self._begins and self._attached:
                self._errand = (function, args)
                _switch(self._home)
            else:
                swap_current_task(self._loop, None)
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
        return self._home is not self._hub.greenlet and not self._begins

    def _block_in_portal(self, current: greenlet.greenlet) -> Any:
        value, error = None, None
        try:
            value = self._leave()
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
                self._cancels_seen = cancelling(self._task)
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
        return min(self._cancels_seen, cancelling(self._task))

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
            uncancel(self._task)
        else:
            self._pending = exc
            self._pending_cancels = self.cancels_seen
            self._task.cancel()

    def is_ending(self) -> bool:
        """Whether a cancellation has been requested that the coroutine, suspended in an `await`, has not seen yet."""
        green = self._greenlet
        if green is None or not green.parked:
            return False
        if counts_cancellations(self._task):
            return cancelling(self._task) > self._cancels_seen
        task: Any = self._task
        waiter = task._fut_waiter
        return bool(task._must_cancel or (waiter is not None and waiter.cancelled()))

    def _take_pending(self) -> BaseException:
        exc, self._pending = self._pending, None
        assert exc is not None
        uncancel(self._task)  # the cancellation was ours
        return exc

    def _cancel_call(self, msg: Any, requests: int) -> None:
        """Deliver the cancellation of a blocked task; runs in the hub's greenlet.

        *requests* is what `Task.cancelling` was: if it is less by now, the cancellation has been taken back.
        """
        if self._cancel_asked is None:
            return  # delivered with the outcome of the detached step
        self._cancel_asked = None
        green = self._greenlet
        if green is None or cancelling(self._task) < requests:
            return
        if green.blocked:
            self._cancels_seen = cancelling(self._task)
            green.throw(_cancelled((msg,)))
        elif self._detached is not None:
            self._cancel_yielded = (msg,)
        elif not self._task.done():
            self._task.cancel(msg)
            uncancel(self._task)


def _cancelled(args: tuple[Any, ...]) -> asyncio.CancelledError:
    """A CancelledError with the message of a cancellation, if there is one."""
    return asyncio.CancelledError(*[part for part in args if part is not None])
