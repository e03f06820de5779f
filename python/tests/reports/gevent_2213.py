"""gevent/gevent#2213: a job of an executor is done, and who awaits it is woken by the next timer only.

prints: executor 1
prints: to_thread 2
prints: getaddrinfo True
prints: green executor 3
"""

from _start import start

start()
import asyncio
import concurrent.futures
import socket

import aiohub


async def main() -> None:
    loop = asyncio.get_running_loop()
    print("executor", await loop.run_in_executor(None, lambda: 1))
    print("to_thread", await asyncio.to_thread(lambda: 2))
    found = await loop.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
    print("getaddrinfo", bool(found))
    future: concurrent.futures.Future = concurrent.futures.Future()
    loop.call_soon(future.set_result, 3)  # in the loop's own thread, as an executor of green threads does it
    print("green executor", await asyncio.wrap_future(future))


aiohub.wait(main())
