"""Green threads that do nothing but switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stopwatch import microseconds
from worlds import tell

if TYPE_CHECKING:
    from worlds import World


def switch(world: World, seconds: float, **_: Any) -> None:
    """sleep(0), spawn + wait, and a byte to and fro between two green threads."""
    # In a green thread, where programs run: the main one is the hub's parent and switches in a way of its own.
    world.join(world.spawn(_measure, world, seconds))


def _measure(world: World, seconds: float) -> None:
    sleep, spawn, join = world.sleep, world.spawn, world.join

    def sleeps(count: int) -> None:
        for _ in range(count):
            sleep(0)

    def spawns(count: int) -> None:
        for _ in range(count):
            join(spawn(_nothing))

    here, there = world.socket.socketpair()

    def answer() -> None:
        while data := there.recv(16):
            there.sendall(data)

    spawn(answer)

    def ping_pong(count: int) -> None:
        for _ in range(count):
            here.sendall(b".")
            here.recv(16)

    costs = {
        "sleep(0)": microseconds(sleeps, seconds),
        "spawn + wait": microseconds(spawns, seconds),
        "socket ping-pong": microseconds(ping_pong, seconds),
    }
    here.close()
    tell(costs=costs)


def _nothing() -> None:
    pass
