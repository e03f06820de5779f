"""Have the coroutine's cleanup done when `wait()` on the killed one returns."""

import asyncio

import eventlet
import eventlet.asyncio

eventlet.sleep(0)  # makes the hub
ended = []


async def coroutine():
    try:
        await asyncio.sleep(0.2)
    finally:
        await asyncio.sleep(0.01)
        ended.append(True)


thread = eventlet.asyncio.spawn_for_awaitable(coroutine())
eventlet.sleep(0.01)
thread.kill()
try:
    thread.wait()
except BaseException:
    pass
print("yes" if ended else "no")
