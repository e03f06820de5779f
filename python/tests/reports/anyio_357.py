"""agronholm/anyio#357: a task that was made in a portal is cancelled from inside, and a RuntimeError is logged.

needs Python 3.11: before it anyio has a Runner of its own, which refuses to run in a green thread
prints: cancelled
prints: portal goes on 1
"""

from _start import start

start()
import asyncio
import concurrent.futures

from anyio.from_thread import start_blocking_portal


async def cancels() -> None:
    task = asyncio.ensure_future(asyncio.sleep(60))
    asyncio.get_running_loop().call_soon(task.cancel)
    await task


async def later() -> int:
    await asyncio.sleep(0.001)
    return 1


with start_blocking_portal() as portal:
    try:
        portal.call(cancels)
    except (concurrent.futures.CancelledError, asyncio.CancelledError):
        print("cancelled")
    print("portal goes on", portal.call(later))
