"""Patched `threading.local` for each task."""

import eventlet

eventlet.monkey_patch()

import asyncio
import threading

from eventlet.asyncio import spawn_for_awaitable

local = threading.local()


async def keeps(number):
    local.number = number
    await asyncio.sleep(0.01)
    return local.number == number


async def main():
    return await asyncio.gather(keeps(1), keeps(2))


print("yes" if all(spawn_for_awaitable(main()).wait()) else "no: shared")
