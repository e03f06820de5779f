"""MagicStack/uvloop#100: a socket is closed before the loop has begun to wait for it, and the process aborts.

prints: accept: ended
prints: recv: ended
prints: goes on 1
"""

from _start import start

start()
import asyncio
import socket

import aiohub


async def closes(name: str) -> str:
    loop = asyncio.get_running_loop()
    if name == "accept":
        sock = socket.create_server(("127.0.0.1", 0))
        sock.setblocking(False)
        waits = loop.sock_accept(sock)
    else:
        sock, _other = socket.socketpair()
        sock.setblocking(False)
        waits = loop.sock_recv(sock, 10)
    task = asyncio.ensure_future(waits)
    await asyncio.sleep(0)
    sock.close()
    task.cancel()
    await asyncio.wait([task])
    return "ended"


for name in ("accept", "recv"):
    print(f"{name}:", aiohub.wait(closes(name)))
print("goes on", aiohub.wait(asyncio.sleep(0.001, 1)))
