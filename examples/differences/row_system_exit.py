"""Use the hub after `SystemExit` in a coroutine."""

import asyncio

import eventlet
from eventlet.asyncio import spawn_for_awaitable


async def leaves():
    raise SystemExit


try:
    spawn_for_awaitable(leaves()).wait()
except SystemExit:
    pass
eventlet.sleep(0.01)
print(spawn_for_awaitable(asyncio.sleep(0.01, "yes")).wait())
