"""eventlet/eventlet#906: Ctrl-C ends a web server; the clean-up that waits for a coroutine finds "Already running!".

prints: served 200
prints: interrupted
prints: cancelled
prints: cleaned up
"""

from _start import start

start()
import asyncio
import os
import signal
import urllib.request

import aiohub
import eventlet
from eventlet import wsgi

listener = eventlet.listen(("127.0.0.1", 0))


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


def ask_and_interrupt() -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{listener.getsockname()[1]}/") as answer:
        print("served", answer.status)
    os.kill(os.getpid(), signal.SIGINT)


async def alive() -> None:
    try:
        while True:
            await asyncio.sleep(0.001)
    except asyncio.CancelledError:
        print("cancelled")


async def clean_up(task) -> None:
    task.cancel()
    await task


task = aiohub.get_loop().create_task(alive())
eventlet.spawn(ask_and_interrupt)
try:
    wsgi.server(listener, app, log_output=False)
except KeyboardInterrupt:
    pass
print("interrupted")
aiohub.wait(clean_up(task))
print("cleaned up")
