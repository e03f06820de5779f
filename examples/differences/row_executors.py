"""`ThreadPoolExecutor` and `asyncio.to_thread` under monkey patching."""

import eventlet

eventlet.monkey_patch()

import asyncio
from concurrent.futures import ThreadPoolExecutor

from eventlet.asyncio import spawn_for_awaitable


async def main():
    return await asyncio.to_thread(lambda: "yes")


with ThreadPoolExecutor() as pool:
    answers = {pool.submit(lambda: "yes").result(), spawn_for_awaitable(main()).wait()}
print(*answers)
