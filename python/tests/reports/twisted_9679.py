"""twisted/twisted#9679: a cancelled future gives the other world's caller an exception that its own code does not know.

prints: green thread: GreenletExit
prints: coroutine: CancelledError
prints: timeout of eventlet around a coroutine: Timeout
prints: timeout of asyncio around a green thread: TimeoutError
"""

from _start import start

start()
import asyncio

import aiohub
import eventlet
import greenlet


async def cancelled() -> None:
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    await future


def killed() -> None:
    raise greenlet.GreenletExit


async def awaits(green, seconds=60) -> str:
    try:
        await asyncio.wait_for(aiohub.greenlet_to_future(green), seconds)
    except BaseException as error:
        return type(error).__name__
    return "nothing"


def gets(coroutine, seconds=60) -> str:
    try:
        with eventlet.Timeout(seconds):
            aiohub.wait(coroutine)
    except BaseException as error:
        return type(error).__name__
    return "nothing"


print("green thread:", gets(cancelled()))
print("coroutine:", aiohub.wait(awaits(eventlet.spawn(killed))))
print("timeout of eventlet around a coroutine:", gets(asyncio.sleep(60), 0.01))
print("timeout of asyncio around a green thread:", aiohub.wait(awaits(eventlet.spawn(eventlet.sleep, 60), 0.01)))
