"""Green threads, tasks and futures of another OS thread, waited for in this one.

Only the OS thread that something belongs to may link to it or end it, so that is asked for through its loop; what came
of it comes back through ours. The other loop has to run: what stands still never answers.
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import futures
from typing import TYPE_CHECKING, Any

from .._base.waiting import check_loop
from .._hub import threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventlet.greenthread import GreenThread

    from .._base.contract import Hub

_copy_state: Any = futures._copy_future_state  # type: ignore[attr-defined]


def call(loop: asyncio.AbstractEventLoop, callback: Callable[..., object], *args: Any) -> None:
    """Call *callback* in the OS thread of *loop*, or never if that is closed."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(callback, *args)


def is_alive(green_thread: GreenThread) -> bool:
    """Whether the OS thread of *green_thread* can still run it."""
    owner = threads.hub_of(green_thread)
    return owner is not None and not owner.loop.is_closed()


def link(green_thread: GreenThread, function: Callable[..., object], *args: Any) -> None:
    """Have *function* called at the end of *green_thread*, in its own OS thread unless it has ended already.

    Raises ValueError if nothing is left that could run it.
    """
    if green_thread.dead and green_thread._exit_event.ready():
        green_thread.link(function, *args)
        return
    owner = threads.hub_of(green_thread)
    try:
        if owner is None:
            raise RuntimeError("no hub")
        owner.call_threadsafe(green_thread.link, function, *args)
    except RuntimeError:
        raise ValueError(f"{green_thread!r} never ends: it waits in another OS thread, which has ended") from None


class _FutureElsewhere(asyncio.Future[Any]):
    """The outcome of *source*, a future of another loop. Cancelling it cancels that; it is done when that is."""

    def __init__(self, source: asyncio.Future[Any], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self.source = source
        source.get_loop().call_soon_threadsafe(source.add_done_callback, self._bring)

    def cancel(self, msg: Any = None) -> bool:
        if self.done():
            return False
        loop = self.source.get_loop()
        if not loop.is_running():
            return super().cancel(msg)
        call(loop, self.source.cancel, msg)
        return True

    def _bring(self, source: asyncio.Future[Any]) -> None:
        call(self.get_loop(), self._take, source)

    def _take(self, source: asyncio.Future[Any]) -> None:
        if not self.done():
            if source.cancelled():
                super().cancel(_message(source))
            else:
                _copy_state(source, self)


def _message(source: asyncio.Future[Any]) -> Any:
    """What the cancellation of *source* was given to say."""
    try:
        source.result()
    except asyncio.CancelledError as exc:
        return exc.args[0] if exc.args else None


def future_here(hub: Hub, future: asyncio.Future[Any]) -> asyncio.Future[Any]:
    """*future*, or one of the hub's loop that ends as it does.

    Raises ValueError if it belongs to another loop that does not run.
    """
    loop = future.get_loop()
    if loop is hub.loop:
        return future
    if not loop.is_running():
        check_loop(hub, future)
    return _FutureElsewhere(future, hub.loop)
