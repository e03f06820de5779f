"""oremanj/greenback#17: a task that another one gave a portal runs in the other's context.

prints: bestowed: its own
prints: giver: giver's
"""

from _start import start

start()
import asyncio
from contextvars import ContextVar

import aiohub
import eventlet
import greenback

variable = ContextVar("variable", default="default")


async def bestowed(begun: asyncio.Event) -> str:
    variable.set("its own")
    begun.set()
    await asyncio.sleep(0.001)
    greenback.await_(asyncio.sleep(0.001))
    eventlet.sleep(0.001)
    return variable.get()


async def main() -> None:
    await greenback.ensure_portal()
    variable.set("giver's")
    begun = asyncio.Event()
    task = asyncio.ensure_future(bestowed(begun))
    greenback.await_(begun.wait())
    greenback.bestow_portal(task)
    print("bestowed:", await task)
    print("giver:", variable.get())


aiohub.wait(main())
