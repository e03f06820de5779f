"""What the programs share: where the servers are, how this hub waits for a coroutine, and who notices a standstill.

Importing it starts a green thread that ticks all the time; so it is the last import of a program.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import gc
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import eventlet
import eventlet.hubs
import greenlet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

TICK_S = 0.005
# Of the time that this process waits the ticking thread gets a run in each so many seconds, on however busy a machine.
# A library that stops the whole thread for a fifth of a second at a time lets it run half as often at most.
TICK_WITHIN_S = 0.1
STOOD_STILL = 3


class Ticks:
    """How often the ticking green thread has run, and how long it once did not."""

    count = 0
    max_gap_s = 0.0
    pid = os.getpid()


def _tick() -> None:
    before = time.monotonic()
    while True:
        eventlet.sleep(TICK_S)
        now = time.monotonic()
        Ticks.count += 1
        Ticks.max_gap_s = max(Ticks.max_gap_s, now - before)
        before = now


def start_ticking() -> None:
    """Begin to tick in this process; a server that forks workers calls it in each."""
    eventlet.spawn_n(_tick)


@atexit.register
def _report() -> None:
    if "SERVICES_REPORT" in os.environ and Ticks.pid == os.getpid():
        entry = {"ticks": Ticks.count, "max_gap_s": round(Ticks.max_gap_s, 3)}
        Path(os.environ["SERVICES_REPORT"]).write_text(json.dumps(entry))


def _without_processor_s() -> float:
    """How long this thread has had something to do, and others had the processors. 0 where the kernel does not say."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


@contextlib.contextmanager
def others_run(what: str) -> Iterator[None]:
    """Around waits of at least a fifth of a second each: ends the program if nothing else ran meanwhile."""
    ticks, began, busy = Ticks.count, time.monotonic(), time.process_time() + _without_processor_s()
    yield
    ticks = Ticks.count - ticks
    # What this process computes itself, and the turns that others have before it on a busy machine, are no wait.
    waited = time.monotonic() - began - (time.process_time() + _without_processor_s() - busy)
    if ticks < 1 + waited / TICK_WITHIN_S:
        print(
            f"StoodStill: {what}: other green threads ran {ticks} times in {waited:.1f} s",
            file=sys.stderr,
            flush=True,
        )
        os._exit(STOOD_STILL)


def wait(awaitable: Awaitable[Any]) -> Any:
    """Wait for a coroutine in this green thread, with what the hub has for it."""
    hub = eventlet.hubs.get_hub()
    if getattr(hub, "is_aiohub", False):
        import aiohub

        return aiohub.wait(awaitable)
    if type(hub).__module__ == "eventlet.hubs.asyncio":
        from eventlet.asyncio import spawn_for_awaitable

        return spawn_for_awaitable(awaitable).wait()

    async def main() -> Any:
        return await awaitable

    # The other hubs of eventlet know no coroutines: a loop of its own then, in the patched selector.
    return asyncio.run(main())


def url(server: str) -> str:
    """Where that server is: `make services` starts it and sets the variable."""
    return os.environ[f"SERVICES_{server.upper()}"]


def unique(name: str) -> str:
    """A name that no other program uses, which may be running on another hub at the same time."""
    return f"{name}_{os.getpid()}"


def _print_stacks(*_: object) -> None:
    """Say where everybody is: what `make services` asks of a program that does not end."""
    for green_thread in gc.get_objects():
        if isinstance(green_thread, greenlet.greenlet) and green_thread.gr_frame is not None:
            print(f"{green_thread!r}:", file=sys.stderr)
            traceback.print_stack(green_thread.gr_frame)
    print("running:", file=sys.stderr)
    traceback.print_stack()


# A server with workers says when to tick, and has a meaning of its own for the signal.
if os.environ.get("SERVICES_TICKING", "at import") == "at import":
    signal.signal(signal.SIGUSR1, _print_stacks)
    start_ticking()
