"""django/asgiref#443 and celery/celery#7465: `async_to_sync` in several green threads, "in the same thread as an async
event loop", once another one has switched away inside a coroutine.

prints: [0, 1, 2, 3]
prints: beside a running coroutine 4
"""

from _start import start

start()
import asyncio

import aiohub
import eventlet
from asgiref.sync import async_to_sync


async def yields(value: int) -> int:
    await asyncio.sleep(0.001)
    eventlet.sleep(0.001)
    return value


def green(value: int) -> int:
    return async_to_sync(yields)(value)


print(list(eventlet.GreenPool().imap(green, range(4))))


async def main() -> int:
    return await eventlet.spawn(green, 4)


print("beside a running coroutine", aiohub.wait(main()))
