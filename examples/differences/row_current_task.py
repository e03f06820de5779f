"""`asyncio.current_task()` is None in a green thread."""

import asyncio

import eventlet
from eventlet.hubs import get_hub


def green():
    loop = getattr(get_hub(), "loop", None) or asyncio.get_running_loop()
    return asyncio.current_task(loop)


task = eventlet.spawn(green).wait()
print("yes" if task is None else "no: there is one")
