"""gfmio/asyncio-gevent#1: a coroutine made a green thread blocks where it is made, and its result is lost.

prints: made
prints: 42
prints: started by hand 43
"""

from _start import start

start()
import asyncio

import aiohub
import eventlet


async def answer(value: int) -> int:
    await asyncio.sleep(0.001)
    return value


green = aiohub.future_to_greenlet(answer(42))
print("made")
print(green.wait())
green = aiohub.future_to_greenlet(answer(43), autostart_future=False)
eventlet.sleep(0)
print("started by hand", green.wait())
