"""Wait for a coroutine without making a green thread for it."""

import asyncio

import eventlet

import aiohub


async def coroutine():
    await asyncio.sleep(0.01)
    return eventlet.getcurrent() is not me


me = eventlet.getcurrent()
before = aiohub.debug.statistics(count_green_threads=True).green_threads
print("yes" if aiohub.wait(coroutine()) and before == 1 else "no")
