"""MagicStack/uvloop#270: a second loop takes the descriptor that signals are told through, and gives it not back.

prints: before
prints: after
prints: python's own handler
"""

from _start import start

start()
import asyncio
import os
import signal

import aiohub
import eventlet
from eventlet import event


def nested() -> None:
    loop = asyncio.new_event_loop()
    loop.run_until_complete(asyncio.sleep(0.001))
    loop.close()
    asyncio.run(asyncio.sleep(0.001))


def told(text: str) -> None:
    print(text)
    heard.pop().send()


def hear() -> None:
    arrived = event.Event()
    heard.append(arrived)
    eventlet.spawn_after(0.001, os.kill, os.getpid(), signal.SIGUSR1)
    arrived.wait()


heard: list[event.Event] = []
loop = aiohub.get_loop()
loop.add_signal_handler(signal.SIGUSR1, told, "before")
hear()
loop.remove_signal_handler(signal.SIGUSR1)
loop.add_signal_handler(signal.SIGUSR1, told, "after")
eventlet.spawn(nested).wait()
hear()
loop.remove_signal_handler(signal.SIGUSR1)
signal.signal(signal.SIGUSR1, lambda *_: told("python's own handler"))
eventlet.spawn(nested).wait()
hear()
