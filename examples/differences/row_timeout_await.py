"""The green `Timeout` around an `await` in a coroutine."""

import asyncio

import eventlet
from eventlet.asyncio import spawn_for_awaitable


async def coroutine():
    try:
        with eventlet.Timeout(0.01):
            await asyncio.sleep(0.1)
    except eventlet.Timeout:
        return "yes"
    return "no: not delivered"


print(spawn_for_awaitable(coroutine()).wait())
