"""Servers of aiohub.EventLoop: every scene tells the same on asyncio's loop and on ours."""

import asyncio
import contextvars
import socket
import warnings

import pytest
from _loop_worlds import LOOPS, play

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


async def ended(clients):
    """What each client is sent until the end."""
    loop = asyncio.get_running_loop()
    answers = []
    for client in clients:
        client.setblocking(False)
        answer = b""
        try:
            while data := await loop.sock_recv(client, 100):
                answer += data
        except ConnectionResetError:
            answer = b"reset"
        answers.append(answer)
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
