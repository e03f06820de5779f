"""eventlet/eventlet#1003: asyncio and what it uses were imported, and a loop had run, before everything was patched.

prints: thread
prints: coroutine [2, 3]
prints: executor 4
"""

import asyncio
import concurrent.futures
import logging  # noqa: F401
import threading

from _start import start

asyncio.run(asyncio.sleep(0))
start()
import aiohub


def in_a_thread() -> None:
    print("thread")


async def two() -> list[int]:
    return await asyncio.gather(asyncio.sleep(0.001, 2), asyncio.to_thread(lambda: 3))


thread = threading.Thread(target=in_a_thread)
thread.start()
thread.join()
print("coroutine", aiohub.wait(two()))
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    print("executor", pool.submit(pow, 2, 2).result())
