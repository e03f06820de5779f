"""decentfox/tulipcore#4: explicit awaits and implicit switches in one method, each of the other's.

prints: 0 1 2 3 4 5
prints: others ran meanwhile True
"""

from _start import start

start()
import asyncio
import time

import aiohub
import eventlet


async def both() -> list[int]:
    seen = []
    for number in range(0, 6, 2):
        await asyncio.sleep(0.001)
        seen.append(number)
        time.sleep(0.001)
        seen.append(number + 1)
    return seen


ticks = []


async def tick() -> None:
    while True:
        ticks.append(1)
        await asyncio.sleep(0)


async def main() -> list[int]:
    ticking = asyncio.ensure_future(tick())
    seen = await aiohub.greenlet_to_future(eventlet.spawn(aiohub.wait, both()))
    ticking.cancel()
    return seen


print(*aiohub.wait(main()))
print("others ran meanwhile", len(ticks) > 3)
