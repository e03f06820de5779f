import asyncio
import contextlib


async def fetch():
    await asyncio.sleep(1)


async def poll():
    while True:
        with contextlib.suppress(asyncio.CancelledError):  # want AH616 "catches the cancellation of the task, and the loop goes on"
            await fetch()


async def poll_until(stopped):
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await fetch()
        if stopped():
            break


async def counted():
    done = 0
    try:
        await fetch()
        done = 1
    finally:
        return done  # want AH616 "returns out of a `finally`, which drops the cancellation of the task"


async def ended(task):
    task.cancel()
    try:
        await task
    finally:
        return None


async def kept():
    try:
        await fetch()
    finally:
        print("done")
    return 1
