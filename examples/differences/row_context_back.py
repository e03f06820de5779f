"""Back from a coroutine to the green thread that waited."""

import contextvars
import os

from eventlet.asyncio import spawn_for_awaitable

user = contextvars.ContextVar("user", default="no")


async def coroutine():
    user.set("yes")


if os.environ["EVENTLET_HUB"] == "asyncio":
    spawn_for_awaitable(coroutine()).wait()
else:
    import aiohub

    aiohub.wait(coroutine())
print(user.get())
