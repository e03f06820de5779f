"""MagicStack/uvloop#738: the descriptor of a socket that was given to the loop is closed twice, the second time as
somebody else's. Here for patched sockets, whether all goes well or not.

prints: connection: gone
prints: server: gone
prints: accepted: gone
prints: cancelled: gone
prints: refused: still there
"""

from _start import start

start()
import asyncio
import os
import socket

import aiohub


def watched(kind: int = socket.SOCK_STREAM):
    sock = socket.socket(type=kind)
    sock.setblocking(False)
    original = sock.close

    def close() -> None:
        if sock.fileno() >= 0 and state(sock) != "still there":
            print("closes a number that is not its own any more")
        original()

    sock.close = close
    return sock


def state(sock) -> str:
    try:
        os.fstat(sock.fileno())
    except OSError:
        return "gone" if sock.fileno() < 0 else "gone, and not known"
    return "still there"


async def closed(sock, transport) -> str:
    transport.close()
    while transport.get_protocol() is not None and sock.fileno() >= 0:
        await asyncio.sleep(0)
    return state(sock)


async def listening():
    sock = watched()
    sock.bind(("127.0.0.1", 0))
    return sock, await asyncio.get_running_loop().create_server(asyncio.Protocol, sock=sock)


async def main() -> None:
    loop = asyncio.get_running_loop()
    listener, server = await listening()
    address = server.sockets[0].getsockname()

    async def connected():
        sock = watched()
        await loop.sock_connect(sock, address)
        return sock

    sock = await connected()
    transport, _ = await loop.create_connection(asyncio.Protocol, sock=sock)
    print("connection:", await closed(sock, transport))
    server.close()
    while listener.fileno() >= 0:
        await asyncio.sleep(0)
    print("server:", state(listener))

    ours, theirs = watched(), socket.create_server(("127.0.0.1", 0))
    await loop.sock_connect(ours, theirs.getsockname())
    transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, ours)
    print("accepted:", await closed(ours, transport))

    sock = watched()
    await loop.sock_connect(sock, theirs.getsockname())
    task = loop.create_task(loop.create_connection(asyncio.Protocol, sock=sock))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():  # it was there already
        task.result()[0].close()
    while sock.fileno() >= 0:
        await asyncio.sleep(0)
    print("cancelled:", state(sock))

    datagram = watched(socket.SOCK_DGRAM)
    try:
        await loop.create_connection(asyncio.Protocol, sock=datagram)
    except ValueError:
        print("refused:", state(datagram))
    datagram.close()


aiohub.wait(main())
