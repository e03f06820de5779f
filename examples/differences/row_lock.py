"""Take a patched lock in a coroutine that a green thread holds."""

import eventlet

eventlet.monkey_patch()

import threading

from eventlet.asyncio import spawn_for_awaitable

lock = threading.Lock()


def holds():
    with lock:
        eventlet.sleep(0.05)


async def coroutine():
    with lock:
        return "yes"


eventlet.spawn(holds)
eventlet.sleep(0)
print(spawn_for_awaitable(coroutine()).wait())
