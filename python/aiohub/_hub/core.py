"""The core of aiohub's hub: eventlet's timers, descriptors and green threads on an asyncio event loop.

The hub's greenlet runs `loop.run_forever()`; timers and descriptors are the hub's own and reach the loop as one wake-up
and one watched descriptor. Nothing here knows what is replaced in eventlet and asyncio: `aiohub.hub` does. See
docs/design/0001-runtime.md.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import sys
from asyncio import events
from typing import TYPE_CHECKING, Any, cast

import greenlet
from eventlet.hubs import hub as _base
from eventlet.hubs.asyncio import Hub as _AsyncioHub

from .._base import native
from .._base.errors import BlockingInLoopError, HubStopped, blocking_in_loop
from .._loop import adopted
from .._tasks.coroutine import working_for
from .._tasks.pure_step import Nursery
from .._tasks.task_greenlet import TaskGreenlet
from . import fork, other_loops, pollers, shutdown, succession, threads
from .descriptors import Descriptors
from .endings import Endings
from .timers import TimerQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventlet.hubs.hub import FdListener
    from eventlet.hubs.timer import Timer

    from .succession import Succession

READ = _base.READ
WRITE = _base.WRITE
_getcurrent = greenlet.getcurrent
_numbers = itertools.count()
# The hub's attribute `greenlet` hides the module's name in annotations.
Greenlet = greenlet.greenlet


class _PurePythonCore:
    """What the shim's HubCore has as fields for native code, and methods on them."""

    root: Any
    greenlet: Any
    _nursery: Nursery | None = None

    def _drop_drivers(self) -> None:
        """End the greenlets that wait for the next tasks."""
        self._nursery = None

    def _open_nursery(self, in_turn: bool) -> None:
        """Have a place, as deep as this one, where the greenlets are begun of tasks that others than the hub begin.

        *in_turn*: called by a turn of the loop.
        """
        if self._nursery is None or not self._nursery.is_hubs:
            self._nursery = Nursery(self.root, is_hubs=_getcurrent() is self.greenlet)

    #: Whether coroutines run in the hub's greenlet: `install(green_tasks=False)`.
    _plain_tasks = False


if TYPE_CHECKING:
    _Core = _PurePythonCore
else:
    _Core = native.hub_core() or _PurePythonCore


def _of_timers(name: str) -> property:
    """An attribute of eventlet's hubs that the queue of timers keeps."""

    def get(hub: CoreHub) -> Any:
        return getattr(hub.timer_queue, name)

    def set_(hub: CoreHub, value: Any) -> None:
        setattr(hub.timer_queue, name, value)

    return property(get, set_)


class CoreHub(_Core, _AsyncioHub):  # type: ignore[misc]
    """An eventlet hub over any asyncio event loop. Made by eventlet, one for each OS thread that needs one."""

    is_aiohub = True
    loop: asyncio.AbstractEventLoop
    root: Greenlet
    greenlet: Greenlet
    running: bool
    stopping: bool

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        #: In the order in which hubs were begun: a signal's handler may make another one while this one is made.
        self.number = next(_numbers)
        other_loops.check_none_runs("the hub is asked for")
        self.timer_queue = TimerQueue(self)
        self.timer_queue.pass_due = True  # there is no loop yet to ask for one
        #: The greenlets that are ending what an exception began.
        self.endings = Endings(self)
        _base.BaseHub.__init__(self, clock)
        # Every sleep makes and every timeout cancels one: without a frame between, where no subclass has its own.
        if type(self).add_timer is CoreHub.add_timer:
            self.add_timer = self.timer_queue.add  # type: ignore[method-assign]
        if type(self).timer_canceled is CoreHub.timer_canceled:
            self.timer_canceled = self.timer_queue.note_cancelled  # type: ignore[method-assign]
        #: None, or an object whose enter() and leave() are called around everything the hub or a task runs.
        self.watcher: Any = None
        self._failure: BaseException | None = None
        # True while the hub's greenlet is being left with an exception: uvloop calls what else is ready before it lets
        # that out.
        self._leaving = False
        #: The task whose SystemExit or KeyboardInterrupt ends the hub's greenlet.
        self._ended_by: asyncio.Task[Any] | None = None
        self._context = contextvars.Context()
        #: The waits of green threads for descriptors.
        self.descriptors = Descriptors(self)
        self._closed = False
        #: While the loop of the hub that this one replaces is on the stack below us.
        self.succession: Succession | None = None
        self.forks = 0

    def _post_initialize(self) -> None:
        """Called by eventlet when this hub has become the thread's hub: making the loop may ask for the hub again."""
        previous = threads.register(self)
        if self.greenlet.parent is not self.root:
            # Whoever asked for the hub made it: what ends the hub is the main green thread's affair all the same.
            self.greenlet.parent = self.root
        self._new_loop()
        self.timer_queue.use_new_loop()
        if previous is not None:
            succession.succeed(self, previous)
        if self.succession is None:
            self.succession = other_loops.interruption(self)
        fork.watch()
        shutdown.watch()

    def _new_loop(self) -> None:
        self.loop = adopted.new_loop(self)
        self._begin_with_loop()

    def _begin_with_loop(self) -> None:
        self._plain_tasks = not cast("Any", self.loop)._green_tasks
        asyncio.set_event_loop(self.loop)
        self._use_loop()

    def _use_loop(self) -> None:
        if hasattr(self.loop, "_restore_engine"):
            self._prepare_for_engine()
        self.descriptors.use_loop()

    def _prepare_for_engine(self) -> None:
        """Called before the engine's loop is used for green threads."""

    def future_for(self, awaitable: Any, lender: Greenlet) -> asyncio.Future[Any]:
        """*awaitable*, for which *lender* waits, as a future of the loop; see `aiohub._border.bridge.as_future`."""
        raise NotImplementedError

    def renew_loop(self) -> None:
        """Go on with a new loop: the present one has been closed."""
        self._new_loop()
        self._go_on_with_loop()

    def take_loop(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Go on with *loop*, which its owner is about to run, if this hub's own has not been used; whether it could."""
        if not other_loops.may_take(self, loop):
            return False
        before = self.loop
        adopted.adopt(self, loop)
        if not before.is_closed():
            self.descriptors.leave_loop()
            adopted.close(before)
        self.loop = loop
        self._begin_with_loop()
        self._go_on_with_loop()
        return True

    def _go_on_with_loop(self) -> None:
        self._leaving = False
        self.timer_queue.use_new_loop()

    # Running.

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Run the loop in this greenlet until `abort`. Arguments are ignored: a greenlet that ends before the hub has
        started passes its result here."""
        if self.running:
            raise RuntimeError("Already running!")
        if self._closed:
            raise RuntimeError(
                "this hub is closed, its thread has another one or has ended; "
                "get the present one from eventlet.hubs.get_hub()"
            )
        if self.loop.is_closed():
            self.renew_loop()
        self.running = True
        self.stopping = False
        if self._leaving:
            self._stay()
        # As deep in the stack as the steps of tasks: less is to be copied when one is switched to.
        adopted.call_soon(self.loop, self._open_nursery, True)
        try:
            self._open_nursery(False)  # until then
            while not self.stopping:
                # A hub that this one replaced, in this thread or before a fork, may have left its loop marked as
                # running.
                events._set_running_loop(None)
                try:
                    adopted.run_forever(self.loop)
                    if self._failure is not None:
                        failure, self._failure = self._failure, None
                        raise failure
                except HubStopped:
                    self._retrieve_end()
                    return
                except self.SYSTEM_EXCEPTIONS as exc:
                    self._retrieve_end()
                    self.timer_queue.was_interrupted(exc)
                    # It reaches the main green thread once, however many green threads and tasks it passes through.
                    if getattr(exc, "_aiohub_delivered", False):
                        self._stay()
                        continue
                    exc._aiohub_delivered = True
                    raise
            self.timer_queue.clear()
        finally:
            self.running = False
            self.stopping = False

    def _retrieve_end(self) -> None:
        """What a task has ended the loop with is known now: nobody is to be told that it was never retrieved."""
        task, self._ended_by = self._ended_by, None
        if task is not None and task.done() and not task.cancelled():
            task.exception()

    def _stay(self) -> None:
        self._leaving = False
        self.timer_queue.restart()

    def abort(self, wait: bool = False) -> None:
        """Stop the hub after what runs now; with *wait*, switch to it and return when it has stopped.

        It starts again at the next blocking call. Only the main green thread comes back from `abort(wait=True)`.
        """
        if self.running:
            self.stopping = True
            adopted.stop(self.loop)
        if wait:
            if self.greenlet is _getcurrent():
                raise BlockingInLoopError(
                    "abort(wait=True) was called in the hub's own greenlet, which cannot wait for itself"
                )
            if self.running:
                self.switch()

    def switch(self) -> Any:
        """Leave the current greenlet until somebody switches back to it; returns what they passed."""
        current = _getcurrent()
        main = self.greenlet
        if current is main or (self._plain_tasks and self.cannot_wait(current)):
            raise blocking_in_loop(
                "a blocking eventlet call", "make it in a green thread (eventlet.spawn) or in a coroutine"
            )
        switch_out = getattr(current, "switch_out", None)
        if switch_out is not None:
            try:
                switch_out()
            except BaseException:
                self.squelch_generic_exception(sys.exc_info())
        if main.dead:
            if sys.is_finalizing():
                raise greenlet.GreenletExit()  # a finalizer blocks: nothing will ever wake it
            self.ensure_greenlet()
            main = self.greenlet
        if not self.running:
            other_loops.check_none_runs("a blocking eventlet call was made")
        present = self.succession
        if present is not None and not present.waits:
            if current is present.predecessor.greenlet:
                return present.switch()
            present.end()
        parent = current.parent
        if parent is not main or type(current) is TaskGreenlet:
            coroutine = working_for(current)
            if coroutine is not None and coroutine._hub is self:
                return coroutine.block(current)
        if parent is not main and main.parent is not current:
            try:
                current.parent = main
            except (ValueError, AttributeError):
                pass  # current is an ancestor of the hub
        return main.switch()

    def cannot_wait(self, current: Greenlet) -> bool:
        """Whether *current* is the hub's own greenlet, or one that a coroutine which runs there has switched to.

        The second would switch back into the coroutine, which takes that for a result. A green thread that a coroutine
        kills or wakes itself is not meant: it has waited before.
        """
        if current is self.greenlet:
            return True
        if not self._plain_tasks or current is self.root or hasattr(current, "_aiohub_has_waited"):
            return False
        if asyncio.current_task(self.loop) is not None:
            return True
        cast("Any", current)._aiohub_has_waited = True
        return False

    #: The main green thread, which has no parent, switches in Python whatever the others do.
    switch_code = switch.__code__

    def call_threadsafe(self, callback: Callable[..., object], *args: Any) -> None:
        """Run *callback* in this hub's greenlet soon, and wake the hub if it is idle. Any OS thread may call this.

        Raises RuntimeError if the hub's thread has ended, or is just making the hub: nothing waits in it then.
        """
        try:
            loop = self.loop
        except AttributeError:
            raise RuntimeError("this hub has no loop yet") from None
        loop.call_soon_threadsafe(self._guarded, callback, args)

    def _guarded(self, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        """Run a callback of eventlet's world in the loop: its errors are handled as the hub handles them."""
        if self._leaving:
            self.loop.call_soon(self._guarded, callback, args)
            return
        try:
            callback(*args)
        except self.SYSTEM_EXCEPTIONS as exc:
            self.fail(exc)
        except BaseException:
            self.squelch_generic_exception(sys.exc_info())

    def fail(self, exc: BaseException) -> None:
        """End the hub's greenlet with *exc*, one of SYSTEM_EXCEPTIONS: it surfaces in the main green thread."""
        if isinstance(exc, (KeyboardInterrupt, SystemExit)):
            self._leaving = True
            raise exc
        # A loop lets only those two through; a subclass of this hub may have added others.
        self._failure = exc
        adopted.stop(self.loop)

    def end_with(self, exc: BaseException) -> None:
        """End the hub's greenlet with *exc* after the present turn: for a place that can raise nothing."""
        self._leaving = True
        self._failure = exc
        adopted.stop(self.loop)

    def leave_with(self, task: asyncio.Task[Any]) -> None:
        """*task* ends the hub's greenlet with its SystemExit or KeyboardInterrupt."""
        self._leaving = True
        self._ended_by = task

    def close(self) -> None:
        """End this hub for good and give its descriptors back. Its green threads and tasks never run again."""
        if self._closed:
            return
        self._closed = self._leaving = True
        threads.unregister(self)
        self._drop_drivers()
        if self.running and not self.greenlet.dead and self.greenlet is not _getcurrent():
            adopted.forget(self.loop)
            self._unwind()
        if not self.running and events._get_running_loop() is self.loop:
            events._set_running_loop(None)  # for a task's first step, made before the hub has run
        try:
            if not self.loop.is_closed():
                self.descriptors.leave_loop()
                adopted.close(self.loop)
        finally:
            self.descriptors.close()

    def abandon(self) -> None:
        """Give the descriptors back of a hub whose thread has stayed with the parent of a fork.

        They are closed only: taking anything out of a shared epoll set would take it out of the parent's.
        """
        self._closed = True
        threads.unregister(self)
        # The fork may have come while that thread was still making its hub.
        self.descriptors.close()
        if hasattr(self, "loop"):
            adopted.abandon(self.loop)

    def _unwind(self) -> None:
        """Throw the hub's greenlet out of its loop and come back here."""
        current = _getcurrent()
        main: Any = self.greenlet
        parent = main.parent
        try:
            # When the hub's greenlet dies, control goes to its parent: make that this greenlet.
            if parent is not current:
                current.parent = parent
                main.parent = current
            main.throw(HubStopped())
            if parent is not current:
                main.parent = parent
                current.parent = main
        except (ValueError, greenlet.error):
            pass  # a greenlet of another, ended thread: it cannot be unwound

    # Timers: what eventlet and its users ask of a hub; the rest asks the queue.

    timers, next_timers, timers_canceled = (_of_timers(name) for name in ("later", "fresh", "cancelled"))

    def add_timer(self, timer: Timer) -> float:
        """Schedule *timer*; returns the time of `clock` at which it is due, in seconds."""
        return self.timer_queue.add(timer)

    def timer_canceled(self, timer: Timer) -> None:
        """Called by a timer that was cancelled."""
        self.timer_queue.note_cancelled(timer)

    def get_timers_count(self) -> int:
        """How many timers are pending, cancelled ones that have not been cleared away included."""
        return len(self.timer_queue)

    def prepare_timers(self) -> None:
        """Put the timers made since the last pass in order."""
        self.timer_queue.prepare()

    def sleep_until(self) -> float | None:
        """The time of `clock` at which the next timer is due, or None."""
        return self.timer_queue.next_time()

    def fire_timers(self, when: float) -> None:
        """Call the timers that are due at *when*, but none that is made meanwhile."""
        self.timer_queue.fire(when)

    def _wake_waiter(self, waiter: Greenlet) -> None:
        """Switch to *waiter*, which waits for a future of the loop."""
        if waiter.dead:
            return
        watcher = self.watcher
        if watcher is not None:
            watcher.enter()
        try:
            waiter.switch()
        except BaseException as exc:
            self._switch_failed(exc)
        finally:
            if watcher is not None:
                watcher.leave()

    def _switch_failed(self, exc: BaseException) -> None:
        """The green thread that was switched to ended with *exc*: it surfaces here because the hub is its parent."""
        if isinstance(exc, self.SYSTEM_EXCEPTIONS):
            self.fail(exc)
        else:
            self.squelch_generic_exception((type(exc), exc, exc.__traceback__))

    # Descriptors.

    def add(self, evtype: str, fileno: int, cb: Any, tb: Any, mark_as_closed: Any) -> FdListener:
        """Wait for *fileno* to become readable or writable; see eventlet's BaseHub.add.

        Raises BadDescriptorError (a ValueError and an OSError) if *fileno* cannot be waited for, RuntimeError for a
        second waiter unless `eventlet.debug.hub_prevent_multiple_readers(False)` was called.
        """
        listener = _base.BaseHub.add(self, evtype, fileno, cb, tb, mark_as_closed)
        try:
            self.descriptors.poller.arm(fileno, pollers.READ if evtype is READ else pollers.WRITE)
        except BaseException:
            self.descriptors.drop(listener)
            raise
        return listener

    def remove(self, listener: FdListener) -> None:
        """End the wait of *listener*; the next waiter of the descriptor, if any, takes its place."""
        if not listener.spent:
            self.descriptors.drop(listener)

    def remove_descriptor(self, fileno: int) -> None:
        """Wake every waiter of *fileno* as if it were ready, and forget the descriptor."""
        super(_AsyncioHub, self).remove_descriptor(fileno)
        self.descriptors.poller.forget(fileno)

    def mark_as_reopened(self, fileno: int) -> None:
        """*fileno* has come to mean another file: its waiters get IOClosed."""
        self._obsolete(fileno)
        if self.closed:
            self.timer_queue.schedule_pass()

    def notify_close(self, fileno: int) -> None:
        """*fileno* is closed: its waiters get IOClosed."""
        self.mark_as_reopened(fileno)

    # Fork.

    def after_fork_in_child(self, running: bool) -> None:
        """Take everything the parent shares with us into our own hands; see `fork`."""
        self.forks += 1
        if not self.loop.is_closed():
            # The loop first: until it has a poller of its own, whatever is removed is removed from the parent's.
            adopted.after_fork_in_child(self.loop, running)
            asyncio.set_event_loop(self.loop)
            self.descriptors.leave_loop()
        self._use_loop()
