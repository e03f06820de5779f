"""TLS on aiohub.EventLoop: a server's protocol is told what asyncio tells it, however records and segments fall."""

import asyncio
import socket
import ssl
import sys

import pytest
from _border_certificate import PEM
from _loop_worlds import LOOPS, play

pytestmark = pytest.mark.once


@pytest.fixture(params=list(LOOPS))
def new_loop(request):
    return LOOPS[request.param]


@pytest.fixture(scope="module")
def contexts(tmp_path_factory):
    """(of the server, of the client)."""
    path = tmp_path_factory.mktemp("certificate") / "cert.pem"
    path.write_text(PEM)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=path)


class Client:
    """A TLS client that says itself in which segments its records go."""

    def __init__(self, context):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        self.sock = socket.socket()
        self.sock.setblocking(False)

    async def connect(self, address):
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.sock, address)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self.send(self.records())
                self.incoming.write(await loop.sock_recv(self.sock, 1 << 16))
        await self.send(self.records())

    def records(self, *messages):
        """The records that carry *messages*, one each if they are short."""
        for message in messages:
            self.tls.write(message)
        return self.outgoing.read()

    async def send(self, segment):
        await asyncio.get_running_loop().sock_sendall(self.sock, segment)

    def close_notify(self):
        with pytest.raises(ssl.SSLWantReadError):
            self.tls.unwrap()
        return self.outgoing.read()


class Server(asyncio.Protocol):
    """Notes what it is told; `heard(count)` waits for so many bytes."""

    def __init__(self):
        self.told, self.bytes, self.changed = [], 0, asyncio.Event()

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.told.append(data)
        self.bytes += len(data)
        self.changed.set()

    def eof_received(self):
        self.told.append("eof")

    def connection_lost(self, exc):
        self.told.append("lost" if exc is None else repr(exc))
        self.changed.set()

    async def heard(self, count):
        while self.bytes < count:
            self.changed.clear()
            await self.changed.wait()

    async def lost(self):
        while "lost" not in self.told:
            self.changed.clear()
            await self.changed.wait()


async def connected(contexts):
    """(client, the server's protocol, the server) after the handshake."""
    made = []

    def factory():
        made.append(Server())
        return made[-1]

    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0, ssl=contexts[0])
    client = Client(contexts[1])
    await client.connect(server.sockets[0].getsockname())
    while not made or not hasattr(made[0], "transport"):
        await asyncio.sleep(0)
    return client, made[0], server


async def end(client, protocol, server):
    client.sock.close()
    protocol.transport.abort()
    server.close()
    await server.wait_closed()


def test_records_of_one_segment_arrive_together(new_loop, contexts):
    async def scene():
        client, protocol, server = await connected(contexts)
        await client.send(client.records(b"one", b"two", b"three"))
        await protocol.heard(11)
        told = list(protocol.told)
        await end(client, protocol, server)
        return told

    assert play(scene, new_loop) == [b"onetwothree"]


@pytest.mark.parametrize("cut", [1, 5, 20, -1])
def test_a_record_in_two_segments(new_loop, contexts, cut):
    """What is left of a segment is a part of the next record: it waits for the rest, and nothing is lost."""

    async def scene():
        client, protocol, server = await connected(contexts)
        first, second = client.records(b"first"), client.records(b"second" * 10)
        await client.send(first + second[:cut])
        await protocol.heard(5)
        await client.send(second[cut:])
        await protocol.heard(65)
        told = list(protocol.told)
        await end(client, protocol, server)
        return told

    assert play(scene, new_loop) == [b"first", b"second" * 10]


def test_the_end_in_the_segment_of_the_last_message(new_loop, contexts):
    async def scene():
        client, protocol, server = await connected(contexts)
        await client.send(client.records(b"bye") + client.close_notify())
        await protocol.lost()
        told = list(protocol.told)
        await end(client, protocol, server)
        return told

    assert play(scene, new_loop) == [b"bye", "eof", "lost"]


def test_messages_larger_than_records_and_reads(new_loop, contexts):
    message = bytes(range(256)) * 2000

    async def scene():
        client, protocol, server = await connected(contexts)
        await client.send(client.records(message))
        await protocol.heard(len(message))
        told = b"".join(protocol.told)
        await end(client, protocol, server)
        return told == message

    assert play(scene, new_loop)


class Counting:
    """An SSLObject that counts reads."""

    def __init__(self, tls):
        self._tls, self.reads = tls, 0

    def __getattr__(self, name):
        return getattr(self._tls, name)

    def read(self, *args):
        self.reads += 1
        return self._tls.read(*args)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio's protocol reads otherwise")
def test_a_message_is_read_once(contexts):
    """No read that is sure to fail: its exception costs more than the read."""

    async def scene():
        client, protocol, server = await connected(contexts)
        await client.send(client.records(b"warm"))
        await protocol.heard(4)
        tls = protocol.transport._ssl_protocol
        tls._sslobj = counting = Counting(tls._sslobj)
        for number in range(1, 4):
            await client.send(client.records(b"ping"))
            await protocol.heard(4 + 4 * number)
        tls._sslobj = counting._tls
        await end(client, protocol, server)
        return counting.reads

    assert play(scene, LOOPS["engine"]) == 3
