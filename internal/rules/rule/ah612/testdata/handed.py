import socket

import wire


class Command:
    def __init__(self):
        self.connection = None

    async def connect(self, path):
        if path:
            self.connect_unix(path)
        else:
            await self.connect_tcp()
        return await wire.receive(self.connection)  # want AH612 "`self.connection` is in blocking mode, and is given to `sock_recv` by `wire.receive`"

    async def update(self, data):
        await wire.send(self.connection, data)  # want AH612 "`self.connection` is in blocking mode, and is given to `sock_sendall` by `wire.send`"

    def connect_unix(self, path):
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.connect(path)

    async def connect_tcp(self):
        self.connection = socket.socket()
        self.connection.settimeout(0)
        self.connection = (self.connection, None)


class Prepared(Command):
    """What others of its object or functions of the tree prepare is in order."""

    def __init__(self):
        self.sock = socket.socket()
        prepare(self.sock)
        self.other = socket.socket()

    async def connect(self):
        prepare(self.other)
        await wire.send(self.sock, b"")
        await wire.send(self.other, b"")

    async def local(self):
        sock = socket.socket()
        await wire.send(sock, b"")  # want AH612 "`sock` is in blocking mode, and is given to `sock_sendall` by `wire.send`"
        replaced = socket.socket()
        replaced = wire.pipe(replaced)
        await wire.send(replaced, b"")


def prepare(sock):
    sock.setblocking(False)
