"""gfmio/asyncio-gevent#27: two hundred workers of a patched pool wait for a coroutine each, and some never wake.

prints: 200 results
"""

from _start import start

start()
import asyncio
from concurrent.futures import ThreadPoolExecutor

import aiohub
import eventlet


@aiohub.async_to_sync
async def task(index: int) -> int:
    await asyncio.sleep(0.01)
    return index


def from_a_pool() -> set[int]:
    with ThreadPoolExecutor(20) as pool:
        return set(pool.map(lambda index: asyncio.run(later(index)), range(100)))


async def later(index: int) -> int:
    await asyncio.sleep(0.001)
    return index


pool = eventlet.GreenPool(200)
results = set(pool.imap(task, range(100, 200))) | from_a_pool()
print(len(results), "results")
