"""Sleep, with the blocking call, inside `async def`."""

import eventlet
from eventlet.asyncio import spawn_for_awaitable


async def coroutine():
    eventlet.sleep(0.01)
    return "yes"


print(spawn_for_awaitable(coroutine()).wait())
