"""Promise 3: sockets, timers, files, DNS, TLS, subprocesses and threads of both worlds make progress at the same time;
neither starves the other.
"""

import asyncio
import contextlib
import os
import socket as plain_socket
import ssl as plain_ssl
import time

import eventlet
import pytest
from _border_certificate import PEM
from eventlet import patcher, tpool
from eventlet.green import os as green_os
from eventlet.green import select, socket, ssl, subprocess

import aiohub

#: What asyncio is given is plain in a patched program, too: a callback of the loop must not block.
plain_os = patcher.original("os")
ROUNDS = 500


class Race:
    """Counts the rounds of each participant until one of them has made ROUNDS."""

    def __init__(self):
        self.rounds = {}

    def goes_on(self, name):
        self.rounds[name] = self.rounds.get(name, 0) + 1
        return max(self.rounds.values()) < ROUNDS

    def green(self, name):
        while self.goes_on(name):
            eventlet.sleep(0)

    async def coroutine(self, name):
        while self.goes_on(name):
            await asyncio.sleep(0)

    async def blocking_coroutine(self, name):
        while self.goes_on(name):
            eventlet.sleep(0)

    async def future_coroutine(self, name):
        loop = asyncio.get_running_loop()
        while self.goes_on(name):
            future = loop.create_future()
            loop.call_soon(future.set_result, None)
            await future

    def callback(self, name, done):
        if self.goes_on(name):
            asyncio.get_running_loop().call_soon(self.callback, name, done)
        else:
            done.set_result(None)


@pytest.mark.parametrize(("green_threads", "tasks"), [(1, 1), (10, 1), (1, 10), (20, 20)])
def test_promise_03_round_robin_of_green_threads_and_tasks(green_threads, tasks):
    race = Race()

    async def main():
        await asyncio.gather(
            *(eventlet.spawn(race.green, f"green {number}") for number in range(green_threads)),
            *(race.coroutine(f"task {number}") for number in range(tasks)),
        )

    aiohub.wait(main())
    assert len(race.rounds) == green_threads + tasks
    assert min(race.rounds.values()) * 2 >= max(race.rounds.values()), race.rounds


def test_promise_03_round_robin_whoever_begins():
    for order in (0, 1):
        race = Race()
        if order:
            task = aiohub.get_loop().create_task(race.coroutine("task"))
            green_thread = eventlet.spawn(race.green, "green")
        else:
            green_thread = eventlet.spawn(race.green, "green")
            task = aiohub.get_loop().create_task(race.coroutine("task"))
        green_thread.wait()
        aiohub.wait(task)
        assert min(race.rounds.values()) * 2 >= max(race.rounds.values()), race.rounds


def test_promise_03_round_robin_after_ends_of_the_hub():
    def leave():
        eventlet.sleep(0)
        raise SystemExit

    for _ in range(3):
        one = eventlet.spawn(leave)
        eventlet.spawn(one.wait)
        with pytest.raises(SystemExit):
            eventlet.sleep(60)
    test_promise_03_round_robin_of_green_threads_and_tasks(1, 1)


def test_promise_03_round_robin_with_callbacks_and_coroutines_that_block():
    race = Race()

    async def main():
        done = asyncio.get_running_loop().create_future()
        race.callback("callback", done)
        await asyncio.gather(
            eventlet.spawn(race.green, "green"), race.coroutine("task"), race.blocking_coroutine("blocking"), done
        )

    aiohub.wait(main())
    assert min(race.rounds.values()) * 2 >= max(race.rounds.values()), race.rounds


def green_ping_pong(race, name):
    """A round is a byte there and one back."""

    def pong():
        while (data := far.recv(1)) != b"":
            far.send(data)

    near, far = socket.socketpair()
    ponging = eventlet.spawn(pong)
    with far:
        with near:
            while race.goes_on(name):
                near.send(b"x")
                near.recv(1)
        ponging.wait()


async def async_ping_pong(race, name):
    class Pong(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            self.transport.write(data)

    class Ping(Pong):
        def data_received(self, data):
            if race.goes_on(name):
                self.transport.write(data)
            else:
                self.transport.close()

        def connection_lost(self, error):
            done.set_result(error)

    done = asyncio.get_running_loop().create_future()
    near, far = plain_socket.socketpair()
    other_end, _ = await asyncio.get_running_loop().create_connection(Pong, sock=far)
    transport, _ = await asyncio.get_running_loop().create_connection(Ping, sock=near)
    transport.write(b"x")
    assert await done is None
    other_end.close()


@pytest.mark.parametrize("pairs", [1, 5])
def test_promise_03_round_robin_of_sockets(pairs):
    race = Race()

    async def main():
        await asyncio.gather(
            *(eventlet.spawn(green_ping_pong, race, f"green {number}") for number in range(pairs)),
            *(async_ping_pong(race, f"asyncio {number}") for number in range(pairs)),
        )

    aiohub.wait(main())
    assert len(race.rounds) == 2 * pairs
    assert min(race.rounds.values()) * 2 >= max(race.rounds.values()), race.rounds


@contextlib.contextmanager
def spinning(world):
    """The whole time there is work in *world* that is due at once."""
    stop = []

    def spin():
        while not stop:
            eventlet.sleep(0)

    async def async_spin():
        while not stop:
            await asyncio.sleep(0)

    def call_again():
        if not stop:
            aiohub.get_loop().call_soon(call_again)

    if world == "green":
        spinners = [eventlet.spawn(spin) for _ in range(10)]
    elif world == "asyncio":
        spinners = [aiohub.future_to_greenlet(async_spin()) for _ in range(10)]
    else:
        call_again()
        spinners = []
    try:
        yield
    finally:
        stop.append(1)
        for spinner in spinners:
            spinner.wait()


busy_worlds = pytest.mark.parametrize("world", ["green", "asyncio", "callbacks"])


@busy_worlds
def test_promise_03_a_busy_world_does_not_starve_sockets_and_timers(world):
    race = Race()

    def green_timers():
        for _ in range(10):
            eventlet.sleep(0.001)

    async def async_timers():
        for _ in range(10):
            await asyncio.sleep(0.001)

    async def main():
        await asyncio.gather(
            eventlet.spawn(green_ping_pong, race, "green"),
            async_ping_pong(race, "asyncio"),
            eventlet.spawn(green_timers),
            async_timers(),
        )

    with spinning(world):
        aiohub.wait(main())
    assert set(race.rounds) == {"green", "asyncio"}


# Everything at once: nobody ends before everybody has made three rounds.


class Everybody:
    """A participant goes on until the slowest has made three rounds, so a starved one keeps all from ending."""

    def __init__(self, names):
        self.rounds = dict.fromkeys(names, 0)

    def more(self, name):
        self.rounds[name] += 1
        return min(self.rounds.values()) < 3


@pytest.fixture
def pem(tmp_path):
    path = tmp_path / "localhost.pem"
    path.write_text(PEM)
    return str(path)


@pytest.fixture
def text_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("contents")
    return str(path)


def green_sleep(more):
    while more():
        eventlet.sleep(0.001)


async def async_sleep(more):
    while more():
        await asyncio.sleep(0.001)


def green_echo_server(listener, wrap=lambda connection: connection):
    connection, _ = listener.accept()
    connection = wrap(connection)
    with connection:
        while data := connection.recv(100):
            connection.sendall(data)


def green_rounds(more, connection):
    with connection:
        while more():
            connection.sendall(b"hello")
            assert connection.recv(100) == b"hello"


async def async_rounds(more, address, **options):
    reader, writer = await asyncio.open_connection(*address, **options)
    while more():
        writer.write(b"hello")
        await writer.drain()
        assert await reader.readexactly(5) == b"hello"
    writer.close()


async def async_echo(reader, writer):
    while data := await reader.read(100):
        writer.write(data)
        await writer.drain()
    writer.close()


def green_listener():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def green_client_of_green_server(more):
    with green_listener() as listener:
        eventlet.spawn(green_echo_server, listener)
        green_rounds(more, socket.create_connection(listener.getsockname()))


async def async_client_of_green_server(more):
    with green_listener() as listener:
        eventlet.spawn(green_echo_server, listener)
        await async_rounds(more, listener.getsockname())


async def green_client_of_async_server(more):
    server = await asyncio.start_server(async_echo, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    await eventlet.spawn(lambda: green_rounds(more, socket.create_connection(address)))
    server.close()


async def async_client_of_async_server(more):
    server = await asyncio.start_server(async_echo, "127.0.0.1", 0)
    await async_rounds(more, server.sockets[0].getsockname())
    server.close()


def tls_contexts(module, pem):
    server, client = module.SSLContext(plain_ssl.PROTOCOL_TLS_SERVER), module.SSLContext(plain_ssl.PROTOCOL_TLS_CLIENT)
    server.load_cert_chain(pem)
    client.load_verify_locations(pem)
    return server, client


async def async_tls_client_of_green_tls_server(more, pem):
    server, _ = tls_contexts(ssl, pem)
    _, client = tls_contexts(plain_ssl, pem)
    with green_listener() as listener:
        eventlet.spawn(green_echo_server, listener, lambda connection: server.wrap_socket(connection, server_side=True))
        await async_rounds(more, listener.getsockname(), ssl=client, server_hostname="localhost")


async def green_tls_client_of_async_tls_server(more, pem):
    server_context, _ = tls_contexts(plain_ssl, pem)
    _, client = tls_contexts(ssl, pem)
    server = await asyncio.start_server(async_echo, "127.0.0.1", 0, ssl=server_context)
    address = server.sockets[0].getsockname()
    await eventlet.spawn(
        lambda: green_rounds(more, client.wrap_socket(socket.create_connection(address), server_hostname="localhost"))
    )
    server.close()


def green_udp(more):
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        while more():
            eventlet.spawn(sender.sendto, b"hello", receiver.getsockname())
            assert receiver.recvfrom(100)[0] == b"hello"


async def async_udp(more):
    class Receive(asyncio.DatagramProtocol):
        def datagram_received(self, data, address):
            received.put_nowait(data)

    received = asyncio.Queue()
    loop = asyncio.get_running_loop()
    receiver, _ = await loop.create_datagram_endpoint(Receive, local_addr=("127.0.0.1", 0))
    sender, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=receiver.get_extra_info("sockname")
    )
    while more():
        sender.sendto(b"hello")
        assert await received.get() == b"hello"
    sender.close()
    receiver.close()


def green_pipe(more):
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    while more():
        eventlet.spawn(green_os.write, write_end, b"x")
        assert green_os.read(read_end, 1) == b"x"
    os.close(read_end)
    os.close(write_end)


async def async_pipe(more):
    read_end, write_end = os.pipe()
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), open(read_end, "rb"))
    while more():
        loop.call_soon(plain_os.write, write_end, b"x")
        assert await reader.readexactly(1) == b"x"
    transport.close()
    os.close(write_end)


def green_select(more):
    near, far = socket.socketpair()
    with near, far:
        while more():
            eventlet.spawn(far.send, b"x")
            assert select.select([near], [], [])[0] == [near]
            near.recv(1)


async def async_reader(more):
    near, far = plain_socket.socketpair()
    with near, far:
        near.setblocking(False)
        while more():
            readable = asyncio.Event()
            asyncio.get_running_loop().add_reader(near, readable.set)
            far.send(b"x")
            await readable.wait()
            asyncio.get_running_loop().remove_reader(near)
            near.recv(1)


async def async_sock(more):
    near, far = plain_socket.socketpair()
    with near, far:
        near.setblocking(False)
        while more():
            asyncio.get_running_loop().call_soon(far.send, b"x")
            assert await asyncio.get_running_loop().sock_recv(near, 1) == b"x"


def green_names(more):
    while more():
        assert socket.getaddrinfo("localhost", 80)
        eventlet.sleep(0)  # a name from the hosts file is had without waiting


async def async_names(more):
    while more():
        assert await asyncio.get_running_loop().getaddrinfo("localhost", 80)


def read(path):
    with open(path) as file:
        return file.read()


def green_file(more, text_file):
    while more():
        assert tpool.execute(read, text_file) == "contents"


async def async_file(more, text_file):
    while more():
        assert await asyncio.to_thread(read, text_file) == "contents"


def green_child(more):
    while more():
        assert subprocess.Popen(["echo", "child"], stdout=subprocess.PIPE).communicate()[0] == b"child\n"


async def async_child(more):
    while more():
        process = await asyncio.create_subprocess_exec("echo", "child", stdout=asyncio.subprocess.PIPE)
        assert (await process.communicate())[0] == b"child\n"
        assert process.returncode == 0


def green_thread_pool(more):
    while more():
        tpool.execute(time.sleep, 0.001)


async def async_thread_pool(more):
    while more():
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.001)


async def green_thread_awaited(more):
    while more():
        await eventlet.spawn(eventlet.sleep, 0)


def coroutine_waited_for(more):
    while more():
        aiohub.wait(asyncio.sleep(0))


PARTICIPANTS = [
    green_sleep,
    async_sleep,
    green_client_of_green_server,
    async_client_of_green_server,
    green_client_of_async_server,
    async_client_of_async_server,
    async_tls_client_of_green_tls_server,
    green_tls_client_of_async_tls_server,
    green_udp,
    async_udp,
    green_pipe,
    async_pipe,
    green_select,
    async_reader,
    async_sock,
    green_names,
    async_names,
    green_file,
    async_file,
    green_child,
    async_child,
    green_thread_pool,
    async_thread_pool,
    green_thread_awaited,
    coroutine_waited_for,
]


def start(participant, everybody, fixtures):
    """The participant as an awaitable."""
    name = participant.__name__
    wanted = participant.__code__.co_varnames[1 : participant.__code__.co_argcount]
    arguments = [lambda: everybody.more(name), *(fixtures[fixture] for fixture in wanted)]
    return (
        participant(*arguments) if asyncio.iscoroutinefunction(participant) else eventlet.spawn(participant, *arguments)
    )


@pytest.mark.parametrize("participant", PARTICIPANTS, ids=lambda participant: participant.__name__)
def test_promise_03_each_kind_beside_both_busy_worlds(participant, pem, text_file):
    """Each alone with spinning green threads and tasks: neither keeps it from ending."""
    everybody = Everybody([participant.__name__])

    async def main():
        await start(participant, everybody, {"pem": pem, "text_file": text_file})

    with spinning("green"), spinning("asyncio"):
        aiohub.wait(main())
    assert everybody.rounds[participant.__name__] >= 3


def test_promise_03_all_kinds_at_the_same_time(pem, text_file):
    everybody = Everybody([participant.__name__ for participant in PARTICIPANTS])

    async def main():
        await asyncio.gather(
            *(start(participant, everybody, {"pem": pem, "text_file": text_file}) for participant in PARTICIPANTS)
        )

    aiohub.wait(main())
    assert min(everybody.rounds.values()) >= 3


def test_promise_03_all_kinds_under_monkey_patching(run_script):
    """The same in a patched program, where asyncio must find its own threads, children and sockets."""
    result = run_script(
        """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        sys.path.insert(0, sys.argv[1])
        import asyncio, tempfile
        import test_progress as here
        from _border_certificate import PEM

        async def main(pem, text_file):
            fixtures = {"pem": pem, "text_file": text_file}
            await asyncio.gather(*(here.start(participant, everybody, fixtures) for participant in here.PARTICIPANTS))

        everybody = here.Everybody([participant.__name__ for participant in here.PARTICIPANTS])
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("pem", PEM), ("file", "contents")):
                with open(os.path.join(folder, name), "w") as file:
                    file.write(text)
            aiohub.run(main(os.path.join(folder, "pem"), os.path.join(folder, "file")))
        print(min(everybody.rounds.values()) >= 3)
        """,
        os.path.dirname(__file__),
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "True\n"


def test_promise_03_an_idle_hub_is_woken_by_either_world():
    """With nothing else going on, a socket of each world still wakes the loop."""
    near, far = socket.socketpair()
    with near, far:
        reading = eventlet.spawn(near.recv, 1)
        eventlet.sleep(0)
        tpool.execute(plain_socket.socket.send, far.fd, b"g")
        assert reading.wait() == b"g"

    async def main():
        loop = asyncio.get_running_loop()
        near, far = plain_socket.socketpair()
        with near, far:
            near.setblocking(False)
            loop.run_in_executor(None, far.send, b"a")
            return await loop.sock_recv(near, 1)

    assert aiohub.wait(main()) == b"a"
