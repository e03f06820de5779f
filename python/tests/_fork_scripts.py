"""What the scripts of the fork tests start with: a World of pending waits of every kind, and ways to end a child."""

import textwrap

PRELUDE = '''
import asyncio, os, signal, socket, sys, traceback
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
import eventlet
from eventlet import hubs, patcher
from eventlet.green import socket as green_socket


def until(condition, seconds=100):
    """Let the hub run until *condition* holds."""
    with eventlet.Timeout(seconds):
        while not condition():
            eventlet.sleep(0.001)


def finish_child(check, *args):
    """Run *check* and end this process at once: exit code 0 if it passes, else 1 and the traceback."""
    code = 1
    try:
        with eventlet.Timeout(100):
            check(*args)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def fork(check, *args):
    """Fork; the child runs *check* and exits. Returns the child's pid."""
    pid = os.fork()
    if pid == 0:
        finish_child(check, *args)
    return pid


def reap(*pids):
    """Wait for children while the hub runs on; all must have exited with 0."""
    for pid in pids:
        with eventlet.Timeout(110):
            while True:
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    break
                eventlet.sleep(0.001)
        assert os.waitstatus_to_exitcode(status) == 0, status


def both_worlds_work():
    """Things begun now: a coroutine, a green thread, a socket and a timer of each world."""
    loop = aiohub.get_loop()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    green = green_socket.socket(theirs)

    async def main():
        await asyncio.sleep(0.001)
        eventlet.sleep(0)
        await loop.sock_sendall(ours, b"from a coroutine")
        answer = await loop.sock_recv(ours, 100)
        return answer, await eventlet.spawn(lambda: eventlet.sleep(0.001) or "green")

    def serve():
        data = green.recv(100)
        green.sendall(b"from a green thread")
        return data

    server = eventlet.spawn(serve)
    assert aiohub.wait(main(), timeout=100) == (b"from a green thread", "green")
    assert server.wait() == b"from a coroutine"
    ours.close()
    green.close()


class World:
    """A pending wait of each kind. Those on descriptors go on when `gates` are opened, the others by themselves."""

    def __init__(self):
        self.happened = []
        self.expected = set()
        self.hub = hubs.get_hub()
        self.loop = loop = aiohub.get_loop()
        self.gates = []
        self.keep = []
        self.event = eventlet.Event()
        self.aio_event = asyncio.Event()
        note = self.note

        # Timers.
        self.green("sleep", eventlet.sleep, 0.01)
        self.green("green thread", self.event.wait)
        self.green("wait for a coroutine", lambda: aiohub.wait(self.aio_event.wait()))
        self.task("asyncio.sleep", self.async_sleep())
        self.task("await a green thread", self.await_green())
        self.task("blocking call in a coroutine", self.block())
        self.task("asyncio.timeout", self.time_out())
        loop.call_later(0.01, note, self.expect("call_later"))
        loop.call_at(loop.time() + 0.01, note, self.expect("call_at"))
        loop.call_soon(note, self.expect("call_soon"))
        self.hub.schedule_call_global(0.01, note, self.expect("hub timer"))
        eventlet.spawn_after(0.01, note, self.expect("spawn_after"))
        loop.call_later(0.005, self.event.send, None)
        eventlet.spawn_after(0.005, self.aio_event.set)

        # Descriptors: each is seen by parent and child alike, as nobody takes anything out.
        readable = self.gate()
        self.green("trampoline", hubs.trampoline, readable, True)
        readable = self.gate()
        loop.add_reader(readable, self.readable, readable, self.expect("add_reader"))
        self.green("green socket", self.green_read_all, self.gate_socket())
        self.task("sock_recv", self.sock_read_all(self.gate_socket()))
        self.task("stream", self.stream_read_all(self.gate_socket()))
        self.task("green socket in a coroutine", self.async_green_read_all(self.gate_socket()))

    def note(self, name):
        self.happened.append(name)

    def expect(self, name):
        assert name not in self.expected
        self.expected.add(name)
        return name

    def green(self, name, function, *args):
        self.expect(name)
        eventlet.spawn(lambda: (function(*args), self.note(name)))

    def task(self, name, coroutine):
        self.expect(name)
        async def noting():
            await coroutine
            self.note(name)

        self.keep.append(self.loop.create_task(noting()))

    def gate(self):
        """The read end of a pipe that becomes readable when the gates are opened."""
        readable, writable = os.pipe()
        self.gates.append(lambda: os.write(writable, b"x"))
        return readable

    def gate_socket(self):
        """A socket whose other end is closed when the gates of parent and child have been opened."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.gates.append(theirs.close)
        return ours

    async def async_sleep(self):
        await asyncio.sleep(0.01)

    async def await_green(self):
        await eventlet.spawn(eventlet.sleep, 0.01)

    async def block(self):
        eventlet.sleep(0.01)
        await asyncio.sleep(0)
        eventlet.sleep(0)

    async def time_out(self):
        try:
            await asyncio.wait_for(asyncio.Event().wait(), 0.01)
        except asyncio.TimeoutError:
            return
        raise AssertionError("no timeout")

    def readable(self, fileno, name):
        self.loop.remove_reader(fileno)
        self.note(name)

    def green_read_all(self, sock):
        assert green_socket.socket(sock).recv(10) == b""

    async def async_green_read_all(self, sock):
        self.green_read_all(sock)

    async def sock_read_all(self, sock):
        assert await self.loop.sock_recv(sock, 10) == b""

    async def stream_read_all(self, sock):
        reader, writer = await asyncio.open_connection(sock=sock)
        assert await reader.read() == b""
        writer.close()

    def settle(self):
        """Let everything begin to wait that will wait."""
        for _ in range(5):
            eventlet.sleep(0)

    def check(self):
        """Everything goes on, once; and so does what is begun now."""
        for open_gate in self.gates:
            open_gate()
        until(lambda: len(self.happened) >= len(self.expected))
        both_worlds_work()
        assert sorted(self.happened) == sorted(self.expected), (self.happened, self.expected)


def in_place(place, function):
    """Run *function* in the main green thread, a green thread, a coroutine ..."""
    if place == "main":
        return function()
    if place == "green thread":
        return eventlet.spawn(function).wait()
    if place == "coroutine":
        async def coroutine():
            await asyncio.sleep(0)
            return function()
        return aiohub.wait(coroutine())
    if place == "green thread of a coroutine":
        async def coroutine():
            return await eventlet.spawn(function)
        return aiohub.wait(coroutine())
    raise ValueError(place)
'''

PLACES = ["main", "green thread", "coroutine", "green thread of a coroutine"]


def script(body):
    """The text of a script: the prelude, then *body*."""
    return PRELUDE + textwrap.dedent(body)
