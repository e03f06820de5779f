"""eventlet/eventlet#300: a closed socket's error is raised in the main green thread, which only sleeps.

prints: reader: told
prints: main slept
"""

from _start import start

start()
import socket

import eventlet
from eventlet import hubs

ours, theirs = socket.socketpair()


def read() -> str:
    try:
        hubs.trampoline(ours.fileno(), read=True, mark_as_closed=ours._mark_as_closed)
    except hubs.IOClosed:
        return "told"
    return "woken"


reader = eventlet.spawn(read)
eventlet.sleep(0)
hubs.notify_opened(ours.fileno())
eventlet.sleep(0.01)
print("reader:", reader.wait())
print("main slept")
