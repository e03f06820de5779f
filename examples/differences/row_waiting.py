"""Await a green thread; wait for a coroutine in a green thread; get its exception."""

import asyncio

import eventlet
from eventlet.asyncio import spawn_for_awaitable


async def fails():
    await asyncio.sleep(0.01)
    raise ValueError


async def main():
    return await eventlet.spawn(lambda: "awaited")


got = spawn_for_awaitable(main()).wait()
try:
    spawn_for_awaitable(fails()).wait()
except ValueError:
    print("yes" if got == "awaited" else "no")
