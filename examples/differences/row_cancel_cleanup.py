"""Have the green thread's cleanup done when the cancelled await ends."""

import asyncio

import eventlet
from eventlet.asyncio import spawn_for_awaitable

ended = []


def green():
    try:
        eventlet.sleep(0.2)
    finally:
        eventlet.sleep(0.01)
        ended.append(True)


async def main():
    task = asyncio.ensure_future(waits())
    await asyncio.sleep(0.01)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    return "yes" if ended else "no"


async def waits():
    await eventlet.spawn(green)


print(spawn_for_awaitable(main()).wait())
