"""From a task to the green thread it spawns."""

import contextvars

import eventlet
from eventlet.asyncio import spawn_for_awaitable

user = contextvars.ContextVar("user", default="no")


async def coroutine():
    user.set("yes")
    return await eventlet.spawn(user.get)


print(spawn_for_awaitable(coroutine()).wait())
