"""A call out of a transport's C code may switch to another green thread; what that one changed counts afterwards."""

import pytest

pytestmark = pytest.mark.once

LOOK_UP = """
    import asyncio, socket, sys
    import aiohub
    aiohub.install(loop="engine")
    import eventlet
    import eventlet.event

    looking, go_on = eventlet.event.Event(), eventlet.event.Event()

    def getaddrinfo(*args):  # as eventlet's, which switches while it waits for the answer
        looking.send()
        go_on.wait()
        if sys.argv[1] == "fails":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_DGRAM, 17, "", ("127.0.0.1", args[1]))]

    socket.getaddrinfo = getaddrinfo
    told = []

    class Protocol(asyncio.DatagramProtocol):
        def error_received(self, exc):
            told.append(type(exc).__name__)

        def connection_lost(self, exc):
            told.append("lost")

    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.bind(("127.0.0.1", 0))
    peer.setblocking(False)

    async def endpoint():
        loop = asyncio.get_running_loop()
        return (await loop.create_datagram_endpoint(Protocol, ("127.0.0.1", 0)))[0]

    def scene(end):
        transport = aiohub.wait(endpoint())
        number = transport.get_extra_info("socket").fileno()
        sender = eventlet.spawn(transport.sendto, b"datagram", ("name", peer.getsockname()[1]))
        looking.wait()
        end(transport)
        eventlet.sleep(0)
        eventlet.sleep(0)
        others = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
        go_on.send()
        sender.wait()
        transport.abort()
        eventlet.sleep(0)
        eventlet.sleep(0)
        print(told, number in [other.fileno() for other in others])
        try:
            print(peer.recv(100))
        except BlockingIOError:
            print("nothing sent")
"""


@pytest.mark.parametrize("answer", ["comes", "fails"])
def test_a_datagram_transport_lost_while_the_name_is_looked_up(run_script, answer):
    """Its number is another socket's by then: nothing goes out through that."""
    result = run_script(LOOK_UP + "\n    scene(lambda transport: transport.abort())\n", answer)
    assert (result.stdout, result.stderr) == ("['lost'] True\nnothing sent\n", "")


def test_a_datagram_transport_that_stays_sends_when_the_name_is_known(run_script):
    result = run_script(LOOK_UP + "\n    scene(lambda transport: None)\n", "comes")
    assert (result.stdout, result.stderr) == ("['lost'] False\nb'datagram'\n", "")


def test_a_datagram_transport_that_stays_is_told_that_there_is_no_name(run_script):
    result = run_script(LOOK_UP + "\n    scene(lambda transport: None)\n", "fails")
    assert (result.stdout, result.stderr) == ("['gaierror', 'lost'] False\nnothing sent\n", "")


BUFFERED = """
    import asyncio, socket
    import aiohub

    class Protocol(asyncio.BufferedProtocol):
        name = "first"

        def get_buffer(self, hint):
            self.buffer = bytearray(100)
            change(self)
            return self.buffer

        def buffer_updated(self, count):
            told.append((self.name, bytes(self.buffer[:count])))

    class Second(Protocol):
        name = "second"

    def pauses(protocol):
        if protocol.name == "first":
            transport.pause_reading()
            loop.call_soon(transport.resume_reading)
            Protocol.name = "resumed"

    def hands_over(protocol):
        if protocol.name == "first":
            transport.set_protocol(Second())

    async def scene():
        global transport, loop
        loop = asyncio.get_running_loop()
        one, two = socket.socketpair()
        transport, _ = await loop.create_connection(Protocol, sock=one)
        two.send(b"bytes")
        while not told:
            await asyncio.sleep(0)
        transport.abort()
        two.close()
        await asyncio.sleep(0)

    told = []
"""


@pytest.mark.parametrize(("change", "who"), [("pauses", "resumed"), ("hands_over", "second")])
def test_what_get_buffer_does_to_its_transport_counts(run_script, change, who):
    """The bytes go to who is to have them, when it may: not into the buffer that was asked for before."""
    program = f"\n    change = {change}\n    aiohub.new_event_loop().run_until_complete(scene())\n    print(told)\n"
    result = run_script(BUFFERED + program)
    assert (result.stdout, result.stderr) == (f"[({who!r}, b'bytes')]\n", "")
