"""MagicStack/uvloop#295: Ctrl-C does not end `run_forever` of a loop with servers.

prints: interrupted
prints: closed
"""

from _start import start

start()
import asyncio
import os
import signal

import aiohub
import eventlet

loop = aiohub.get_loop()


async def serve():
    return await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)


async def close(server) -> None:
    server.close()
    await server.wait_closed()


server = aiohub.wait(serve())
eventlet.spawn_after(0.01, os.kill, os.getpid(), signal.SIGINT)
try:
    loop.run_forever()
except KeyboardInterrupt:
    print("interrupted")
loop.run_until_complete(close(server))
print("closed")
