"""oremanj/greenback#22: greenback and SQLAlchemy's greenlets in one task take each other's messages.

prints: greenback in SQLAlchemy 1
prints: SQLAlchemy in greenback 2
prints: green below both 3
"""

from _start import start

start()
import asyncio

import aiohub
import eventlet
import greenback
from sqlalchemy.util import await_only, greenlet_spawn


async def later(value: int) -> int:
    await asyncio.sleep(0.001)
    return value


def below() -> int:
    return greenback.await_(later(1))


def spawns() -> int:
    return greenback.await_(greenlet_spawn(lambda: await_only(later(2))))


def blocks() -> int:
    greenback.await_(later(0))
    eventlet.sleep(0.001)
    await_only(later(0))
    return eventlet.spawn(lambda: 3).wait()


async def main() -> None:
    await greenback.ensure_portal()
    print("greenback in SQLAlchemy", await greenlet_spawn(below))
    print("SQLAlchemy in greenback", spawns())
    print("green below both", await greenlet_spawn(blocks))


aiohub.wait(main())
