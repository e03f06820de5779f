"""The green `Timeout` that ends the coroutine a green thread waits for."""

import asyncio
import os

import eventlet
from eventlet.asyncio import spawn_for_awaitable

ended = []


async def coroutine():
    try:
        await asyncio.sleep(0.1)
    except asyncio.CancelledError:
        ended.append(True)
        raise


def wait(awaitable):
    if os.environ["EVENTLET_HUB"] == "asyncio":
        return spawn_for_awaitable(awaitable).wait()
    import aiohub

    return aiohub.wait(awaitable)


try:
    with eventlet.Timeout(0.01):
        wait(coroutine())
except eventlet.Timeout:
    pass
eventlet.sleep(0.01)
print("yes" if ended else "no: it runs on")
