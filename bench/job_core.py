"""The loop's own work: callbacks, timers, and switching between tasks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from stopwatch import microseconds_async
from worlds import tell

if TYPE_CHECKING:
    from worlds import World

#: So many callbacks or timers are made in one turn of the loop.
_BATCH = 100


def core(world: World, seconds: float, **_: Any) -> None:
    """call_soon alone and in batches, call_later and cancel, and a future that one task sets for another."""
    tell(costs=world.run(_measure(seconds)))


async def _measure(seconds: float) -> dict[str, float]:
    return {
        "call_soon, 100 a turn": await microseconds_async(_call_soon, seconds),
        "call_soon, one a turn": await microseconds_async(_call_soon_chain, seconds),
        "call_later + cancel": await microseconds_async(_call_later, seconds),
        "future switch": await microseconds_async(_future_switch, seconds),
        "task switch": await microseconds_async(_task_switch, seconds),
    }


def _nothing() -> None:
    pass


async def _call_soon(count: int) -> None:
    call_soon = asyncio.get_running_loop().call_soon
    for _ in range(count // _BATCH + 1):
        for _ in range(_BATCH):
            call_soon(_nothing)
        await asyncio.sleep(0)


async def _call_soon_chain(count: int) -> None:
    running = asyncio.get_running_loop()
    done = running.create_future()
    left = count

    def link() -> None:
        nonlocal left
        left -= 1
        if left > 0:
            running.call_soon(link)
        else:
            done.set_result(None)

    running.call_soon(link)
    await done


async def _call_later(count: int) -> None:
    call_later = asyncio.get_running_loop().call_later
    for _ in range(count // _BATCH + 1):
        for _ in range(_BATCH):
            call_later(60.0, _nothing).cancel()
        await asyncio.sleep(0)


async def _future_switch(count: int) -> None:
    """Wait for a future that a callback of the next turn sets."""
    running = asyncio.get_running_loop()
    for _ in range(count):
        future = running.create_future()
        running.call_soon(future.set_result, None)
        await future


async def _task_switch(count: int) -> None:
    """Two tasks that wake each other in turn."""
    running = asyncio.get_running_loop()
    theirs: asyncio.Future[None] = running.create_future()
    ours: asyncio.Future[None] = running.create_future()

    async def other() -> None:
        nonlocal theirs
        for _ in range(count):
            await theirs
            theirs = running.create_future()
            ours.set_result(None)

    task = running.create_task(other())
    for _ in range(count):
        theirs.set_result(None)
        await ours
        ours = running.create_future()
    await task
