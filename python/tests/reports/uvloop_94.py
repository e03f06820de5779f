"""MagicStack/uvloop#94: what the handler of a signal raises while the loop waits is printed by the loop, and lost.

prints: in a coroutine: raised by the handler
prints: in a green thread: raised by the handler
"""

from _start import start

start()
import asyncio
import os
import signal

import aiohub
import eventlet
from eventlet import patcher

threading = patcher.original("threading")


class Exit(BaseException):
    pass


def handler(signum, frame) -> None:
    raise Exit("raised by the handler")


signal.signal(signal.SIGUSR1, handler)


def send() -> None:
    """From another OS thread: the handler runs while the loop waits."""
    threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGUSR1)).start()


async def waits() -> None:
    asyncio.get_running_loop().call_soon(send)
    await asyncio.sleep(60)


def sleeps() -> None:
    send()
    eventlet.sleep(60)


for where, function in (("coroutine", lambda: aiohub.run(waits())), ("green thread", sleeps)):
    try:
        function()
    except Exit as error:
        print(f"in a {where}:", error)
