"""Stream and datagram transports of aiohub.EventLoop: every scene tells the same on asyncio's loop and on ours."""

import asyncio
import contextvars
import logging
import os
import re
import socket
import struct

import pytest
from _loop_worlds import LOOPS, play

pytestmark = pytest.mark.once

MEGABYTE = 1 << 20


@pytest.fixture(params=list(LOOPS))
def new_loop(request):
    return LOOPS[request.param]


class Recorder(asyncio.Protocol):
    """Notes what it is told."""

    def __init__(self):
        self.told = []
        self.lost = asyncio.get_running_loop().create_future()
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport
        self.told.append("made")

    def data_received(self, data):
        assert type(data) is bytes
        self.received += data

    def eof_received(self):
        self.told.append("eof")

    def pause_writing(self):
        self.told.append("pause")

    def resume_writing(self):
        self.told.append("resume")

    def connection_lost(self, exc):
        self.told.append(("lost", exc and (type(exc), str(exc))))
        self.lost.set_result(exc)


class Buffered(Recorder, asyncio.BufferedProtocol):
    size = 5

    def get_buffer(self, hint):
        self.buffer = bytearray(self.size)
        return self.buffer

    def buffer_updated(self, count):
        self.received += bytes(self.buffer[:count])


async def until(condition):
    while not condition():
        await asyncio.sleep(0.001)


async def connected(factory=Recorder, family=socket.AF_INET):
    """(protocol, peer): a transport's protocol and the blocking socket at the other end."""
    loop = asyncio.get_running_loop()
    if family == socket.AF_UNIX:
        ours, peer = socket.socketpair()
    else:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            ours = socket.create_connection(listener.getsockname())
            peer, _ = listener.accept()
    _, protocol = await loop.create_connection(factory, sock=ours)
    return protocol, peer


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX])
@pytest.mark.parametrize("kind", [Recorder, Buffered])
def test_a_connection_from_beginning_to_end(new_loop, kind, family):
    async def scene():
        protocol, peer = await connected(kind, family)
        transport = protocol.transport
        assert isinstance(transport, asyncio.Transport)
        with peer:
            peer.sendall(b"question")
            await until(lambda: protocol.received == b"question")
            transport.write(b"ans")
            transport.write(bytearray(b"w"))
            transport.writelines([memoryview(b"e"), b"r"])
            transport.write(b"")
            got = b""
            while len(got) < 6:
                got += peer.recv(100)
            state = [transport.is_closing(), transport.is_reading(), transport.get_write_buffer_size()]
            peer.shutdown(socket.SHUT_WR)
            await protocol.lost
            return got, state, protocol.told, transport.is_closing(), peer.recv(10)

    expected = (b"answer", [False, True, 0], ["made", "eof", ("lost", None)], True, b"")
    assert play(scene, new_loop) == expected


def test_what_get_extra_info_knows(new_loop):
    async def scene():
        protocol, peer = await connected()
        with peer:
            info = protocol.transport.get_extra_info
            sock = info("socket")
            answers = (
                info("peername") == peer.getsockname(),
                info("sockname") == peer.getpeername(),
                sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0,
                info("unknown", 5),
                type(sock).__name__,
            )
            protocol.transport.abort()
            await protocol.lost
            return answers, info("peername") == peer.getsockname()

    assert play(scene, new_loop) == ((True, True, True, 5, "TransportSocket"), True)


def test_much_is_written_to_a_slow_reader(new_loop):
    async def scene():
        protocol, peer = await connected()
        transport = protocol.transport
        data = os.urandom(MEGABYTE) * 8
        with peer:
            changing = bytearray(data)
            transport.write(changing)
            if new_loop is LOOPS["engine"]:  # newer stock loops keep a view and send what is there by then
                changing[:] = bytes(len(changing))
            waiting = transport.get_write_buffer_size()
            transport.write(b"the end")
            assert transport.get_write_buffer_size() == waiting + 7
            assert protocol.told == ["made", "pause"]
            transport.close()
            got = await asyncio.get_running_loop().run_in_executor(None, read_all, peer)
            await protocol.lost
            return waiting > MEGABYTE, got == data + b"the end", protocol.told

    assert play(scene, new_loop) == (True, True, ["made", "pause", "resume", ("lost", None)])


def read_all(sock):
    parts = []
    while part := sock.recv(MEGABYTE):
        parts.append(part)
    return b"".join(parts)


def test_a_peer_that_stops_reading_holds_memory_flat(new_loop):
    async def scene():
        async def serve(reader, writer):
            try:
                while True:
                    writer.write(bytes(65536))
                    sizes.append(writer.transport.get_write_buffer_size())
                    await writer.drain()
            finally:
                writer.close()

        sizes = []
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        sock = socket.create_connection(server.sockets[0].getsockname())
        await until(lambda: sizes and sizes[-1] > 65536)
        count = len(sizes)
        await asyncio.sleep(0.05)
        stopped = len(sizes) == count
        sock.close()
        server.close()
        return stopped, max(sizes) <= 3 * 65536

    assert play(scene, new_loop) == (True, True)


def test_write_eof_comes_after_what_waits(new_loop):
    async def scene():
        protocol, peer = await connected()
        transport = protocol.transport
        data = bytes(4 * MEGABYTE)
        with peer:
            assert transport.can_write_eof()
            transport.write(data)
            transport.write_eof()
            transport.write_eof()
            with pytest.raises(RuntimeError, match=r"^Cannot call write\(\) after write_eof\(\)$"):
                transport.write(b"more")
            got = await asyncio.get_running_loop().run_in_executor(None, read_all, peer)
            peer.sendall(b"still open")
            await until(lambda: protocol.received)
            transport.close()
            await protocol.lost
            return len(got) == len(data), protocol.received, protocol.told[-1]

    assert play(scene, new_loop) == (True, b"still open", ("lost", None))


def test_a_protocol_may_keep_the_connection_after_eof(new_loop):
    class Keeps(Recorder):
        def eof_received(self):
            self.told.append("eof")
            return True

    async def scene():
        protocol, peer = await connected(Keeps)
        with peer:
            peer.shutdown(socket.SHUT_WR)
            await until(lambda: "eof" in protocol.told)
            await asyncio.sleep(0.01)
            protocol.transport.write(b"answer")
            got = peer.recv(10)
            protocol.transport.close()
            await protocol.lost
            return got, protocol.told

    assert play(scene, new_loop) == (b"answer", ["made", "eof", ("lost", None)])


@pytest.mark.parametrize("kind", [Recorder, Buffered])
def test_paused_reading_loses_nothing(new_loop, kind):
    async def scene():
        protocol, peer = await connected(kind)
        transport = protocol.transport
        with peer:
            transport.pause_reading()
            transport.pause_reading()
            peer.sendall(b"held back")
            peer.shutdown(socket.SHUT_WR)
            await asyncio.sleep(0.02)
            held = protocol.received, transport.is_reading()
            transport.resume_reading()
            transport.resume_reading()
            await protocol.lost
            return held, protocol.received, protocol.told

    assert play(scene, new_loop) == ((b"", False), b"held back", ["made", "eof", ("lost", None)])


def test_one_protocol_pauses_another_in_the_same_turn(new_loop):
    async def scene():
        class Pauses(Recorder):
            def data_received(self, data):
                super().data_received(data)
                for other in everybody:
                    if other is not self:
                        other.transport.pause_reading()

        everybody, peers = [], []
        for _ in range(5):
            protocol, peer = await connected(Pauses)
            everybody.append(protocol)
            peers.append(peer)
        for peer in peers:
            peer.sendall(b"data")
        await until(lambda: any(protocol.received for protocol in everybody))
        first = sum(bool(protocol.received) for protocol in everybody)
        for _ in range(5):
            for protocol in everybody:
                protocol.transport.resume_reading()
            await asyncio.sleep(0.005)
        got = [protocol.received for protocol in everybody]
        for protocol, peer in zip(everybody, peers):
            protocol.transport.abort()
            peer.close()
            await protocol.lost
        return first, got

    assert play(scene, new_loop) == (1, [b"data"] * 5)


@pytest.mark.parametrize(("before", "after"), [(Recorder, Buffered), (Buffered, Recorder)])
def test_the_protocol_can_be_changed(new_loop, before, after):
    async def scene():
        protocol, peer = await connected(before)
        transport = protocol.transport
        with peer:
            peer.sendall(b"one")
            await until(lambda: protocol.received == b"one")
            second = after()
            second.transport = transport
            transport.set_protocol(second)
            assert transport.get_protocol() is second
            peer.sendall(b"two")
            await until(lambda: second.received == b"two")
            transport.close()
            await second.lost
            return protocol.told, second.told

    assert play(scene, new_loop) == (["made"], [("lost", None)])


def reset(sock):
    """Close *sock* so that the other end gets a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def test_a_reset_while_reading(new_loop):
    async def scene():
        protocol, peer = await connected()
        reset(peer)
        await protocol.lost
        return protocol.told

    expected = ["made", ("lost", (ConnectionResetError, "[Errno 104] Connection reset by peer"))]
    assert play(scene, new_loop) == expected


def test_a_reset_while_writing(new_loop):
    async def scene():
        protocol, peer = await connected()
        protocol.transport.pause_reading()
        reset(peer)
        await asyncio.sleep(0.01)
        protocol.transport.write(b"x")
        exc = await protocol.lost
        return type(exc) in (ConnectionResetError, BrokenPipeError)

    assert play(scene, new_loop) is True


def test_writes_after_the_end_are_counted_and_warned_of(new_loop, caplog):
    async def scene():
        protocol, peer = await connected()
        with peer:
            protocol.transport.abort()
            for _ in range(7):
                protocol.transport.write(b"x")
            await protocol.lost

    with caplog.at_level(logging.WARNING, "asyncio"):
        play(scene, new_loop)
    assert caplog.messages == ["socket.send() raised exception."] * 3


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("data_received", "Fatal error: protocol.data_received() call failed."),
        ("eof_received", "Fatal error: protocol.eof_received() call failed."),
        ("get_buffer", "Fatal error: protocol.get_buffer() call failed."),
        ("buffer_updated", "Fatal error: protocol.buffer_updated() call failed."),
    ],
)
def test_a_protocol_that_fails(new_loop, method, message):
    async def scene():
        def fails(self, *args):
            raise ValueError("wrong")

        base = Recorder if method in ("data_received", "eof_received") else Buffered
        contexts = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: contexts.append(context))
        protocol, peer = await connected(type("Fails", (base,), {method: fails}))
        transport = protocol.transport
        with peer:
            peer.sendall(b"data")
            if method == "eof_received":
                peer.shutdown(socket.SHUT_WR)
            exc = await protocol.lost
        (context,) = contexts
        assert context["transport"] is transport and context["protocol"] is protocol
        assert context["exception"] is exc
        return context["message"], str(exc)

    assert play(scene, new_loop) == (message, "wrong")


def test_an_empty_buffer_is_an_error(new_loop):
    async def scene():
        contexts = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: contexts.append(context))
        protocol, peer = await connected(type("Empty", (Buffered,), {"size": 0}))
        with peer:
            peer.sendall(b"data")
            await protocol.lost
        return str(contexts[0]["exception"])

    assert play(scene, new_loop) == "get_buffer() returned an empty buffer"


@pytest.mark.parametrize("wrong", ["text", 5, None, [1]])
def test_what_cannot_be_written(new_loop, wrong):
    async def scene():
        protocol, peer = await connected()
        with peer:
            with pytest.raises(TypeError) as caught:
                protocol.transport.write(wrong)
            protocol.transport.abort()
            await protocol.lost
            return str(caught.value)

    assert re.match(rf"data argument must be a bytes.* not .*{type(wrong).__name__}", play(scene, new_loop))


def test_water_marks(new_loop):
    async def scene():
        protocol, peer = await connected()
        transport = protocol.transport
        marks = []
        for given in [{}, {"high": 100}, {"low": 10}, {"high": 100, "low": 0}, {"high": 0}]:
            transport.set_write_buffer_limits(**given)
            marks.append(transport.get_write_buffer_limits())
        for wrong in [{"high": 1, "low": 2}, {"high": -1}]:
            with pytest.raises(ValueError, match="must be >= low"):
                transport.set_write_buffer_limits(**wrong)
        transport.abort()
        await protocol.lost
        peer.close()
        return marks

    assert play(scene, new_loop) == [(16384, 65536), (25, 100), (10, 40), (0, 100), (0, 0)]


def test_callbacks_run_in_the_context_of_the_connection(new_loop):
    variable = contextvars.ContextVar("variable", default="none")

    class Notes(Recorder):
        def data_received(self, data):
            self.told.append(variable.get())
            super().data_received(data)

    async def scene():
        variable.set("connection")
        protocol, peer = await connected(Notes)
        variable.set("changed")
        with peer:
            peer.sendall(b"data")
            await until(lambda: protocol.received)
            protocol.transport.abort()
            await protocol.lost
            return protocol.told[:2]

    assert play(scene, new_loop) == ["made", "connection"]


def test_a_transport_keeps_its_descriptor_for_itself(new_loop):
    async def scene():
        protocol, peer = await connected()
        loop = asyncio.get_running_loop()
        number = protocol.transport.get_extra_info("socket").fileno()
        with peer, pytest.raises(RuntimeError, match=f"^File descriptor {number} is used by transport"):
            loop.add_reader(number, print)
        protocol.transport.abort()
        await protocol.lost

    play(scene, new_loop)


def test_an_unclosed_transport_warns(new_loop):
    async def scene():
        protocol, peer = await connected()
        text = repr(protocol.transport)
        protocol.transport.pause_reading()
        peer.close()
        transport = protocol.transport
        transport.close()
        await protocol.lost
        return re.sub(r"\d+", "N", text.partition(" ")[2]), re.sub(r"\d+", "N", repr(transport).partition(" ")[2])

    assert play(scene, new_loop) == ("fd=N read=polling write=<idle, bufsize=N>>", "closed fd=N>")


# Servers and streams.


def test_many_connections_at_once(new_loop):
    async def scene():
        async def serve(reader, writer):
            writer.write(await reader.readline())
            writer.close()

        async def ask(number):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"%d\n" % number)
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return int(answer)

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            return await asyncio.gather(*[ask(number) for number in range(150)])

    assert play(scene, new_loop) == list(range(150))


def test_streams_with_a_small_limit(new_loop):
    async def scene():
        async def serve(reader, writer):
            parts.append(await reader.readexactly(500_000))
            parts.append(await reader.readuntil(b"!"))
            with pytest.raises(asyncio.LimitOverrunError):
                await reader.readuntil(b"?")
            with pytest.raises(asyncio.IncompleteReadError):
                await reader.readexactly(500_000)
            writer.write(b"done")
            writer.close()

        parts = []
        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=100)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
        writer.write(b"x" * 500_000 + b"line!")
        await writer.drain()
        await until(lambda: len(parts) == 2)
        writer.write(b"y" * 1000)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        server.close()
        return [len(part) for part in parts], answer

    assert play(scene, new_loop) == ([500_000, 5], b"done")


def test_a_subclass_of_the_stream_reader_is_asked(new_loop):
    class Counting(asyncio.StreamReader):
        count = 0

        def feed_data(self, data):
            self.count += len(data)
            super().feed_data(data)

    async def scene():
        loop = asyncio.get_running_loop()
        reader = Counting(loop=loop)
        ours, peer = socket.socketpair()
        transport, _ = await loop.create_connection(lambda: asyncio.StreamReaderProtocol(reader, loop=loop), sock=ours)
        with peer:
            peer.sendall(b"counted")
            got = await reader.readexactly(7)
            transport.close()
            await asyncio.sleep(0)
            return got, reader.count

    assert play(scene, new_loop) == (b"counted", 7)


def test_a_file_is_sent(new_loop, tmp_path):
    data = os.urandom(3 * MEGABYTE)
    (tmp_path / "file").write_bytes(data)

    async def scene():
        protocol, peer = await connected()
        loop = asyncio.get_running_loop()
        with peer, (tmp_path / "file").open("rb") as file:
            protocol.transport.write(b"head")
            reading = loop.run_in_executor(None, read_all, peer)
            sent = await loop.sendfile(protocol.transport, file)
            protocol.transport.write(b"tail")
            protocol.transport.close()
            return sent, await reading == b"head" + data + b"tail"

    assert play(scene, new_loop) == (3 * MEGABYTE, True)


# Datagrams.


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self):
        self.got, self.errors = [], []
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.got.append((data, address))

    def error_received(self, exc):
        self.errors.append((type(exc), str(exc)))

    def connection_lost(self, exc):
        self.lost.set_result(exc)


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_datagrams(new_loop, family, host):
    async def scene():
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(Datagrams, (host, 0), family=family)
        transport = protocol.transport
        with socket.socket(family, socket.SOCK_DGRAM) as peer:
            peer.bind((host, 0))
            peer.settimeout(10)
            for number in range(3):
                peer.sendto(b"%d" % number, transport.get_extra_info("sockname"))
            await until(lambda: len(protocol.got) == 3)
            assert {address for _, address in protocol.got} == {peer.getsockname()}
            transport.sendto(b"back", protocol.got[0][1])
            transport.sendto(
                bytearray(b"named"), ("localhost" if family == socket.AF_INET else host, peer.getsockname()[1])
            )
            answers = [peer.recv(100), peer.recv(100)]
            transport.close()
            await protocol.lost
            return [data for data, _ in protocol.got], answers, protocol.errors

    assert play(scene, new_loop) == ([b"0", b"1", b"2"], [b"back", b"named"], [])


def test_datagrams_to_one_peer(new_loop):
    async def scene():
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.bind(("127.0.0.1", 0))
            address = peer.getsockname()
            _, protocol = await loop.create_datagram_endpoint(Datagrams, remote_addr=address)
            protocol.transport.sendto(b"one")
            protocol.transport.sendto(b"two", address)
            with pytest.raises(ValueError, match=r"^Invalid address: must be None or "):
                protocol.transport.sendto(b"three", ("127.0.0.1", 1))
            got = [peer.recv(10), peer.recv(10)]
        protocol.transport.sendto(b"refused")
        await until(lambda: protocol.errors)
        protocol.transport.abort()
        await protocol.lost
        return got, protocol.errors[0]

    assert play(scene, new_loop) == (
        [b"one", b"two"],
        (ConnectionRefusedError, "[Errno 111] Connection refused"),
    )


def test_datagrams_too_large(new_loop):
    async def scene():
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(Datagrams, ("127.0.0.1", 0))
        protocol.transport.sendto(bytes(100_000), ("127.0.0.1", 9))
        with pytest.raises(TypeError):
            protocol.transport.sendto("text", ("127.0.0.1", 9))
        protocol.transport.close()
        await protocol.lost
        return protocol.errors

    assert play(scene, new_loop) == [(OSError, "[Errno 90] Message too long")]


def test_datagrams_of_unix_sockets(new_loop, tmp_path):
    async def scene():
        loop = asyncio.get_running_loop()
        here, there = str(tmp_path / "here"), str(tmp_path / "there")
        _, protocol = await loop.create_datagram_endpoint(Datagrams, here, family=socket.AF_UNIX)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as peer:
            peer.sendto(b"nameless", here)
            await until(lambda: len(protocol.got) == 1)
            peer.bind(there)
            peer.sendto(b"named", here)
            await until(lambda: len(protocol.got) == 2)
            protocol.transport.sendto(b"back", there)
            answer = peer.recv(10)
        protocol.transport.close()
        await protocol.lost
        return [data for data, _ in protocol.got], protocol.got[1][1] == there, answer

    assert play(scene, new_loop) == ([b"nameless", b"named"], True, b"back")
