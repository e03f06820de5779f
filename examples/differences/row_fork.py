"""Go on with both worlds in the child of a fork."""

import asyncio
import os

import eventlet
from eventlet.asyncio import spawn_for_awaitable

green = eventlet.spawn(eventlet.sleep, 0.05)
coroutine = spawn_for_awaitable(asyncio.sleep(0.05))
eventlet.sleep(0.01)
child = os.fork()
green.wait()
coroutine.wait()
if child == 0:
    os._exit(0)
print("yes" if os.waitpid(child, 0)[1] == 0 else "no")
