"""The same with an exception of your own."""

import asyncio

import eventlet
import eventlet.asyncio

eventlet.sleep(0)  # makes the hub
ended = []


async def coroutine():
    try:
        await asyncio.sleep(0.2)
    finally:
        ended.append(True)


thread = eventlet.asyncio.spawn_for_awaitable(coroutine())
eventlet.sleep(0.01)
thread.kill(ValueError())
eventlet.sleep(0.05)
print("yes" if ended else "no: it runs on")
