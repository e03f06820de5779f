"""What aiohub.EventLoop does at once for many: wake-ups from other threads, datagrams, what a child accepts."""

import asyncio
import os
import socket
import sys
import threading
import time

import pytest
from _loop_worlds import LOOPS, play

import aiohub

pytestmark = pytest.mark.once

WRITES = "/proc/self/io"


@pytest.fixture(params=list(LOOPS))
def new_loop(request):
    return LOOPS[request.param]


def writes():
    """How often this process has written."""
    with open(WRITES) as file:
        return next(int(line.split()[1]) for line in file if line.startswith("syscw"))


@pytest.mark.skipif(not os.access(WRITES, os.R_OK), reason=f"there is no {WRITES}")
def test_a_loop_is_woken_once_however_many_calls_come():
    calls = 1000
    done = threading.Event()

    async def scene():
        called = []

        def other_thread():
            time.sleep(0.02)  # the loop sleeps in its engine, as a rule: if it does not, nothing is written at all
            before = writes()
            for number in range(calls):
                loop.call_soon_threadsafe(called.append, number)
            told = writes() - before
            loop.call_soon_threadsafe(finished.set_result, told)
            done.set()

        loop, finished = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        thread = threading.Thread(target=other_thread)
        thread.start()
        told = await finished
        thread.join()
        return called == list(range(calls)), told

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)  # who calls keeps the GIL until it is done
    try:
        in_order, told = play(scene, aiohub.new_event_loop)
    finally:
        sys.setswitchinterval(interval)
    assert in_order
    assert told < calls / 10


def received(new_loop, when_received):
    """What a transport for which 40 datagrams wait delivers; *when_received(transport, data)* is called for each."""

    async def scene():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        got, end = [], loop.create_future()

        class Protocol(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, data, address):
                got.append(data)
                if data == b"39" and not end.done():
                    end.set_result(None)
                when_received(self.transport, data)

            def connection_lost(self, exc):
                if not end.done():
                    end.set_result(None)

        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            for number in range(40):
                peer.sendto(b"%d" % number, sock.getsockname())
            transport, _ = await loop.create_datagram_endpoint(Protocol, sock=sock)
            await end
        transport.abort()
        await asyncio.sleep(0)
        return got

    return play(scene, new_loop)


ALL = [b"%d" % number for number in range(40)]


def test_a_batch_of_datagrams_comes_in_order(new_loop):
    assert received(new_loop, lambda transport, data: None) == ALL


@pytest.mark.parametrize("end", ["close", "abort"])
def test_nothing_of_a_batch_comes_after_the_end(new_loop, end):
    def when_received(transport, data):
        if data == b"2":
            getattr(transport, end)()

    assert received(new_loop, when_received) == ALL[:3]


def test_an_error_loses_nothing_of_a_batch(new_loop):
    def when_received(transport, data):
        if data != b"39" and int(data) % 3 == 0:
            raise ValueError(data)

    assert received(new_loop, when_received) == ALL


ACCEPTS = """
    import asyncio, contextlib, os, signal, socket, sys, warnings
    import aiohub

    warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork", category=DeprecationWarning)

    async def who(reader, writer):
        writer.write(str(os.getpid()).encode())
        writer.close()

    async def ask(address):
        reader, writer = await asyncio.open_connection(*address)
        answer = int(await reader.read())
        writer.close()
        return answer

    async def main():
        server = await asyncio.start_server(who, "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        assert await ask(address) == os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.alarm(60)
            asyncio._set_running_loop(loop)  # asyncio forgets it in a child
            # Whoever accepts, the child goes on: until it has been the one.
            while await ask(address) != os.getpid():
                pass
            os._exit(7)
        while (done := os.waitpid(pid, os.WNOHANG)) == (0, 0):
            # The child may end with a connection that it has accepted and not answered.
            with contextlib.suppress(ValueError, ConnectionError):
                await ask(address)
        assert await ask(address) == os.getpid()
        server.close()
        print(os.waitstatus_to_exitcode(done[1]))

    loop = aiohub.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
"""


def test_parent_and_child_both_accept_after_a_fork(run_script):
    done = run_script(ACCEPTS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "7\n", "")
