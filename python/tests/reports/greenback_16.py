"""oremanj/greenback#16: in a callback of `add_reader` there is a loop and no task, and who asks for one gets an error.

prints: in the callback: None, no portal
prints: in a green thread: None, no portal
"""

from _start import start

start()
import asyncio
import os

import aiohub
import eventlet
import greenback


def say() -> str:
    return f"{asyncio.current_task()}, {'a' if greenback.has_portal() else 'no'} portal"


async def main() -> None:
    loop = asyncio.get_running_loop()
    reading, writing = os.pipe()
    said = loop.create_future()

    def readable() -> None:
        loop.remove_reader(reading)
        said.set_result(say())

    loop.add_reader(reading, readable)
    os.write(writing, b"x")
    print("in the callback:", await said)


def green() -> str:
    try:
        return say()
    except RuntimeError:  # asyncio: no running event loop
        return "None, no portal"


aiohub.wait(main())
print("in a green thread:", eventlet.spawn(green).wait())
