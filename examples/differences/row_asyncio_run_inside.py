"""Use a library that calls `asyncio.run` in a green thread."""

import asyncio

import eventlet


def library():
    return asyncio.run(asyncio.sleep(0.01, "yes"))


print(*{thread.wait() for thread in [eventlet.spawn(library) for _ in range(3)]})
