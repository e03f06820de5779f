"""What the package knows of its hub where it may not know the class: all that is below `aiohub._hub.core`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import asyncio
    import contextvars
    from collections.abc import Callable

    import greenlet
    from eventlet.hubs.hub import FdListener
    from eventlet.hubs.timer import Timer

    Greenlet = greenlet.greenlet


class Endings(Protocol):
    """The greenlets of a hub that are ending what an exception began."""

    def begin(self, green: Greenlet) -> None:
        """Hold back timers that throw into *green*."""

    def end(self, green: Greenlet) -> None:
        """The end of `begin`."""

    def throw_later(self, green: Greenlet, exc: BaseException) -> None:
        """Throw *exc* into *green* after what it is ending now."""

    def __contains__(self, green: object) -> bool: ...


class Descriptors(Protocol):
    """The waits of a hub's green threads for descriptors."""

    poller: Any

    def waiters(self, fileno: int) -> list[FdListener]:
        """Who waits for *fileno*; any OS thread may ask."""

    def __contains__(self, fileno: int) -> bool: ...

    def obsolete(self, listeners: list[FdListener]) -> None:
        """What *listeners* wait for has been closed: they get IOClosed."""

    def tell_closed(self) -> None:
        """Throw IOClosed into the waiters of closed descriptors."""

    def on_ready(self, poller: Any) -> None:
        """The loop saw that descriptors of green threads are ready."""


class Timers(Protocol):
    """The timers of a hub."""

    sequence: int
    forked_after: int

    def schedule_pass(self) -> None:
        """Have the loop call for a pass over the timers."""

    def clear(self) -> None:
        """Forget all timers."""

    def wake_up(self) -> Any:
        """The loop's timer that begins the next pass, or None."""

    def was_interrupted(self, exc: BaseException) -> None:
        """*exc* of a signal's handler has left the loop, maybe out of a callback of the timers."""


class Hub(Protocol):
    """One OS thread's hub; see `aiohub._hub.core.Hub`. Names without an underscore at the front are eventlet's too."""

    SYSTEM_EXCEPTIONS: tuple[type[BaseException], ...]
    is_aiohub: bool
    #: The greenlet that runs the loop, and the one at the root of all greenlets of this OS thread.
    greenlet: Greenlet
    root: Greenlet
    loop: asyncio.AbstractEventLoop
    running: bool
    #: How many times the process has forked since the hub was made, as the child sees it.
    forks: int
    #: In the order in which hubs were begun.
    number: int
    clock: Callable[[], float]
    #: The waits for descriptors, by direction and number: the first ones, and the second ones of a number.
    listeners: dict[str, dict[int, FdListener]]
    secondaries: dict[str, dict[int, list[FdListener]]]
    #: Those that are to get IOClosed.
    closed: list[FdListener]
    debug_blocking: bool
    watcher: Any
    endings: Endings
    descriptors: Descriptors
    #: None, or what `_hub.succession` knows while the hub before this one is still on the stack.
    succession: Any
    timer_queue: Timers
    _closed: bool
    _leaving: bool
    _context: contextvars.Context

    def switch(self) -> Any: ...

    def cannot_wait(self, current: Greenlet) -> bool: ...

    def ensure_greenlet(self) -> None: ...

    def schedule_call_global(self, seconds: float, callback: Callable[..., object], *args: Any) -> Timer: ...

    def call_threadsafe(self, callback: Callable[..., object], *args: Any) -> None: ...

    def close_one(self) -> None: ...

    def mark_as_reopened(self, fileno: int) -> None: ...

    def block_detect_pre(self) -> None: ...

    def block_detect_post(self) -> None: ...

    def squelch_exception(self, fileno: int, exc_info: Any) -> None: ...

    def squelch_generic_exception(self, exc_info: Any) -> None: ...

    def squelch_timer_exception(self, timer: Timer, exc_info: Any) -> None: ...

    def fail(self, exc: BaseException) -> None: ...

    def end_with(self, exc: BaseException) -> None: ...

    def leave_with(self, task: asyncio.Task[Any]) -> None: ...

    def future_for(self, awaitable: Any, lender: Greenlet) -> asyncio.Future[Any]: ...

    def renew_loop(self) -> None: ...

    def take_loop(self, loop: asyncio.AbstractEventLoop) -> bool: ...

    def close(self) -> None: ...

    def abandon(self) -> None: ...

    def after_fork_in_child(self, running: bool) -> None: ...

    def _guarded(self, callback: Callable[..., object], args: tuple[Any, ...]) -> None: ...

    def _wake_waiter(self, waiter: Greenlet) -> None: ...

    def _unwind(self) -> None: ...
