"""python/asyncio#347: a fork in a running loop leaves both processes with one poll set; a thing is done twice or never.

prints: child: timer, reader, green
prints: parent: timer, reader, green
"""

from _start import start

start()
import asyncio
import os

import aiohub
import eventlet


async def everything() -> str:
    loop = asyncio.get_running_loop()
    reading, writing = os.pipe()
    readable = loop.create_future()

    def read() -> None:
        loop.remove_reader(reading)
        readable.set_result("reader")

    loop.add_reader(reading, read)
    loop.call_later(0.001, os.write, writing, b"x")
    found = [await asyncio.sleep(0.001, "timer"), await readable, await eventlet.spawn(lambda: "green")]
    return ", ".join(found)


async def main() -> None:
    await everything()
    waiting = asyncio.ensure_future(everything())
    await asyncio.sleep(0)
    pid = os.fork()
    if pid == 0:
        await waiting
        print("child:", await everything(), flush=True)
        os._exit(0)
    await waiting
    os.waitpid(pid, 0)
    print("parent:", await everything())


aiohub.run(main())
