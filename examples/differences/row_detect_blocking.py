"""Detection of blocking in green threads woken by I/O and in coroutines."""

import os

import eventlet
from eventlet import hubs

import aiohub

aiohub.debug.detect_blocking(0.05)
reader, writer = os.pipe()


def woken_by_io():
    hubs.trampoline(reader, read=True)
    while True:
        pass


async def coroutine():
    while True:
        pass


thread = eventlet.spawn(woken_by_io)
eventlet.sleep(0.01)
os.write(writer, b"x")
found = 0
for wait in (thread.wait, lambda: aiohub.wait(coroutine())):
    try:
        wait()
    except RuntimeError as exc:
        found += "held the loop" in str(exc)
print("yes" if found == 2 else "no")
