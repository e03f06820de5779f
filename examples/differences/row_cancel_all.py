"""Cancel everything in `asyncio.all_tasks()`."""

import asyncio

import eventlet
from eventlet.asyncio import spawn_for_awaitable


async def cancels():
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    return len(others)


print("yes" if spawn_for_awaitable(cancels()).wait() == 0 else "no: there are others")
eventlet.sleep(0.01)
