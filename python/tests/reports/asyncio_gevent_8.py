"""gfmio/asyncio-gevent#8: while a coroutine awaits a green thread, Ctrl-C does nothing.

prints: green thread ended
prints: interrupted
prints: goes on 1
"""

from _start import start

start()
import asyncio
import os
import signal

import aiohub
import eventlet


def interrupted() -> None:
    try:
        eventlet.sleep(60)
    finally:
        print("green thread ended")


async def main() -> None:
    green = eventlet.spawn(interrupted)
    asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), signal.SIGINT)
    try:
        await green
    except asyncio.CancelledError:
        print("interrupted")
        raise


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("goes on", aiohub.wait(asyncio.sleep(0.001, 1)))
