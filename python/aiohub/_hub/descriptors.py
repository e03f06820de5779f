"""The waits of a hub's green threads for descriptors: eventlet's tables of listeners, and the poller below them.

Any OS thread may ask who waits for a descriptor; all else is the hub's own thread's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._loop import adopted
from . import poller_choice, pollers

if TYPE_CHECKING:
    from eventlet.hubs.hub import FdListener

    from .._base.contract import Hub

_READ_NAME, _WRITE_NAME = pollers.READ_NAME, pollers.WRITE_NAME


class Descriptors:
    """What a hub's green threads wait for. Made when the hub has its tables."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._listeners, self._secondaries = hub.listeners, hub.secondaries
        #: How the kernel is asked; None before the hub's first loop.
        self.poller: Any = None

    def use_loop(self) -> None:
        """Let the waits be made through the hub's present loop."""
        hub, old = self._hub, self.poller
        self.poller = poller_choice.make(hub)
        if not hub.loop.is_closed():
            self.poller.attach()
        if old is not None:
            old.close()
        for fileno in {*self._listeners[_READ_NAME], *self._listeners[_WRITE_NAME]}:
            self.rearm(fileno)

    def leave_loop(self) -> None:
        """The loop watches nothing more for the hub's sake."""
        self.poller.detach()

    def close(self) -> None:
        """Give back what the poller has of the system, if there is one yet."""
        if self.poller is not None:
            self.poller.close()

    def drop(self, listener: FdListener) -> None:
        """End the wait of *listener*; the next waiter of the descriptor, if any, takes its place."""
        evtype, fileno = listener.evtype, listener.fileno
        bucket, others = self._listeners[evtype], self._secondaries[evtype]
        waiting = others.get(fileno)
        if bucket.get(fileno) is listener:
            if waiting:
                bucket[fileno] = waiting.pop(0)
            else:
                del bucket[fileno]
        elif waiting and listener in waiting:
            waiting.remove(listener)
        if waiting is not None and not waiting:
            del others[fileno]
        if fileno not in bucket:
            self.poller.disarm(fileno, pollers.READ if evtype is _READ_NAME else pollers.WRITE)
        elif not listener.spent:
            self.rearm(fileno)

    def rearm(self, fileno: int) -> None:
        """Wait for what is in the tables of *fileno*; if it was closed without a word its waiters learn it now."""
        hub, events = self._hub, 0
        if fileno in self._listeners[_READ_NAME]:
            events |= pollers.READ
        if fileno in self._listeners[_WRITE_NAME]:
            events |= pollers.WRITE
        try:
            self.poller.arm(fileno, events)
        except OSError:
            hub.mark_as_reopened(fileno)

    # Closed descriptors.

    def waiters(self, fileno: int) -> list[FdListener]:
        """Who waits for *fileno*; any OS thread may ask."""
        firsts, seconds = self._listeners, self._secondaries
        found = [firsts[_READ_NAME].get(fileno), firsts[_WRITE_NAME].get(fileno)]
        found += [*seconds[_READ_NAME].get(fileno, ()), *seconds[_WRITE_NAME].get(fileno, ())]
        return [listener for listener in found if listener is not None]

    def __contains__(self, fileno: int) -> bool:
        """Whether a green thread waits for *fileno*; any OS thread may ask."""
        return fileno in self._listeners[_READ_NAME] or fileno in self._listeners[_WRITE_NAME]

    def obsolete(self, listeners: list[FdListener]) -> None:
        """What *listeners* wait for has been closed: they get IOClosed."""
        for listener in listeners:
            if not listener.spent:
                self.drop(listener)
                self._hub.closed.append(listener)
                listener.defang()
        self._hub.timer_queue.schedule_pass()

    def tell_closed(self) -> None:
        """Throw IOClosed into the waiters of closed descriptors."""
        while self._hub.closed:
            self._hub._guarded(self._hub.close_one, ())

    # Ready descriptors.

    def on_ready(self, poller: pollers.Poller) -> None:
        """The loop saw that descriptors of green threads are ready."""
        hub = self._hub
        if adopted.switches_anywhere(hub.loop):
            self._wake_ready(poller)
        else:
            hub.loop.call_soon(self._wake_ready, poller, context=hub._context)

    def _wake_ready(self, poller: pollers.Poller) -> None:
        hub = self._hub
        if hub._leaving:
            return
        readers, writers = self._listeners[_READ_NAME], self._listeners[_WRITE_NAME]
        if hub.debug_blocking:
            hub.block_detect_pre()
        ready = poller.poll()
        try:
            for fileno, events in ready:
                if events & poller.read_events:
                    listener = readers.get(fileno)
                    if listener is not None:
                        self._notify(listener, fileno)
                if events & poller.write_events:
                    listener = writers.get(fileno)
                    if listener is not None:
                        self._notify(listener, fileno)
        finally:
            for fileno, _ in ready:
                if fileno in readers or fileno in writers:
                    self.rearm(fileno)
            if hub.debug_blocking:
                hub.block_detect_post()

    def _notify(self, listener: FdListener, fileno: int) -> None:
        watcher = self._hub.watcher
        if watcher is not None:
            watcher.enter()
        try:
            listener.cb(fileno)
        except BaseException as exc:
            self.wait_failed(fileno, exc)
        finally:
            if watcher is not None:
                watcher.leave()

    def on_waited(self, fileno: int, reads: bool, writes: bool) -> None:
        """The engine saw that the wait for *fileno* is over, and a watcher wants to know what comes of it."""
        hub = self._hub
        if hub.debug_blocking:
            hub.block_detect_pre()
        try:
            for is_ready, evtype in ((reads, _READ_NAME), (writes, _WRITE_NAME)):
                listener = self._listeners[evtype].get(fileno) if is_ready else None
                if listener is not None:
                    self._notify(listener, fileno)
        finally:
            if hub.debug_blocking:
                hub.block_detect_post()

    def wait_failed(self, fileno: int, exc: BaseException) -> None:
        """A green thread, woken because *fileno* was ready, let *exc* out."""
        if isinstance(exc, self._hub.SYSTEM_EXCEPTIONS):
            self._hub.fail(exc)
        else:
            self._hub.squelch_exception(fileno, (type(exc), exc, exc.__traceback__))
