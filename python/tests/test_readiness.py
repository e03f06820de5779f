"""Promise 29: several readers of one descriptor, urgent data, hang-up and error."""

import os
import socket

import eventlet
import pytest
from eventlet import debug, hubs
from eventlet.hubs import hub as base


@pytest.fixture
def hub():
    found = hubs.get_hub()
    assert base.g_prevent_multiple_readers
    return found


@pytest.fixture
def several_readers(hub):
    debug.hub_prevent_multiple_readers(False)
    yield
    debug.hub_prevent_multiple_readers(True)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def connection():
    """The two ends of a TCP connection: Unix sockets of old kernels have no urgent data."""
    listener = socket.create_server(("127.0.0.1", 0))
    theirs = socket.create_connection(listener.getsockname())
    ours, _ = listener.accept()
    ours.setblocking(False)
    yield ours, theirs
    for sock in (listener, ours, theirs):
        sock.close()


def fill(sock):
    """Send to *sock* until it takes no more."""
    while True:
        try:
            sock.send(bytes(65536))
        except BlockingIOError:
            return


def read_one(sock):
    """Receive one byte in a green thread, waiting as often as another reader was faster."""
    while True:
        try:
            return sock.recv(1)
        except BlockingIOError:
            hubs.trampoline(sock, read=True)


def finish(*greens):
    with eventlet.Timeout(100):
        return [green.wait() for green in greens]


def test_promise_29_a_second_reader_is_refused(hub, pair):
    ours, theirs = pair
    first = eventlet.spawn(read_one, ours)
    eventlet.sleep(0)
    with pytest.raises(RuntimeError) as caught:
        hubs.trampoline(ours, read=True)
    text = str(caught.value)
    assert f"Second simultaneous read on fileno {ours.fileno()} detected" in text
    assert "hub_prevent_multiple_readers(False)" in text
    assert "MY THREAD=" in text and "THAT THREAD=" in text
    # The first is not disturbed.
    theirs.send(b"x")
    assert finish(first) == [b"x"]


def test_promise_29_a_second_writer_is_refused(hub, pair):
    ours, theirs = pair
    fill(ours)
    first = eventlet.spawn(hubs.trampoline, ours, write=True)
    eventlet.sleep(0)
    with pytest.raises(RuntimeError, match="Second simultaneous write"):
        hubs.trampoline(ours, write=True)
    theirs.recv(1 << 22)
    while not first.dead:
        try:
            theirs.recv(1 << 22)
        except BlockingIOError:
            pass
        eventlet.sleep(0)


def test_promise_29_a_reader_and_a_writer_are_not_two_readers(hub, pair):
    ours, theirs = pair
    reader = eventlet.spawn(read_one, ours)
    eventlet.sleep(0)
    writer = eventlet.spawn(hubs.trampoline, ours, write=True)
    eventlet.sleep(0)
    theirs.send(b"x")
    assert finish(writer, reader)[1] == b"x"


def test_promise_29_three_readers_are_served(hub, pair, several_readers):
    ours, theirs = pair
    readers = [eventlet.spawn(read_one, ours) for _ in range(3)]
    eventlet.sleep(0)
    fileno = ours.fileno()
    assert len(hub.secondaries[hub.READ][fileno]) == 2
    theirs.send(b"abc")
    assert sorted(finish(*readers)) == [b"a", b"b", b"c"]
    assert fileno not in hub.listeners[hub.READ]
    assert fileno not in hub.secondaries[hub.READ]


def test_promise_29_readers_are_served_oldest_first(hub, pair, several_readers):
    ours, theirs = pair
    served = []

    def reader(name):
        served.append((name, read_one(ours)))

    greens = [eventlet.spawn(reader, name) for name in range(3)]
    eventlet.sleep(0)
    for count in range(3):
        theirs.send(b"x")
        with eventlet.Timeout(100):
            while len(served) == count:
                eventlet.sleep(0)
    finish(*greens)
    assert [name for name, _ in served] == [0, 1, 2]


def test_promise_29_three_writers_are_served(hub, pair, several_readers):
    ours, theirs = pair
    fill(ours)
    writers = [eventlet.spawn(hubs.trampoline, ours, write=True) for _ in range(3)]
    eventlet.sleep(0)
    assert len(hub.secondaries[hub.WRITE][ours.fileno()]) == 2
    with eventlet.Timeout(100):
        while not all(writer.dead for writer in writers):
            try:
                theirs.recv(1 << 22)
            except BlockingIOError:
                pass
            eventlet.sleep(0)
    finish(*writers)


def test_promise_29_removing_the_first_promotes_the_oldest_with_its_own_callback(hub, pair, several_readers):
    ours, theirs = pair
    fileno = ours.fileno()
    calls = []

    def listen(name):
        def ready(_):
            calls.append(name)
            hub.remove(listener)

        listener = hub.add(hub.READ, fileno, ready, lambda exc: None, None)
        return listener

    first, second, third = listen("first"), listen("second"), listen("third")
    hub.remove(first)
    assert hub.listeners[hub.READ][fileno] is second
    assert hub.secondaries[hub.READ][fileno] == [third]
    theirs.send(b"x")
    with eventlet.Timeout(100):
        while len(calls) < 2:
            eventlet.sleep(0)
    assert calls == ["second", "third"]
    eventlet.sleep(0)
    assert calls == ["second", "third"]


def test_promise_29_removing_a_secondary_keeps_the_others(hub, pair, several_readers):
    ours, theirs = pair
    readers = [eventlet.spawn(read_one, ours) for _ in range(3)]
    eventlet.sleep(0)
    readers[1].kill()
    theirs.send(b"ab")
    assert sorted(finish(readers[0], readers[2])) == [b"a", b"b"]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_promise_29_a_reader_that_gives_up_leaves_the_others_waiting(hub, pair, several_readers, index):
    ours, theirs = pair
    greens = [eventlet.spawn(read_one, ours) for _ in range(3)]
    eventlet.sleep(0)
    hub.schedule_call_global(0, greens[index].throw, eventlet.Timeout(None))
    eventlet.sleep(0)
    theirs.send(b"ab")
    others = [green for green in greens if green is not greens[index]]
    assert sorted(finish(*others)) == [b"a", b"b"]


def test_promise_29_readers_that_die_while_the_first_is_called_do_not_stop_the_hub(hub, pair, several_readers):
    ours, theirs = pair
    calls = []

    def first_ready(_):
        calls.append("first")
        for listener in listeners:
            hub.remove(listener)

    listeners = [hub.add(hub.READ, ours.fileno(), first_ready, lambda exc: None, None) for _ in range(3)]
    theirs.send(b"x")
    with eventlet.Timeout(100):
        while not calls:
            eventlet.sleep(0)
    eventlet.sleep(0)
    assert calls == ["first"]


def test_promise_29_urgent_data_wakes_a_reader(hub, connection):
    ours, theirs = connection
    reader = eventlet.spawn(hubs.trampoline, ours, read=True)
    eventlet.sleep(0)
    assert not reader.dead
    theirs.send(b"!", socket.MSG_OOB)
    finish(reader)
    assert ours.recv(1, socket.MSG_OOB) == b"!"


def test_promise_29_urgent_data_does_not_wake_a_writer(hub, connection):
    ours, theirs = connection
    fill(ours)
    writer = eventlet.spawn(hubs.trampoline, ours, write=True)
    eventlet.sleep(0)
    theirs.send(b"!", socket.MSG_OOB)
    finish(eventlet.spawn(hubs.trampoline, ours, read=True))
    assert not writer.dead
    writer.kill()


def both_directions(sock):
    """A green thread that waits to read *sock* and one that waits to write."""
    greens = [eventlet.spawn(hubs.trampoline, sock, read=True), eventlet.spawn(hubs.trampoline, sock, write=True)]
    eventlet.sleep(0)
    assert not any(green.dead for green in greens)
    return greens


def test_promise_29_hang_up_wakes_reader_and_writer(hub, pair):
    ours, theirs = pair
    fill(ours)
    greens = both_directions(ours)
    theirs.close()
    finish(*greens)


def test_promise_29_an_error_wakes_reader_and_writer(hub, connection):
    import struct

    ours, theirs = connection
    fill(ours)
    greens = both_directions(ours)
    # Closing with a linger of 0 sends a reset: EPOLLERR and EPOLLHUP.
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    theirs.close()
    finish(*greens)
    with pytest.raises(OSError):
        ours.send(b"x")


def test_promise_29_a_pipe_whose_reader_is_gone_wakes_the_writer(hub):
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    try:
        while True:
            os.write(writable, bytes(65536))
    except BlockingIOError:
        pass
    writer = eventlet.spawn(hubs.trampoline, writable, write=True)
    eventlet.sleep(0)
    assert not writer.dead
    os.close(readable)
    finish(writer)
    os.close(writable)


def test_promise_29_a_pipe_whose_writer_is_gone_wakes_the_reader(hub):
    readable, writable = os.pipe()
    reader = eventlet.spawn(hubs.trampoline, readable, read=True)
    eventlet.sleep(0)
    assert not reader.dead
    os.close(writable)
    finish(reader)
    os.close(readable)


def test_promise_29_preventing_multiple_readers_may_be_the_first_call_of_a_program(run_script):
    # With EVENTLET_HUB it makes the hub, before aiohub could have replaced eventlet's function, which refuses.
    result = run_script(
        """
        import eventlet.debug
        eventlet.debug.hub_prevent_multiple_readers(False)
        import eventlet
        import eventlet.hubs.asyncio
        from eventlet import hubs

        assert type(hubs.get_hub()).__module__ == "aiohub.hub"
        assert isinstance(hubs.get_hub(), eventlet.hubs.asyncio.Hub)
        assert hubs.hub.g_prevent_multiple_readers is False
        eventlet.debug.hub_prevent_multiple_readers(True)
        eventlet.debug.hub_prevent_multiple_readers(False)
        print("done")
        """,
        env={"EVENTLET_HUB": "aiohub.hub", "PYTHONWARNINGS": "ignore"},
    )
    assert (result.stdout, result.stderr, result.returncode) == ("done\n", "", 0)
