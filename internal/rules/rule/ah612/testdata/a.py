import asyncio
import socket


async def ask(address):
    s = socket.socket()
    await asyncio.get_running_loop().sock_connect(s, address)  # want AH612 "`s` is in blocking mode, and is given to `sock_connect`"
    t = socket.create_connection(address)
    loop = asyncio.get_running_loop()
    return await loop.sock_recv(t, 1)  # want AH612 "`t` is in blocking mode, and is given to `sock_recv`"


async def prepared(address, given):
    s = socket.socket()
    s.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(s, address)
    await loop.sock_recv(given, 1)
    u = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    await loop.sock_connect(u, address)
    v = socket.socket()
    prepare(v)
    await loop.sock_connect(v, address)


def prepare(s):
    s.setblocking(False)


class Client:
    def connect(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)

    async def read(self):
        return await asyncio.get_running_loop().sock_recv(self.sock, 1)  # want AH612 "`self.sock` is in blocking mode, and is given to `sock_recv`"


class Prepared:
    def connect(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(0)

    async def read(self):
        return await asyncio.get_running_loop().sock_recv(self.sock, 1)
