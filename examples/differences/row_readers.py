"""Several readers of one descriptor."""

import os

import eventlet
from eventlet import debug, hubs

debug.hub_prevent_multiple_readers(False)
reader, writer = os.pipe()


def waits():
    hubs.trampoline(reader, read=True)
    return "yes"


threads = [eventlet.spawn(waits) for _ in range(2)]
eventlet.sleep(0.01)
os.write(writer, b"x")
print(*{thread.wait() for thread in threads})
