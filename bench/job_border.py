"""What it costs to wait for the other world, in round trips of a task."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from stopwatch import microseconds, microseconds_async
from worlds import tell

if TYPE_CHECKING:
    from worlds import World


async def _coroutine() -> int:
    return 1


def _function() -> int:
    return 1


async def _round_trips(count: int) -> None:
    create_task = asyncio.get_running_loop().create_task
    for _ in range(count):
        await create_task(_coroutine())


def border(world: World, seconds: float, **_: Any) -> None:
    """A task from a task; a coroutine from a green thread; a green thread from a task."""
    if world.name.startswith("aiohub"):
        costs = _aiohub(world, seconds)
    elif world.name == "asynciohub":
        costs = _asyncio_hub(world, seconds)
    else:
        costs = {"task round trip": world.run(microseconds_async(_round_trips, seconds))}
    tell(costs=costs)


def _aiohub(world: World, seconds: float) -> dict[str, float]:
    import aiohub

    def waits(count: int) -> None:
        for _ in range(count):
            aiohub.wait(_coroutine())

    return {
        "task round trip": world.run(microseconds_async(_round_trips, seconds)),
        "wait for a coroutine": world.join(world.spawn(microseconds, waits, seconds)),
        "await a green thread": world.run(_awaits(world, seconds)),
    }


def _asyncio_hub(world: World, seconds: float) -> dict[str, float]:
    from eventlet.asyncio import spawn_for_awaitable

    def waits(count: int) -> None:
        for _ in range(count):
            spawn_for_awaitable(_coroutine()).wait()

    def run(coroutine: Any) -> Any:
        return spawn_for_awaitable(coroutine).wait()

    return {
        "task round trip": run(microseconds_async(_round_trips, seconds)),
        "wait for a coroutine": world.join(world.spawn(microseconds, waits, seconds)),
        "await a green thread": run(_awaits(world, seconds)),
    }


async def _awaits(world: World, seconds: float) -> float:
    spawn = world.spawn

    async def awaits(count: int) -> None:
        for _ in range(count):
            await spawn(_function)

    return await microseconds_async(awaits, seconds)
