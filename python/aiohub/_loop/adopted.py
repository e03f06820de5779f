"""The asyncio loop under a hub: what a loop does differently because a hub runs it.

A loop is adopted, not rewritten: its class is replaced by a subclass with `HubLoop` in front. While the hub's greenlet
runs the loop, `run_until_complete` and `run_forever` called from a green thread wait in the hub instead of failing,
`stop` ends those waits and never the hub, and tasks are green tasks.
"""

from __future__ import annotations

import asyncio
import inspect
import selectors
import sys
import weakref
from asyncio import events, selector_events
from types import CoroutineType
from typing import TYPE_CHECKING, Any, cast

import greenlet
from eventlet import patcher

from .._base.tracebacks import leave_out_own_frames
from .._base.waiting import check_loop, get_hub, result_of, wait_as_asyncio, wait_for_future
from .._tasks.asyncio_task import CountingTask
from .._tasks.coroutine import GreenCoroutine
from .._tasks.family import note_generator, note_task
from . import beside
from .signals import SureSignals, duplicate, interrupts_timers, set_wakeup_fd
from .uv import UvParts
from .uv_sockets import UvSockets

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._base.contract import Hub

    LoopFactory = Callable[[], asyncio.AbstractEventLoop]

select: Any = patcher.original("select")


class _Settings:
    """What `install` decided for every hub this process makes."""

    factory: LoopFactory
    green_tasks: bool = True


def configure(factory: LoopFactory, green_tasks: bool) -> None:
    """Decide for the hubs made from now on."""
    _Settings.factory = staticmethod(factory)
    _Settings.green_tasks = green_tasks


def new_loop(hub: Hub) -> asyncio.AbstractEventLoop:
    """A loop for *hub*, adopted."""
    loop = _Settings.factory()
    if not isinstance(loop, asyncio.AbstractEventLoop):
        raise TypeError(f"the loop factory {_Settings.factory!r} returned {loop!r}, which is not an asyncio event loop")
    if loop.is_running() or loop.is_closed():
        raise RuntimeError(f"the loop factory returned {loop!r}; it has to return a new loop each time")
    adopt(hub, loop)
    return loop


def adopt(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
    """Make *loop*, which does not run, the loop of *hub*. Raises TypeError if its class cannot be extended."""
    kind = type(loop)
    factory = None if isinstance(loop, HubLoop) else loop.get_task_factory()
    if not isinstance(loop, HubLoop):
        beside.take_over(kind)
        try:
            loop.__class__ = _adopted_class(kind)
        except TypeError as exc:
            raise TypeError(f"a loop of class {kind.__qualname__} cannot be adopted by the hub: {exc}") from exc
    adopted = cast("HubLoop", loop)
    adopted._hub = hub
    adopted._green_tasks = _Settings.green_tasks
    adopted._stop_waiters = []
    adopted.generators = weakref.WeakSet()
    if factory is not None:
        adopted._user_task_factory = factory
    kind.set_task_factory(loop, adopted._make_task)


class HubLoop:
    """Mixed in front of a loop's class when a hub adopts it."""

    _hub: Hub
    _green_tasks: bool
    _user_task_factory: Any = None
    _stop_waiters: list[asyncio.Future[None]]
    #: The asynchronous generators that have begun below the hub.
    generators: weakref.WeakSet[Any]

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Tell the loop's exception handler, unless it is the main green thread's affair."""
        if not interrupts_timers(self._hub, context):
            self._really("call_exception_handler")(context)

    # Tasks.

    def _make_task(self, loop: Any, coro: Any, **kwargs: Any) -> Any:
        """The task factory: wraps the coroutine, then does what the user's own factory or asyncio does."""
        if kwargs.get("eager_start", True) is None:
            del kwargs["eager_start"]  # uvloop hands it on, and factories of before Python 3.14 do not know it
        if self._green_tasks and (
            type(coro) is CoroutineType or (asyncio.iscoroutine(coro) and not isinstance(coro, GreenCoroutine))
        ):
            coro = GreenCoroutine(coro, self._hub)
            if self._hub._closed:
                coro.forget()
        if self._user_task_factory is not None:
            task = self._user_task_factory(loop, coro, **kwargs)
        else:
            task = CountingTask(coro, loop=loop, **kwargs)
            if type(coro) is GreenCoroutine and "eager_start" not in kwargs:
                coro._task = task  # which it would look for at its first step
        note_task(task, kwargs.get("context"))
        return task

    def set_task_factory(self, factory: Any) -> None:
        if factory is not None and not callable(factory):
            raise TypeError("task factory must be a callable or None")
        self._user_task_factory = factory

    def get_task_factory(self) -> Any:
        return self._user_task_factory

    def _asyncgen_firstiter_hook(self, agen: Any) -> None:
        self._really("_asyncgen_firstiter_hook")(agen)
        self.generators.add(agen)
        note_generator(agen)

    # Running and stopping, as seen by users of the loop.

    def run_forever(self) -> None:
        """Wait until `stop` is called; the hub runs the loop."""
        self._check_not_in_loop()
        hub = get_hub()
        future: asyncio.Future[None] = asyncio.Future(loop=cast("asyncio.AbstractEventLoop", self))
        self._stop_waiters.append(future)
        try:
            check_loop(hub, future)
            result_of(wait_for_future(hub, greenlet.getcurrent(), future))
        finally:
            if future in self._stop_waiters:
                self._stop_waiters.remove(future)

    def run_until_complete(self, future: Any) -> Any:
        """Wait for *future*; the hub runs the loop."""
        self._check_not_in_loop()
        try:
            return wait_as_asyncio(self._hub.future_for(future, greenlet.getcurrent()))
        except BaseException as exc:
            leave_out_own_frames(exc)
            raise

    def _check_not_in_loop(self) -> None:
        """Raise RuntimeError in a task or in a callback of the loop, as asyncio does."""
        in_hub = greenlet.getcurrent() is self._hub.greenlet
        if in_hub or asyncio.current_task(cast("asyncio.AbstractEventLoop", self)) is not None:
            raise RuntimeError("This event loop is already running")

    def stop(self) -> None:
        """End `run_forever`. The loop itself goes on: green threads need it; `hub.abort()` stops it."""
        waiters, self._stop_waiters = self._stop_waiters, []
        for future in waiters:
            if not future.done():
                future.set_result(None)

    def close(self) -> None:
        """Close the loop; the hub, whose loop it is, makes itself a new one."""
        hub, loop = self._hub, cast("asyncio.AbstractEventLoop", self)
        is_present = hub.loop is loop and not hub._closed
        if is_present and hub.running and not hub.greenlet.dead:
            if greenlet.getcurrent() is hub.greenlet or asyncio.current_task(loop) is not None:
                raise RuntimeError("Cannot close a running event loop")
            hub._unwind()
        close(loop)
        if is_present:
            hub.renew_loop()

    # The loop's own methods, for the hub.

    def _really(self, name: str) -> Any:
        """The method *name* of the adopted loop's own class."""
        return getattr(super(), name)

    def _error_on_its_way(self) -> BaseException | None:
        """SystemExit or KeyboardInterrupt that a callback has raised, if the loop goes on for a while before it lets
        that out.
        """
        return None

    def _before_run(self) -> None:
        """Called each time the hub begins to run the loop."""

    def _after_run(self) -> None:
        """Called each time the loop has returned to the hub."""

    #: Whether green threads may be switched to straight from a timer or a watched descriptor of the loop.
    switches_anywhere = True

    def _forget_callbacks(self) -> None:
        """Drop what an exception that is thrown into the run would not end."""

    def _repair_after_fork(self, running: bool) -> None:
        """Make the loop of a forked child independent of the parent's."""
        raise RuntimeError(f"aiohub does not know how to take a {type(self).__mro__[2].__qualname__} through a fork")


class _SelectorHubLoop(HubLoop, SureSignals):
    """The stock selector loop."""

    if sys.version_info[:2] == (3, 13):

        def create_task(self, coro: Any, *, name: str | None = None, context: Any = None, **kwargs: Any) -> Any:
            # This version's own, where there is a task factory, calls every task without a name "None".
            self._check_closed()  # type: ignore[attr-defined]
            if context is not None:
                kwargs["context"] = context
            task = self._make_task(self, coro, **kwargs)
            if name is not None:
                task.set_name(name)
            return task

    def _before_run(self) -> None:
        # A Python signal handler may schedule a green thread while the loop sleeps in its selector: PEP 475 goes on
        # sleeping after the handler. The wake-up byte makes the selector return. asyncio itself does this only
        # for add_signal_handler.
        self._arm_wakeup_fd()

    def _arm_wakeup_fd(self) -> None:
        number = self._csock.fileno()
        previous = set_wakeup_fd(number)
        if previous not in (None, -1, number):
            set_wakeup_fd(previous)  # somebody else's, who wakes a loop too

    def _after_run(self) -> None:
        if not self._signal_handlers:  # type: ignore[attr-defined]
            self._release_wakeup_fd()

    def _release_wakeup_fd(self) -> None:
        previous = set_wakeup_fd(-1)
        if previous not in (None, -1, self._csock.fileno()):
            set_wakeup_fd(previous)

    def remove_signal_handler(self, sig: int) -> bool:
        removed: bool = self._really("remove_signal_handler")(sig)
        if cast("asyncio.AbstractEventLoop", self).is_running():
            self._arm_wakeup_fd()
        return removed

    def _repair_after_fork(self, running: bool) -> None:
        loop = cast(Any, self)
        if not _renew_epoll_set(loop._selector):
            loop._selector = _another(loop._selector)
        self._replace_self_pipe(running)

    def _replace_self_pipe(self, running: bool) -> None:
        """Bytes written to a shared self-pipe would wake the parent."""
        loop = cast(Any, self)
        ours = loop._csock.fileno()
        loop._close_self_pipe()
        loop._make_self_pipe()
        loop._default_executor = None  # its threads have stayed with the parent
        if running:
            previous = set_wakeup_fd(loop._csock.fileno())
            if previous not in (None, -1, ours):
                set_wakeup_fd(previous)  # the program's
            # A signal handler that forks while the loop sleeps comes back into that sleep: what it has begun is not to
            # wait for its end.
            loop._write_to_self()


def _renew_epoll_set(selector: Any) -> bool:
    """Give *selector* an epoll set of its own, under the number of the one it shares with the parent.

    False if it has none.

    The same number: a signal handler may have forked in the midst of `select`, which goes on with it.
    """
    inner: Any = getattr(selector, "_selector", None)
    if hasattr(inner, "get_map"):
        return _renew_epoll_set(inner)  # a selector in a selector
    epoll: Any = getattr(select, "epoll", ())
    if not isinstance(inner, epoll):
        return False
    fresh = epoll()
    duplicate(fresh, inner.fileno())
    fresh.close()
    for key in list(selector.get_map().values()):
        try:
            inner.register(key.fd, _epoll_events(key.events))
        except OSError:
            selector.unregister(key.fileobj)  # closed without being removed; the parent's loop has not noticed either
    return True


def _another(selector: Any) -> Any:
    """A selector of the same kind with the same registrations; *selector* is closed."""
    keys = list(selector.get_map().values())
    selector.close()  # first: a kqueue does not come along, and the new one may get its number
    made = getattr(selector, "new_one", type(selector))()
    for key in keys:
        try:
            made.register(key.fileobj, key.events, key.data)
        except (OSError, ValueError):
            pass  # closed without being removed; the parent's loop has not noticed either
    return made


def _epoll_events(events: int) -> int:
    reads, writes = events & selectors.EVENT_READ, events & selectors.EVENT_WRITE
    return (select.EPOLLIN if reads else 0) | (select.EPOLLOUT if writes else 0)


#: What `create_task` of the engine's loop may be where nobody has replaced it: it calls the task factory, no more.
plain_create_tasks = (asyncio.BaseEventLoop.create_task, getattr(_SelectorHubLoop, "create_task", None))


class _EngineHubLoop(_SelectorHubLoop):
    """aiohub's own loop."""

    def _repair_after_fork(self, running: bool) -> None:
        cast(Any, self)._restore_engine()
        self._replace_self_pipe(running)


class _UvHubLoop(UvParts, UvSockets, HubLoop):
    """uvloop's loop."""


_adopted: dict[type, type] = {}


def _adopted_class(kind: type) -> type:
    """The subclass of *kind* that a hub uses; made once."""
    found = _adopted.get(kind)
    if found is None:
        if hasattr(kind, "_restore_engine"):
            base: type = _EngineHubLoop
        elif issubclass(kind, selector_events.BaseSelectorEventLoop):
            base = _SelectorHubLoop
        elif kind.__module__.partition(".")[0] == "uvloop":
            base = _UvHubLoop
        else:
            base = HubLoop
        found = _adopted[kind] = type(kind.__name__, (base, kind), {"__module__": kind.__module__})
    return found


# What the hub does with its loop.


def run_forever(loop: asyncio.AbstractEventLoop) -> None:
    """Run *loop* in this greenlet until `stop`."""
    adopted = cast(HubLoop, loop)
    adopted._before_run()
    try:
        adopted._really("run_forever")()
    finally:
        adopted._after_run()


def call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[..., object], *args: Any) -> None:
    """`loop.call_soon`, whatever a program has put in its place."""
    cast(HubLoop, loop)._really("call_soon")(callback, *args)


def stop(loop: asyncio.AbstractEventLoop) -> None:
    """Make `run_forever` return after the present turn."""
    cast(HubLoop, loop)._really("stop")()


def error_on_its_way(loop: asyncio.AbstractEventLoop) -> BaseException | None:
    """See `HubLoop._error_on_its_way`."""
    return cast(HubLoop, loop)._error_on_its_way()


def switches_anywhere(loop: asyncio.AbstractEventLoop) -> bool:
    """See `HubLoop.switches_anywhere`."""
    return cast(HubLoop, loop).switches_anywhere


def close(loop: asyncio.AbstractEventLoop) -> None:
    """Close *loop*, which does not run."""
    if not loop.is_closed():
        quiet_tasks(loop)
        if isinstance(loop, _SelectorHubLoop):
            loop._release_wakeup_fd()
        adopted = cast(HubLoop, loop)
        adopted._really("close")()
        # The collector cannot break a circle of uvloop's loop and a method of it.
        adopted._really("set_task_factory")(None)


def abandon(loop: asyncio.AbstractEventLoop) -> None:
    """Close the descriptors of *loop*, which belongs to a thread of the parent of a fork, and nothing else."""
    if isinstance(loop, _SelectorHubLoop):
        stock: Any = loop
        if isinstance(loop, _EngineHubLoop):
            stock._abandon_engine()
        for part in (stock._selector, stock._ssock, stock._csock):
            if part is not None:
                part.close()
        stock._closed = True


def forget(loop: asyncio.AbstractEventLoop) -> None:
    """Let *loop*, whose hub is closed, call nothing any more on its way out of `run_forever`."""
    for task in asyncio.all_tasks(loop):
        coroutine: Any = task.get_coro()
        if isinstance(coroutine, GreenCoroutine):
            coroutine.forget()
    cast(HubLoop, loop)._forget_callbacks()


def quiet_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Let the tasks that are left on a loop nobody will run go without a complaint from the collector."""
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False  # type: ignore[attr-defined]
        coroutine: Any = task.get_coro()
        _close_unstarted(coroutine._coroutine if isinstance(coroutine, GreenCoroutine) else coroutine)


def _close_unstarted(coroutine: Any) -> None:
    """Close a coroutine that has not begun, and those among its arguments: "never awaited" is no news any more."""
    if inspect.iscoroutine(coroutine) and inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
        arguments = list(inspect.getcoroutinelocals(coroutine).values())
        coroutine.close()
        for argument in arguments:
            _close_unstarted(argument)


def after_fork_in_child(loop: asyncio.AbstractEventLoop, running: bool) -> None:
    """Repair *loop* in a forked child; *running* says that the hub was running it."""
    cast(HubLoop, loop)._repair_after_fork(running)
    if running and events._get_running_loop() is not loop:
        events._set_running_loop(loop)  # CPython 3.12 clears it in a child


__all__ = [
    "HubLoop",
    "adopt",
    "after_fork_in_child",
    "call_soon",
    "close",
    "configure",
    "forget",
    "new_loop",
    "run_forever",
    "stop",
    "switches_anywhere",
]
