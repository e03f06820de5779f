"""Bad input and faults under aiohub.EventLoop: a clear error, nothing lost, nothing leaked, and the loop goes on."""

import asyncio
import os
import resource
import signal
import socket
import threading

import pytest
from _loop_worlds import in_thread, play

import aiohub
from aiohub import _shim

pytestmark = pytest.mark.once


@pytest.fixture
def loop():
    made = aiohub.new_event_loop()
    yield made
    made.close()


def test_a_descriptor_closed_behind_the_loops_back(loop):
    seen = []
    one, two = socket.socketpair()
    loop.add_reader(one, seen.append, "readable")
    two.send(b"x")
    one.close()
    loop.call_later(0.01, loop.stop)
    in_thread(loop.run_forever)
    assert seen == []
    two.close()


def test_a_descriptor_closed_while_a_duplicate_keeps_the_file(loop):
    """The kernel goes on reporting the file; nobody gets it, and the loop does not spin."""
    seen = []
    one, two = socket.socketpair()
    number = one.fileno()
    loop.add_reader(one, seen.append, "old")
    duplicate = one.dup()
    one.close()
    three, four = socket.socketpair()
    assert three.fileno() == number
    two.send(b"x")
    loop.add_reader(three, lambda: (seen.append("new"), loop.stop()))
    four.send(b"y")
    in_thread(loop.run_forever)
    assert seen == ["new"]
    loop.remove_reader(three)
    turns = 0

    def turn():
        nonlocal turns
        turns += 1

    loop.call_soon(turn)
    loop.call_later(0.05, loop.stop)
    in_thread(loop.run_forever)
    assert turns == 1
    for end in (two, three, four, duplicate):
        end.close()


def test_a_number_that_is_reused_while_its_event_is_on_the_way(loop):
    """Two are ready in one turn; the protocol of the first gives the number of the second to another file."""
    seen = []
    one, two, three, four = *socket.socketpair(), *socket.socketpair()
    other, peer = socket.socketpair()
    number = three.detach()

    class Reuses(asyncio.Protocol):
        def data_received(self, data):
            loop.remove_reader(number)
            os.dup2(other.fileno(), number)
            loop.add_reader(number, seen.append, "another file's event")
            loop.call_later(0.001, loop.stop)

    def make_ready():
        two.send(b"first")
        four.send(b"second")

    async def prepare():
        await loop.create_connection(Reuses, sock=one)
        loop.add_reader(number, seen.append, "too late")
        loop.call_soon(make_ready)

    def run():
        loop.run_until_complete(prepare())
        loop.run_forever()

    in_thread(run)
    assert seen == []
    loop.remove_reader(number)
    os.close(number)
    for end in (one, two, four, other, peer):
        end.close()


def test_a_foreign_epoll_descriptor_can_be_watched(loop):
    import select

    seen = []
    one, two = socket.socketpair()
    epoll = select.epoll()
    epoll.register(one, select.EPOLLIN)
    loop.add_reader(epoll, lambda: (seen.append("epoll"), loop.stop()))
    two.send(b"x")
    in_thread(loop.run_forever)
    loop.remove_reader(epoll)
    assert seen == ["epoll"]
    for each in (epoll, one, two):
        each.close()


def test_a_transports_socket_closed_by_somebody_else():
    async def scene():
        loop = asyncio.get_running_loop()
        lost = loop.create_future()

        class Protocol(asyncio.Protocol):
            def connection_lost(self, exc):
                lost.set_result(exc)

        one, two = socket.socketpair()
        transport, _ = await loop.create_connection(Protocol, sock=one)
        os.close(one.fileno())
        transport.write(b"x")
        exc = await lost
        one.detach()
        two.close()
        return type(exc), exc.errno

    assert play(scene, aiohub.new_event_loop)[1] == 9


def test_a_blocking_callback_holds_up_but_loses_nothing(loop):
    seen = []
    release = threading.Event()

    def block():
        threading.Thread(target=helper).start()
        release.wait()
        seen.append("block ends")

    def helper():
        loop.call_soon_threadsafe(seen.append, "queued meanwhile")
        loop.call_soon_threadsafe(loop.stop)
        release.set()

    loop.call_soon(block)
    in_thread(loop.run_forever)
    assert seen == ["block ends", "queued meanwhile"]


def test_a_hundred_thousand_timers_cancelled(loop):
    handles = [loop.call_later(3600 + number, print) for number in range(100_000)]
    loop.call_soon(loop.stop)
    in_thread(loop.run_forever)
    assert len(loop._scheduled) == 100_000
    for handle in handles:
        handle.cancel()
    assert loop._scheduled == []
    seen = []
    loop.call_later(0, seen.append, "on time")
    loop.call_later(0.001, loop.stop)
    in_thread(loop.run_forever)
    assert seen == ["on time"]


def test_a_million_pending_timers(loop):
    seen = []
    for number in range(1_000_000):
        loop.call_later(3600, seen.append, number)
    loop.call_later(0, loop.stop)
    in_thread(loop.run_forever)
    assert seen == [] and len(loop._scheduled) == 1_000_000


def test_a_server_without_descriptors_recovers(run_script):
    result = run_script(
        """
        import asyncio, os, resource, socket
        import aiohub

        loop = aiohub.new_event_loop()
        told = []
        loop.set_exception_handler(lambda loop, context: told.append(context["message"]))

        async def serve(reader, writer):
            writer.write(await reader.readline())
            writer.close()

        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            address = server.sockets[0].getsockname()
            clients = [socket.socket() for _ in range(3)]
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            lowest = os.open("/dev/null", os.O_RDONLY)
            os.close(lowest)
            resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
            for client in clients:
                client.setblocking(False)
                client.connect_ex(address)
            while not told:
                await asyncio.sleep(0.001)
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            for client in clients:
                await loop.sock_sendall(client, b"served\\n")
                print(await loop.sock_recv(client, 100))
                client.close()
            server.close()

        loop.run_until_complete(main())
        print(set(told))
        loop.close()
        """
    )
    expected = "b'served\\n'\n" * 3 + "{'socket.accept() out of system resource'}\n"
    assert (result.stdout, result.stderr) == (expected, "")


def test_no_descriptor_for_a_new_loop():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    aiohub.new_event_loop().close()  # the engine is loaded
    lowest = os.open("/dev/null", os.O_RDONLY)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        with pytest.raises(OSError) as caught:
            aiohub.new_event_loop()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert str(caught.value) == "[Errno 24] Too many open files"


STORM = """
    import asyncio, os, signal, subprocess, sys, threading
    import aiohub

    number = getattr(signal, sys.argv[1])
    loop = aiohub.new_event_loop()
    handled = []
    if number != signal.SIGPIPE:
        loop.add_signal_handler(number, handled.append, 1)
    storm = subprocess.Popen(
        [sys.executable, "-c",
         "import os, sys\\nfor _ in range(5000): os.kill(int(sys.argv[1]), int(sys.argv[2]))",
         str(os.getpid()), str(int(number))]
    )

    class Echo(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            self.transport.write(data)

    async def main():
        server = await loop.create_server(Echo, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        rounds = 0
        while rounds < 500 or storm.poll() is None:
            writer.write(b"message\\n")
            assert await reader.readline() == b"message\\n"
            await asyncio.sleep(0.0001)
            rounds += 1
        writer.close()
        server.close()
        await asyncio.sleep(0.01)

    loop.run_until_complete(main())
    loop.close()
    print(number == signal.SIGPIPE or len(handled) > 0)
"""


@pytest.mark.parametrize("name", ["SIGURG", "SIGCHLD", "SIGPIPE", "SIGUSR1"])
def test_a_storm_of_signals(run_script, name):
    result = run_script(STORM, name)
    assert (result.stdout, result.stderr, result.returncode) == ("True\n", "", 0)


def test_a_signal_among_so_many_that_the_pipe_is_full(run_script):
    """The stock loop loses it."""
    result = run_script(
        """
        import asyncio, os, signal
        import aiohub

        loop = aiohub.new_event_loop()
        told = []
        loop.add_signal_handler(signal.SIGUSR1, told.append, "many")
        loop.add_signal_handler(signal.SIGTERM, told.append, "one")
        loop.add_signal_handler(signal.SIGHUP, told.append, "none")

        async def told_of(count, name):
            while told.count(name) < count:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.01)  # more than that would come now

        async def storm():
            # Nobody reads the pipe meanwhile.
            for _ in range(10_000):
                os.kill(os.getpid(), signal.SIGUSR1)
            os.kill(os.getpid(), signal.SIGTERM)
            await told_of(1, "one")

        async def in_turn():
            for number in (signal.SIGUSR1, signal.SIGTERM) * 3:
                os.kill(os.getpid(), number)
            await told_of(3, "one")

        loop.run_until_complete(storm())
        print(told.count("one"), told.count("many") > 100, told.count("none"))

        # Each is told of once where there is room, however close they follow each other.
        del told[:]
        loop.run_until_complete(in_turn())
        print(*told)
        loop.close()
        """
    )
    assert (result.stdout, result.stderr) == ("1 True 0\n" + "many one " * 2 + "many one\n", "")


def test_ctrl_c_in_an_idle_loop(run_script):
    result = run_script(
        """
        import _thread, asyncio, os, signal, threading
        import aiohub

        loop = aiohub.new_event_loop()
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            loop.run_forever()
        except KeyboardInterrupt:
            print("interrupted", loop.is_running())
        loop.call_soon(loop.stop)
        loop.run_forever()
        loop.close()
        """
    )
    assert (result.stdout, result.stderr) == ("interrupted False\n", "")


def test_a_fault_in_the_engine_is_an_exception(loop):
    """The process lives, and so does the loop."""
    one, two = socket.socketpair()
    _shim.inject_fault("watch")
    with pytest.raises(RuntimeError, match=r"^fault in the engine: "):
        loop.add_reader(one, print)
    _shim.inject_fault("turn")
    with pytest.raises(RuntimeError, match=r"^fault in the engine: "):
        in_thread(loop.run_forever)
    seen = []
    loop.add_reader(one, lambda: (seen.append("fine"), loop.stop()))
    two.send(b"x")
    in_thread(loop.run_forever)
    assert seen == ["fine"]
    loop.remove_reader(one)
    one.close()
    two.close()


EVERYTHING = """
    import asyncio, os, socket, sys
    import aiohub
    aiohub.install(loop="engine")
    import eventlet
    from eventlet.green import socket as green_socket
    from aiohub import _shim

    faults = []

    def note(loop, context):
        if "fault in the engine" not in str(context.get("exception")):
            raise SystemExit(f"another error: {context}")
        faults.append(context)

    class Plain(asyncio.Protocol):
        def __init__(self):
            self.got = asyncio.get_running_loop().create_future()

        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            if not self.got.done():
                self.got.set_result(data)

        def connection_lost(self, exc):
            if not self.got.done():
                self.got.set_exception(exc or EOFError())
                self.got.exception()  # looked at

    class Buffered(Plain, asyncio.BufferedProtocol):
        def get_buffer(self, hint):
            self.buffer = bytearray(100)
            return self.buffer

        def buffer_updated(self, count):
            self.data_received(bytes(self.buffer[:count]))

    class Datagrams(asyncio.DatagramProtocol, Plain):
        def datagram_received(self, data, address):
            self.data_received(data)

        def error_received(self, exc):
            self.peer.got.set_exception(exc)

    async def streams(kind):
        loop = asyncio.get_running_loop()
        one, two = socket.socketpair()
        first, mine = await loop.create_connection(kind, sock=one)
        second, theirs = await loop.create_connection(kind, sock=two)
        try:
            second.pause_reading()
            first.write(bytes(1 << 22))  # more than the kernel takes at once
            second.resume_reading()
            assert set(await theirs.got) == {0}
        finally:
            first.abort()
            second.abort()
            await asyncio.sleep(0)

    async def datagrams():
        loop = asyncio.get_running_loop()
        one, mine = await loop.create_datagram_endpoint(Datagrams, ("127.0.0.1", 0))
        two, theirs = await loop.create_datagram_endpoint(Datagrams, remote_addr=one.get_extra_info("sockname"))
        theirs.peer = mine
        two.sendto(b"datagram")
        try:
            assert await mine.got == b"datagram"
        finally:
            one.abort()
            two.abort()
            await asyncio.sleep(0)

    async def flood():
        loop = asyncio.get_running_loop()
        one, two = (socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2))
        two.bind("")  # to a name that the kernel chooses
        one.connect(two.getsockname())
        first, mine = await loop.create_datagram_endpoint(Datagrams, sock=one)
        second, theirs = await loop.create_datagram_endpoint(Datagrams, sock=two)
        mine.peer = theirs
        try:
            for _ in range(1000):
                first.sendto(b"datagram")  # more than the kernel takes at once
            assert await theirs.got == b"datagram"
        finally:
            first.abort()
            second.abort()
            await asyncio.sleep(0)

    async def watch():
        loop = asyncio.get_running_loop()
        readable, writable = os.pipe()
        seen = loop.create_future()
        try:
            loop.add_reader(readable, lambda: seen.done() or seen.set_result(True))
            os.write(writable, b"x")
            await seen
            loop.remove_reader(readable)
        finally:
            os.close(readable)
            os.close(writable)

    def green():
        one, two = map(green_socket.socket, socket.socketpair())
        reader = eventlet.spawn(one.recv, 10)
        eventlet.sleep(0)
        two.send(b"green")
        assert reader.wait() == b"green"
        one.close()
        two.close()

    def new_loop():
        async def main():
            asyncio.get_running_loop().set_exception_handler(note)
            for scene in (streams(Plain), streams(Buffered), datagrams(), flood(), watch()):
                try:
                    await asyncio.wait_for(scene, 100)
                except RuntimeError as exc:
                    note(None, {"exception": exc})

        def thread():
            try:
                loop = aiohub.new_event_loop()
                try:
                    loop.run_until_complete(main())
                finally:
                    loop.close()
            except RuntimeError as exc:
                note(None, {"exception": exc})

        worker = eventlet.patcher.original("threading").Thread(target=thread)
        worker.start()
        worker.join()

    def everything():
        del faults[:]
        new_loop()
        try:
            with eventlet.Timeout(100):
                green()
        except RuntimeError as exc:
            note(None, {"exception": exc})
        return len(faults)

    assert everything() == 0
    _shim.inject_fault(sys.argv[1])
    print("told" if everything() else "silent", flush=True)
    assert everything() == 0, faults
    print("lives")
"""


# Of these nobody has to hear: a wait is asked for once more, the others end something; nothing asks for statistics.
QUIET = ["wait", "free", "close", "unwait", "forget", "stats"]


@pytest.mark.parametrize("name", [name for name in _shim.FAULTS if name not in QUIET])
def test_a_fault_in_a_function_of_the_engine(run_script, name):
    result = run_script(EVERYTHING, name)
    assert (result.stdout, result.returncode) == ("told\nlives\n", 0), result.stderr


@pytest.mark.parametrize("name", QUIET)
def test_a_fault_that_nobody_has_to_hear_of(run_script, name):
    """The program goes on."""
    result = run_script(EVERYTHING, name)
    assert (result.stdout.splitlines()[1:], result.returncode) == (["lives"], 0), result.stderr


def test_a_fault_while_writing_ends_the_connection():
    async def scene():
        loop = asyncio.get_running_loop()
        contexts = []
        loop.set_exception_handler(lambda loop, context: contexts.append(context))
        lost = loop.create_future()

        class Protocol(asyncio.Protocol):
            def connection_lost(self, exc):
                lost.set_result(exc)

        one, two = socket.socketpair()
        transport, _ = await loop.create_connection(Protocol, sock=one)
        _shim.inject_fault("stream_queue")
        transport.write(bytes(1 << 24))
        exc = await lost
        two.close()
        return type(exc), contexts[0]["message"]

    assert play(scene, aiohub.new_event_loop) == (RuntimeError, "Fatal write error on socket transport")


def test_signals_are_pythons_own_again_after_the_engine_is_loaded(run_script):
    """The Go runtime puts handlers in; a program's own stay what they are."""
    result = run_script(
        """
        import os, signal, time
        import aiohub

        got = []
        signal.signal(signal.SIGUSR1, lambda number, frame: got.append(number))
        loop = aiohub.new_event_loop()
        os.kill(os.getpid(), signal.SIGUSR1)
        print(got == [signal.SIGUSR1], signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
        loop.close()
        """
    )
    assert (result.stdout, result.stderr) == ("True True\n", "")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
