"""Servers of aiohub.EventLoop: every scene tells the same on asyncio's loop and on ours."""

import asyncio
import contextvars
import socket
import warnings

import pytest
from _loop_worlds import LOOPS, in_thread, play

from aiohub import _shim
from aiohub._loop.transports import StreamTransport

pytestmark = pytest.mark.once


@pytest.fixture(params=list(LOOPS))
def new_loop(request):
    return LOOPS[request.param]


def listener():
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(100)
    return sock


def connect(address, count):
    """*count* connections that wait in the backlog of a server that has not been asked yet."""
    return [socket.create_connection(address) for _ in range(count)]


async def ended(clients, at_once=100):
    """What each client is sent until the end."""
    loop = asyncio.get_running_loop()
    answers = []
    for client in clients:
        client.setblocking(False)
        answer = bytearray()
        try:
            while data := await loop.sock_recv(client, at_once):
                answer += data
        except ConnectionResetError:
            answer = b"reset"
        answers.append(bytes(answer))
        client.close()
    return answers


def test_a_batch_of_connections_is_served_in_order(new_loop):
    """All that wait are accepted at once, each with its peer's address, and the server knows of them."""

    async def scene():
        order = []

        class Hello(asyncio.Protocol):
            def connection_made(self, transport):
                order.append(transport.get_extra_info("peername"))
                transport.write(b"hello")
                transport.close()

        loop = asyncio.get_running_loop()
        sock = listener()
        clients = connect(sock.getsockname(), 20)
        names = [client.getsockname() for client in clients]
        server = await loop.create_server(Hello, sock=sock)
        answers = await ended(clients)
        server.close()
        await server.wait_closed()
        return order == names, answers == [b"hello"] * 20

    assert play(scene, new_loop) == (True, True)


def test_connections_do_not_share_a_context(new_loop):
    """What a protocol's factory sets is seen by that connection's callbacks and by no other."""
    name = contextvars.ContextVar("name", default="unset")

    async def scene():
        seen = []

        class Named(asyncio.Protocol):
            def __init__(self):
                self.before = name.get()
                name.set(str(len(seen)))
                self.mine = name.get()
                seen.append(self.before)

            def data_received(self, data):
                self.transport.write(str(name.get() == self.mine).encode())
                self.transport.close()

            def connection_made(self, transport):
                self.transport = transport

        loop = asyncio.get_running_loop()
        sock = listener()
        clients = connect(sock.getsockname(), 3)
        server = await loop.create_server(Named, sock=sock)
        for client in clients:
            client.sendall(b"who?")
        answers = await ended(clients)
        server.close()
        return seen, answers

    assert play(scene, new_loop) == (["unset"] * 3, [b"True"] * 3)


def test_a_factory_that_fails_ends_its_connection_alone(new_loop):
    async def scene():
        made = []

        class Hello(asyncio.Protocol):
            def __init__(self):
                made.append(self)
                if len(made) == 2:
                    raise ValueError("not this one")

            def connection_made(self, transport):
                transport.write(b"hello")
                transport.close()

        loop = asyncio.get_running_loop()
        told = []
        loop.set_exception_handler(lambda loop, context: told.append(context))
        sock = listener()
        clients = connect(sock.getsockname(), 3)
        server = await loop.create_server(Hello, sock=sock)
        answers = await ended(clients)
        server.close()
        return answers, told

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # asyncio leaves the socket to the garbage collector
        assert play(scene, new_loop) == ([b"hello", b"", b"hello"], [])


def test_debug_mode_tells_of_a_factory_that_fails(new_loop):
    async def scene():
        loop = asyncio.get_running_loop()
        loop.set_debug(True)
        told = []
        loop.set_exception_handler(lambda loop, context: told.append(context["message"]))
        sock = listener()
        clients = connect(sock.getsockname(), 1)
        server = await loop.create_server(lambda: 1 // 0, sock=sock)
        while not told:
            await asyncio.sleep(0)
        loop.set_debug(False)
        clients[0].close()
        server.close()
        return told

    assert play(scene, new_loop) == ["Error on transport creation for incoming connection"]


def test_bytes_that_came_with_the_connection_come_after_connection_made(new_loop):
    async def scene():
        class Early(asyncio.Protocol):
            def __init__(self):
                self.calls = []

            def connection_made(self, transport):
                self.transport = transport
                self.calls.append("made")

            def data_received(self, data):
                self.calls.append("data")
                self.transport.write(" ".join(self.calls).encode())
                self.transport.close()

        loop = asyncio.get_running_loop()
        sock = listener()
        clients = connect(sock.getsockname(), 5)
        for client in clients:
            client.sendall(b"early")
        server = await loop.create_server(Early, sock=sock)
        answers = await ended(clients)
        server.close()
        return answers

    assert play(scene, new_loop) == [b"made data"] * 5


def test_addresses_are_known_after_the_end(new_loop):
    """Nobody has asked for them while the connection was there."""

    async def scene():
        lost = asyncio.Event()
        transports = []

        class Closes(asyncio.Protocol):
            def connection_made(self, transport):
                transports.append(transport)
                transport.close()

            def connection_lost(self, exc):
                lost.set()

        loop = asyncio.get_running_loop()
        sock = listener()
        here = sock.getsockname()
        (client,) = connect(here, 1)
        there = client.getsockname()
        server = await loop.create_server(Closes, sock=sock)
        await lost.wait()
        await asyncio.sleep(0)
        (transport,) = transports
        known = [transport.get_extra_info(name) for name in ("peername", "sockname", "nothing")]
        described = transport.get_extra_info("socket")
        number = described.fileno()
        client.close()
        server.close()
        return known == [there, here, None], type(described).__name__, number

    assert play(scene, new_loop) == (True, "TransportSocket", -1)


def test_a_transport_that_writes_before_it_reads(new_loop):
    """More than the kernel takes, while reading is paused; then it reads."""
    much = b"x" * (8 << 20)

    async def scene():
        class Late(asyncio.Protocol):
            def connection_made(self, transport):
                self.transport = transport
                transport.pause_reading()
                transport.write(much)

            def resume_writing(self):
                self.transport.resume_reading()

            def data_received(self, data):
                self.transport.write(data)
                self.transport.close()

        loop = asyncio.get_running_loop()
        sock = listener()
        (client,) = connect(sock.getsockname(), 1)
        client.sendall(b"late")
        server = await loop.create_server(Late, sock=sock)
        (answer,) = await ended([client], 1 << 18)
        server.close()
        return len(answer) - len(much), answer[-4:]

    assert play(scene, new_loop) == (4, b"late")


def test_the_descriptor_of_a_transport_is_its_own(new_loop):
    async def scene():
        loop = asyncio.get_running_loop()
        made = loop.create_future()

        class Shows(asyncio.Protocol):
            def connection_made(self, transport):
                made.set_result(transport)

        sock = listener()
        (client,) = connect(sock.getsockname(), 1)
        server = await loop.create_server(Shows, sock=sock)
        transport = await made
        number = transport.get_extra_info("socket").fileno()
        refused = []
        for use in (lambda: loop.add_reader(number, print), lambda: loop.remove_writer(number)):
            try:
                use()
            except RuntimeError as exc:
                refused.append("is used by transport" in str(exc))
        transport.close()
        removed = loop.remove_reader(number)  # it closes: the descriptor is nobody's
        client.close()
        server.close()
        return refused, removed

    assert play(scene, new_loop) == ([True, True], False)


class Closes(asyncio.Protocol):
    def connection_made(self, transport):
        transport.close()


def test_a_connection_that_is_closed_at_once_is_none_of_the_engines():
    async def scene():
        told = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: told.append(type(context["exception"]).__name__))
        sock = listener()
        clients = connect(sock.getsockname(), 5)
        server = await loop.create_server(Closes, sock=sock)
        _shim.inject_fault("stream_open")
        answers = await ended(clients)
        server.close()
        calm = list(told)
        # The fault is still there: it meets the first transport that reads.
        reader, writer = socket.socketpair()
        with writer:
            transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, reader)
            while not told:
                await asyncio.sleep(0)
            transport.abort()
        return answers, calm, len(told)

    assert play(scene, LOOPS["engine"]) == ([b""] * 5, [], 1)


def test_a_loop_that_is_closed_closes_what_it_has_accepted():
    """Between the turn that accepts a connection and the one that makes its transport."""

    def run():
        loop = LOOPS["engine"]()
        with listener() as sock:
            sock.setblocking(False)
            (client,) = connect(sock.getsockname(), 1)
            with client:
                done = loop._accept(sock, Closes, None, StreamTransport, 10)
                queued = len(loop._ready)
                loop.close()
                return done, queued, client.recv(1)

    assert in_thread(run) == (True, 1, b"")
