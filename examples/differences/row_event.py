"""Wait for an event inside `async def`."""

import eventlet
from eventlet.asyncio import spawn_for_awaitable
from eventlet.event import Event

event = Event()


async def coroutine():
    return event.wait()


eventlet.spawn_after(0.05, event.send, "yes")
print(spawn_for_awaitable(coroutine()).wait())
