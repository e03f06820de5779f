"""twisted/twisted#12470: what waits for a task is cancelled before the task began, and an unhandled error is printed.

prints: greenlet of a task: GreenletExit
prints: future of a green thread: CancelledError
prints: task cancelled True
"""

from _start import start

start()
import asyncio
import gc

import aiohub
import eventlet
import greenlet


async def never() -> None:
    print("the coroutine began")


def never_green() -> None:
    print("the green thread began")


async def main() -> None:
    task = asyncio.ensure_future(never())
    green = aiohub.future_to_greenlet(task)
    green.kill()
    try:
        result = await green
    except asyncio.CancelledError:
        result = greenlet.GreenletExit()
    print("greenlet of a task:", type(result).__name__)
    future = aiohub.greenlet_to_future(eventlet.spawn(never_green))
    future.cancel()
    try:
        await future
    except asyncio.CancelledError:
        print("future of a green thread: CancelledError")
    print("task cancelled", task.cancelled())


aiohub.wait(main())
gc.collect()
