"""What a task's step costs when nothing in it blocks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from stopwatch import microseconds_async
from worlds import tell

if TYPE_CHECKING:
    from worlds import World


def step(world: World, seconds: float, **_: Any) -> None:
    """`await asyncio.sleep(0)`, and a queue item to and fro between two tasks."""
    tell(costs=world.run(_measure(seconds)))


async def _measure(seconds: float) -> dict[str, float]:
    there: asyncio.Queue[int] = asyncio.Queue()
    back: asyncio.Queue[int] = asyncio.Queue()

    async def answer() -> None:
        while True:
            await back.put(await there.get())

    async def ping_pong(count: int) -> None:
        for number in range(count):
            await there.put(number)
            await back.get()

    async def sleeps(count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    answering = asyncio.create_task(answer())
    costs = {
        "await sleep(0)": await microseconds_async(sleeps, seconds),
        "queue ping-pong": await microseconds_async(ping_pong, seconds),
    }
    answering.cancel()
    return costs
