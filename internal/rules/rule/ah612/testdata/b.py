import asyncio
import socket


def made(port):
    s = socket.socket()
    s.bind(("", port))
    return s


def prepared(port):
    s = socket.socket()
    s.setblocking(False)
    return s


async def main(address):
    loop = asyncio.get_running_loop()
    with socket.socket() as s:
        await loop.sock_connect(s, address)  # want AH612 "`s` is in blocking mode, and is given to `sock_connect`"
    with prepared(2) as p:
        await loop.sock_connect(p, address)


async def accept():
    loop = asyncio.get_running_loop()
    server = made(1)
    await loop.sock_accept(server)  # want AH612 "`server` is in blocking mode, and is given to `sock_accept`"
    other = prepared(2)
    await loop.sock_accept(other)
