"""Nothing of aiohub.EventLoop is left behind: 10^5 operations of each kind change no count."""

import pytest

pytestmark = pytest.mark.once

#: What a program notes before and after; the margin is for what caches keep.
PROGRAM = """
    import asyncio, gc, os, socket, sys, tempfile
    import aiohub

    N = 100_000
    loop = aiohub.new_event_loop()

    def nothing(*args):
        pass

    def turn():
        loop.call_soon(loop.stop)
        loop.run_forever()

    def call_soon():
        for _ in range(100):
            for _ in range(N // 400):
                loop.call_soon(nothing)
                loop.call_soon(nothing, 1, 2, 3, [])
                loop.call_soon_threadsafe(nothing, context=None)
                loop.call_soon(nothing, []).cancel()
            turn()

    def timers():
        for _ in range(100):
            handles = [loop.call_later(0, nothing, []) for _ in range(N // 300)]
            handles += [loop.call_later(1000, nothing, []) for _ in range(N // 300)]
            for _ in range(N // 300):
                loop.call_later(1000, nothing, []).cancel()
            turn()
            turn()
            for handle in handles:
                handle.cancel()
            turn()

    def fails():
        loop.set_exception_handler(lambda loop, context: None)
        for _ in range(N // 1000):
            for _ in range(1000):
                loop.call_soon(int, "x")
            turn()

    def watches():
        one, two = socket.socketpair()
        with one, two:
            two.send(b"x")
            for _ in range(N // 4):
                loop.add_reader(one, nothing, [])
                loop.add_writer(one, nothing, [])
                loop.add_reader(one, nothing, [])
                loop.remove_writer(one)
                loop.remove_reader(one)
            loop.add_reader(one, nothing)
            for _ in range(1000):
                turn()
            loop.remove_reader(one)

    def futures():
        async def step():
            for _ in range(N // 100):
                await asyncio.sleep(0)

        async def main():
            await asyncio.gather(*[step() for _ in range(100)])

        loop.run_until_complete(main())

    class Echo(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            self.transport.write(data)

    class BufferedEcho(asyncio.BufferedProtocol, Echo):
        def get_buffer(self, hint):
            self.buffer = bytearray(100)
            return self.buffer

        def buffer_updated(self, count):
            self.transport.write(memoryview(self.buffer)[:count])

    def messages(kind):
        one, two = socket.socketpair()
        two.setblocking(False)
        transport, _ = loop.run_until_complete(loop.create_connection(kind, sock=one))

        async def main():
            for _ in range(N // 10):
                await loop.sock_sendall(two, b"x" * 64)
                await loop.sock_recv(two, 64)

        loop.run_until_complete(main())
        transport.close()
        two.close()
        turn()
        turn()

    def protocols():
        messages(Echo)
        messages(BufferedEcho)

    def large():
        one, two = socket.socketpair()
        two.setblocking(False)
        transport, _ = loop.run_until_complete(loop.create_connection(Echo, sock=one))
        data = bytes(1 << 20)

        async def main():
            for _ in range(100):
                transport.writelines([data, bytearray(10)])
                got = 0
                while got < len(data) + 10:
                    got += len(await loop.sock_recv(two, 1 << 20))

        loop.run_until_complete(main())
        transport.write(data)
        transport.abort()
        two.close()
        turn()
        turn()

    def connections():
        async def serve(reader, writer):
            writer.write(await reader.read(100))
            writer.close()

        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            for _ in range(500):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"x")
                await reader.read()
                writer.close()
            server.close()
            await asyncio.sleep(0.01)

        loop.run_until_complete(main())

    def datagrams():
        class Echo(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, data, address):
                self.transport.sendto(data, address)

        transport, _ = loop.run_until_complete(loop.create_datagram_endpoint(Echo, ("127.0.0.1", 0)))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.setblocking(False)
            peer.connect(transport.get_extra_info("sockname"))

            async def main():
                for _ in range(N // 20):
                    await loop.sock_sendall(peer, b"x" * 64)
                    await loop.sock_recv(peer, 64)

            loop.run_until_complete(main())
        transport.close()
        turn()
        turn()

    def loops():
        reader, writer = os.pipe()
        for _ in range(200):
            other = aiohub.new_event_loop()
            other.call_soon(nothing, other)
            other.call_later(1, nothing, other)
            other.add_reader(reader, nothing, other)
            other.call_soon(other.stop)
            other.run_forever()
            other.close()
        os.close(reader)
        os.close(writer)

    def counts():
        for _ in range(3):
            gc.collect()
        return sys.getallocatedblocks(), len(gc.get_objects()), len(os.listdir("/proc/self/fd"))

    operation = globals()[sys.argv[1]]
    operation()
    before = counts()
    operation()
    after = counts()
    print(*[now - then for now, then in zip(after, before)])
"""

OPERATIONS = [
    "call_soon",
    "timers",
    "fails",
    "watches",
    "futures",
    "protocols",
    "large",
    "connections",
    "datagrams",
    "loops",
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_left(run_script, operation):
    result = run_script(PROGRAM, operation, timeout=120)
    assert result.stderr == ""
    blocks, objects, descriptors = map(int, result.stdout.split())
    # The lists of spare handles, and of CPython's own, may be fuller than before.
    # The Go runtime opens a poller of its own, two descriptors, once, when its first timer runs.
    assert (blocks < 200, objects < 50, descriptors in (0, 2)) == (True, True, True), (blocks, objects, descriptors)


def test_the_loop_itself_goes(run_script):
    result = run_script(
        """
        import gc, weakref
        import aiohub

        loop = aiohub.new_event_loop()
        loop.call_later(5, print, loop)
        loop.call_soon(print, loop)
        loop.close()
        gone = weakref.ref(loop)
        del loop
        gc.collect()
        print(gone())
        """
    )
    assert (result.stdout, result.stderr) == ("None\n", "")
