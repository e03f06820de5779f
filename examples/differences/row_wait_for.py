"""`asyncio.wait_for` around green work."""

import asyncio

import eventlet
from eventlet.asyncio import spawn_for_awaitable


async def works():
    return await eventlet.spawn(lambda: eventlet.sleep(0.2))


async def main():
    try:
        await asyncio.wait_for(works(), 0.01)
    except asyncio.TimeoutError:
        return "yes"


print(spawn_for_awaitable(main()).wait())
