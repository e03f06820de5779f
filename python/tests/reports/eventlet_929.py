"""eventlet/eventlet#929: names looked up by a coroutine, which needs OS threads, hang or raise under patching.

prints: asked by name: b'hello'
"""

from _start import start

start()
import asyncio

import eventlet
from eventlet.asyncio import spawn_for_awaitable

listener = eventlet.listen(("127.0.0.1", 0))


def serve() -> None:
    connection, _ = listener.accept()
    connection.sendall(connection.recv(10))
    connection.close()


async def ask() -> bytes:
    reader, writer = await asyncio.open_connection("localhost", listener.getsockname()[1])
    writer.write(b"hello")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


eventlet.spawn(serve)
print("asked by name:", spawn_for_awaitable(ask()).wait())
