"""Context variables from a green thread to the coroutine it waits for."""

import contextvars

import eventlet
from eventlet.asyncio import spawn_for_awaitable

user = contextvars.ContextVar("user", default="no")


async def coroutine():
    return user.get()


def green():
    user.set("yes")
    return spawn_for_awaitable(coroutine()).wait()


print(eventlet.spawn(green).wait())
