"""The descriptor that signals are written to, and signals of `add_signal_handler` that find it full.

CPython writes the number of each signal into the loop's self-pipe, and drops it if there is no room: while a callback
blocks, some hundred signals or wake-ups from other threads are enough, and a SIGTERM among them is never seen. The
Python handler of a signal is called all the same, so it makes a note; after a full pipe the notes tell what is missing.
"""

from __future__ import annotations

import _socket
import functools
import os
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .._base.contract import Hub

#: How many bytes asyncio takes out of the pipe at once.
_CHUNK = 4096


class SureSignals:
    """Mixed in front of asyncio's Unix loop."""

    if TYPE_CHECKING:  # of asyncio's loop
        _csock: Any

        def _handle_signal(self, sig: int) -> None: ...

    def _noted_signals(self) -> set[int]:
        noted: set[int] = self.__dict__.setdefault("_signals_noted", set())
        return noted

    def add_signal_handler(self, sig: int, callback: Any, *args: Any) -> None:
        """Run *callback* in the loop when the signal comes."""
        super().add_signal_handler(sig, callback, *args)  # type: ignore[misc]
        _capacity()  # now: in the storm there may be no descriptor for it
        noted = self._noted_signals()  # not the loop: the handler is not to keep it alive

        def note(number: int, frame: Any) -> None:
            noted.add(number)

        signal.signal(sig, note)
        signal.siginterrupt(sig, False)
        # What is in a full pipe wakes the loop, and there is nothing to complain of.
        signal.set_wakeup_fd(self._csock.fileno(), warn_on_full_buffer=False)

    def _make_self_pipe(self) -> None:
        super()._make_self_pipe()  # type: ignore[misc]
        self._noted_signals().clear()  # in the child of a fork: what the parent got is the parent's

    def _process_self_data(self, data: bytes) -> None:
        super()._process_self_data(data)  # type: ignore[misc]
        noted = self._noted_signals()
        noted.difference_update(data)
        # Not otherwise: a signal that came just now is noted, and its byte is in the next chunk.
        if noted and len(data) >= _capacity():
            missed = sorted(noted)
            noted.clear()
            for number in missed:
                self._handle_signal(number)


@functools.cache
def _capacity() -> int:
    """How many bytes, written one by one, fill a self-pipe, or a chunk of what is read from it."""
    reader, writer = _socket.socketpair()
    try:
        writer.setblocking(False)
        for number in range(_CHUNK):
            try:
                writer.send(b"x")
            except BlockingIOError:
                return number
        return _CHUNK
    finally:
        reader.close()
        writer.close()


def interrupts_timers(hub: Hub, context: dict[str, Any]) -> bool:
    """Whether the loop reports what a signal's handler has raised in a callback of the hub's timers; the main green
    thread gets it then, as in an idle hub.

    What a timer itself raises does not come so far.
    """
    exc, handle, timers = context.get("exception"), context.get("handle"), hub.timer_queue
    callback = getattr(handle, "_callback", None)
    if callback is None:  # uvloop keeps it for itself
        ours = handle is not None and f"TimerQueue object at {id(timers):#x}>" in context.get("message", "")
    else:
        ours = getattr(callback, "__self__", None) is timers
    if not ours or exc is None or not hub.running:
        return False
    timers.was_interrupted(exc)
    hub.end_with(exc)
    return True


def set_wakeup_fd(number: int | None) -> int | None:
    """`signal.set_wakeup_fd`; None in any other OS thread than the main one, where signals are not handled."""
    try:
        return signal.set_wakeup_fd(-1 if number is None else number, warn_on_full_buffer=False)
    except (ValueError, OSError):
        return None  # OSError: whoever set it has closed it


def duplicate(source: Any, number: int) -> None:
    """Put the file of *source* below *number*."""
    os.dup2(source.fileno(), number, inheritable=False)


__all__ = ["SureSignals", "duplicate", "interrupts_timers", "set_wakeup_fd"]
