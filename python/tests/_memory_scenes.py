"""One scene, again and again, each time with another allocation that fails: `python _memory_scenes.py SCENE`.

A scene may raise MemoryError, or tell the loop's exception handler of one; it must not crash, lose or mix up bytes, or
leave anything that breaks what comes after it. CPython's own `_testcapi` makes the allocations fail.
"""

from __future__ import annotations

import _testcapi
import asyncio
import contextlib
import logging
import socket
import sys

import eventlet

import aiohub

MOST = 150  # no scene makes as many allocations at once
PATTERN = bytes(range(251)) * 4000  # a prime: bytes at a wrong place show


class Protocol(asyncio.Protocol):
    def connection_made(self, transport):
        self.got = bytearray()
        self.lost = False

    def data_received(self, data):
        self.got += data

    def connection_lost(self, exc):
        self.lost = True

    def datagram_received(self, data, address):
        self.got += data

    def error_received(self, exc):
        pass


class Buffered(Protocol, asyncio.BufferedProtocol):
    room = bytearray(4096)

    def get_buffer(self, hint):
        return self.room

    def buffer_updated(self, count):
        self.got += self.room[:count]


@contextlib.contextmanager
def one_failure(number, loop=None):
    """The allocation with this number fails, of those in the block; *loop* is what runs in it."""
    _testcapi.set_nomemory(number, number + 1)
    try:
        yield
    except (MemoryError, SystemError):
        pass
    finally:
        _testcapi.remove_mem_hooks()
        if loop is not None:
            asyncio.events._set_running_loop(None)  # where run_forever could not take that back


def turns(loop, count=4):
    for _ in range(count):
        loop.call_soon(loop.stop)
        loop.run_forever()


def connected(loop, factory):
    one, two = socket.socketpair()
    two.setblocking(False)
    transport, protocol = loop.run_until_complete(loop.create_connection(factory, sock=one))
    return transport, protocol, two


def received(peer):
    got = bytearray()
    with contextlib.suppress(BlockingIOError):
        while data := peer.recv(1 << 20):
            got += data
    return got


def write(loop, number):
    """What arrives is what was written, or its beginning if the connection was lost."""
    transport, protocol, peer = connected(loop, Protocol)
    written, tried = bytearray(), bytearray()
    for part in (PATTERN[:10], PATTERN[10:], *[b"more"] * 20):
        if protocol.lost or transport.is_closing():
            break
        tried = written + part
        is_written = False
        with one_failure(number):
            transport.write(part)
            is_written = True
        if is_written:
            written = tried
    got = received(peer)
    for _ in range(100):
        turns(loop, 1)
        got += received(peer)
    assert tried.startswith(got) if protocol.lost else got == written, (number, len(got), protocol.lost)
    transport.abort()
    turns(loop)
    peer.close()


def read(loop, number, factory=Protocol):
    transport, protocol, peer = connected(loop, factory)
    peer.send(PATTERN[:1000])
    with one_failure(number, loop):
        turns(loop, 2)
    with contextlib.suppress(BrokenPipeError):
        peer.send(PATTERN[1000:2000])
    turns(loop)
    whole = protocol.lost or bytes(protocol.got) == PATTERN[:2000]
    assert whole and PATTERN.startswith(bytes(protocol.got)), (number, protocol.lost, len(protocol.got))
    transport.abort()
    turns(loop)
    peer.close()


def read_buffered(loop, number):
    read(loop, number, Buffered)


def stream_reader(loop, number):
    one, two = socket.socketpair()
    reader, writer = loop.run_until_complete(asyncio.open_connection(sock=one))
    task = loop.create_task(reader.readexactly(4))
    turns(loop)
    two.send(b"one\n")
    with one_failure(number, loop):
        turns(loop, 2)
    with contextlib.suppress(BrokenPipeError):
        two.send(b"two\n")
    two.close()
    turns(loop)
    got = task.result() if task.done() and not task.exception() else b""
    assert b"one\ntwo\n".startswith(got + reader._buffer), (number, got, reader._buffer)
    task.cancel()
    writer.close()
    turns(loop)


def connect(loop, number):
    one, two = socket.socketpair()
    transport = None
    with one_failure(number):
        transport = aiohub.loop.StreamTransport(loop, one, Protocol())
    turns(loop)
    if transport is not None:
        transport.abort()
    turns(loop)
    one.close()
    two.close()


def datagrams(loop, number):
    one, two = (socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2))
    two.bind("")  # to a name that the kernel chooses
    two.setblocking(False)
    one.bind("")
    one.connect(two.getsockname())
    transport, _ = loop.run_until_complete(loop.create_datagram_endpoint(Protocol, sock=one))
    sent = []
    for count in range(400):  # more than the kernel takes
        data, is_sent = b"%d" % count, False
        with one_failure(number):
            transport.sendto(data)
            is_sent = True
        if is_sent:
            sent.append(data)
    got = []
    for _ in range(100):
        with contextlib.suppress(BlockingIOError):
            while True:
                got.append(two.recv(100))
        turns(loop, 1)
    # What raised after it had gone out is none that was lost.
    assert set(sent) <= set(got) and got == sorted(got, key=int), (number, len(sent), len(got))
    two.sendto(b"in", one.getsockname())
    with one_failure(number, loop):
        turns(loop, 2)
    turns(loop)
    transport.abort()
    turns(loop)
    two.close()


def ignore(*args):
    pass


def callbacks(loop, number):
    seen = []
    with one_failure(number):
        loop.call_soon(seen.append, 1)
        loop.call_soon(ignore, *range(9))
        loop.call_soon_threadsafe(seen.append, 2)
        later = loop.call_later(0, seen.append, 3)
        later.cancel()
        loop.call_at(0, seen.append, 4)
        repr(later)
    with one_failure(number, loop):
        turns(loop, 2)
    turns(loop)
    assert seen == sorted(seen, key=lambda item: (item == 4, item)), seen


def grow(loop, number):
    """The queues grow: more callbacks and timers than there is room for at first."""
    handles = []
    with one_failure(number):
        for _ in range(40):
            handles.append(loop.call_later(3600, print))
        for _ in range(40):
            loop.call_soon(int)
    for handle in handles:
        handle.cancel()
    turns(loop)


def watches(loop, number):
    seen = []
    one, two = socket.socketpair()
    with one_failure(number):
        loop.add_reader(one, seen.append, 1)
        loop.add_writer(one, seen.append, 2)
        loop.remove_writer(one)
    two.send(b"x")
    with one_failure(number, loop):
        turns(loop, 2)
    loop.remove_reader(one)
    loop.remove_writer(one)
    assert set(seen) <= {1, 2}
    one.close()
    two.close()


def new_loops(_, number):
    made = None
    with one_failure(number):
        made = aiohub.new_event_loop()
    if made is not None:
        with one_failure(number, made):
            turns(made, 1)
        made.close()


def green(_, number):
    """Calls of green threads that need not wait: greenlet ends the process where it gets no memory for a switch."""
    one, two = map(eventlet.green.socket.socket, eventlet.green.socket.socketpair())
    seen = []
    with one_failure(number):
        two.sendall(b"x")
        seen.append(one.recv(10))
        two.send(b"y")
        one.recv_into(bytearray(10))
        eventlet.hubs.get_hub().schedule_call_global(0, seen.append, b"z").cancel()
    eventlet.sleep(0)
    with one_failure(number):
        eventlet.hubs.get_hub().schedule_call_global(0.01, seen.append, b"late").cancel()
    eventlet.sleep(0.02)
    assert seen in ([], [b"x"]), seen
    one.close()
    two.close()


def main(scene):
    logging.disable()
    sys.unraisablehook = lambda unraisable: None
    loop = aiohub.new_event_loop()
    loop.set_exception_handler(lambda loop, context: None)
    if scene is green:
        aiohub.install(loop="engine")
    scene(loop, MOST)
    for number in range(MOST):
        scene(loop, number)
    scene(loop, MOST)
    loop.close()
    print("fine")


main(globals()[sys.argv[1]])
