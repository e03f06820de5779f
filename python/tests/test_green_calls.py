"""What eventlet's hot calls do is the same in C as in Python: sockets, waits, sleep and the steps of tasks."""

import asyncio
import contextlib
import errno
import gc
import os
import resource
import socket
import sys

import eventlet
import pytest
from eventlet import hubs
from eventlet.green import socket as green_socket
from eventlet.greenio import GreenSocket

import aiohub

pytestmark = pytest.mark.usefixtures("leak_check")


@pytest.fixture
def pair():
    ours, theirs = (green_socket.socket(end) for end in socket.socketpair())
    yield ours, theirs
    ours.close()
    theirs.close()


def in_green_thread(function, *args):
    with eventlet.Timeout(100):
        return eventlet.spawn(function, *args).wait()


def later(function, *args):
    """Call *function* when everybody who can run waits."""
    for _ in range(3):
        eventlet.sleep(0)
    return function(*args)


@pytest.mark.parametrize("size", [1, 5, 1 << 20])
def test_recv_waits_and_takes_what_there_is(pair, size):
    ours, theirs = pair
    reader = eventlet.spawn(ours.recv, size)
    later(theirs.sendall, b"hello")
    assert in_green_thread(reader.wait) == b"hello"[:size]


def test_reads_after_short_reads_see_data_and_the_end(pair):
    ours, theirs = pair

    def read():
        got = []
        while data := ours.recv(100):
            got.append(data)
            if len(got) == 2:
                theirs.sendall(b"there already")  # before the next read begins
        return got

    reader = eventlet.spawn(read)
    later(theirs.sendall, b"one")
    later(theirs.sendall, b"two")
    later(theirs.shutdown, socket.SHUT_WR)
    assert in_green_thread(reader.wait) == [b"one", b"two", b"there already"]


def test_recv_into_fills_no_more_than_asked(pair):
    ours, theirs = pair
    buffer = bytearray(b"......")
    reader = eventlet.spawn(ours.recv_into, buffer, 3)
    later(theirs.sendall, b"hello")
    assert in_green_thread(reader.wait) == 3
    assert buffer == b"hel..."
    assert in_green_thread(ours.recv_into, memoryview(buffer)[4:]) == 2
    with pytest.raises(ValueError):
        ours.recv_into(buffer, 7)


def test_a_waiting_recv_into_holds_no_buffer(pair):
    ours, theirs = pair
    buffer = bytearray(4)
    reader = eventlet.spawn(ours.recv_into, buffer)
    later(buffer.extend, b"grown")
    later(theirs.sendall, b"abcd")
    assert in_green_thread(reader.wait) == 4


@pytest.mark.parametrize("make", [bytes, bytearray, lambda data: memoryview(data)])
def test_sendall_sends_more_than_fits(pair, make):
    ours, theirs = pair
    data = bytes(range(256)) * 8192
    sender = eventlet.spawn(ours.sendall, make(data))
    got = bytearray()
    while len(got) < len(data):
        got += in_green_thread(theirs.recv, 1 << 16)
    assert got == data
    assert in_green_thread(sender.wait) is None


def test_timeout_of_the_socket_ends_the_wait_and_no_listener_stays(pair):
    ours, _ = pair
    ours.settimeout(0.01)
    for call in (lambda: ours.recv(10), lambda: ours.recv_into(bytearray(10))):
        with pytest.raises(socket.timeout, match="timed out"):
            in_green_thread(call)
    assert not hubs.get_hub().descriptors.waiters(ours.fileno())


@pytest.fixture(params=["AF_INET", "AF_INET6", "AF_UNIX"])
def listener(request, tmp_path):
    family = getattr(socket, request.param)
    listening = green_socket.socket(family)
    listening.bind({"AF_INET": ("127.0.0.1", 0), "AF_INET6": ("::1", 0)}.get(request.param, str(tmp_path / "socket")))
    listening.listen(8)
    yield listening
    listening.close()


def connect_to(listening, name=None):
    caller = green_socket.socket(listening.family)
    if name is not None:
        caller.bind(name)
    caller.connect(listening.getsockname())
    return caller


def accept_and_close(listening):
    caller = connect_to(listening)
    accepted, address = in_green_thread(listening.accept)
    caller.close()
    accepted.close()
    return address


def test_accept_waits_and_gives_a_green_socket(listener, tmp_path):
    name = str(tmp_path / "caller") if listener.family == socket.AF_UNIX else None
    accepting = eventlet.spawn(listener.accept)
    caller = later(connect_to, listener, name)
    accepted, address = in_green_thread(accepting.wait)
    assert address == caller.getsockname()
    assert (type(accepted), accepted.gettimeout(), accepted.fd.gettimeout()) == (GreenSocket, None, 0.0)
    assert (accepted.family, accepted.type, accepted.proto) == (listener.family, socket.SOCK_STREAM, listener.proto)
    assert not accepted.get_inheritable()
    reader = eventlet.spawn(accepted.recv, 10)
    later(caller.sendall, b"hello")
    assert in_green_thread(reader.wait) == b"hello"
    caller.close()
    accepted.close()


def test_accept_gives_the_default_timeout(listener, monkeypatch):
    caller = connect_to(listener)
    socket.setdefaulttimeout(7.5)
    try:
        accepted, _ = in_green_thread(listener.accept)
    finally:
        socket.setdefaulttimeout(None)
    assert (accepted.gettimeout(), accepted.fd.gettimeout()) == (7.5, 0.0)
    caller.close()
    accepted.close()


def test_accept_of_an_unnamed_caller():
    listening = green_socket.socket(socket.AF_UNIX)
    listening.bind(b"\0aiohub-test-%d" % id(listening))
    listening.listen()
    assert accept_and_close(listening) == ""
    listening.close()


def test_accept_obeys_the_timeout_of_the_listener(listener):
    listener.settimeout(0.01)
    with pytest.raises(socket.timeout, match="timed out"):
        in_green_thread(listener.accept)
    assert not hubs.get_hub().descriptors.waiters(listener.fileno())


def test_accept_of_a_listener_that_does_not_block(listener):
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        in_green_thread(listener.accept)
    caller = connect_to(listener)
    accepted, _ = in_green_thread(listener.accept)
    caller.close()
    accepted.close()


def test_accept_of_a_listener_that_is_closed(listener):
    accepting = eventlet.spawn(listener.accept)
    later(listener.close)
    with pytest.raises(hubs.IOClosed):
        in_green_thread(accepting.wait)
    with pytest.raises(OSError, match="Bad file descriptor"):
        in_green_thread(listener.accept)


def test_accept_without_descriptors_left_goes_on_later(listener):
    caller = connect_to(listener)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        with pytest.raises(OSError, match="Too many open files") as caught:
            listener.accept()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert caught.value.errno == errno.EMFILE
    accepted, _ = in_green_thread(listener.accept)
    caller.close()
    accepted.close()


def test_accept_ends_a_wait_for_a_former_file_of_its_number(listener, pair):
    ours, _ = pair
    caller = connect_to(listener)
    reader = eventlet.spawn(ours.recv, 10)
    eventlet.sleep(0)
    number = ours.detach()
    gaps = []
    while (free := os.dup(0)) < number:
        gaps.append(free)
    socket.close(number)  # behind everybody's back: os.close is watched
    accepted, _ = listener.accept()
    assert accepted.fileno() == number
    with pytest.raises(EOFError):
        in_green_thread(reader.wait)
    caller.sendall(b"hello")
    assert in_green_thread(accepted.recv, 10) == b"hello"
    caller.close()
    accepted.close()
    for descriptor in (*gaps, free):
        os.close(descriptor)


def test_closed_while_waiting(pair):
    ours, _ = pair
    reader = eventlet.spawn(ours.recv, 10)
    later(ours.close)
    with pytest.raises(EOFError) as caught:
        in_green_thread(reader.wait)
    assert isinstance(caught.value.__context__, hubs.IOClosed)


def test_errors_are_those_of_the_system_call(pair):
    ours, theirs = pair
    theirs.close()
    with pytest.raises(BrokenPipeError) as caught:
        in_green_thread(ours.sendall, b"x")
    assert (caught.value.errno, in_green_thread(ours.recv, 10)) == (errno.EPIPE, b"")
    ours.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        in_green_thread(ours.recv, 10)


def test_sockets_made_non_blocking_do_not_wait(pair):
    ours, _ = pair
    ours.setblocking(False)
    with pytest.raises(BlockingIOError):
        in_green_thread(ours.recv, 10)


def test_flags_and_keywords_are_understood(pair):
    ours, theirs = pair
    theirs.sendall(b"abc", 0)
    assert in_green_thread(ours.recv, 10, socket.MSG_PEEK) == b"abc"
    assert in_green_thread(lambda: ours.recv(bufsize=2)) == b"ab"
    with pytest.raises(TypeError):
        ours.recv()


def test_a_subclass_keeps_its_methods():
    class Counting(GreenSocket):
        sent = 0

        def send(self, data, flags=0):
            Counting.sent += 1
            return super().send(data, flags)

    ours, theirs = socket.socketpair()
    counting = Counting(ours)
    in_green_thread(counting.sendall, b"abc")
    assert (Counting.sent, theirs.recv(10)) == (1, b"abc")
    counting.close()
    theirs.close()


def test_sendall_calls_a_send_that_was_replaced(pair, monkeypatch):
    ours, _ = pair
    seen = []
    monkeypatch.setattr(ours, "send", lambda data, flags=0: seen.append(bytes(data)) or len(data), raising=False)
    in_green_thread(ours.sendall, b"abc")
    assert seen == [b"abc"]


def test_a_second_reader_is_refused(pair):
    ours, theirs = pair
    reader = eventlet.spawn(ours.recv, 10)
    with pytest.raises(RuntimeError, match="Second simultaneous read"):
        later(in_green_thread, ours.recv, 10)
    theirs.sendall(b"x")
    assert in_green_thread(reader.wait) == b"x"


def test_listener_looks_like_eventlets(pair):
    ours, theirs = pair
    reader = eventlet.spawn(ours.recv, 10)
    (listener,) = later(hubs.get_hub().descriptors.waiters, ours.fileno())
    assert (listener.evtype, listener.fileno, listener.spent) == (hubs.get_hub().READ, ours.fileno(), False)
    assert listener.greenlet is reader
    assert (listener.cb.__self__, listener.tb.__self__) == (reader, reader)
    theirs.sendall(b"x")
    assert in_green_thread(reader.wait) == b"x"


def test_sleepers_and_timers_run_in_the_order_they_were_made():
    order = []

    def sleeper():
        order.append("sleeper begins")
        eventlet.sleep(0)
        order.append("sleeper ends")

    hub = hubs.get_hub()
    far = hub.schedule_call_global(1000, order.append, "never")
    sleeping = eventlet.spawn(sleeper)
    hub.schedule_call_global(0, order.append, "first timer")
    eventlet.sleep(0)
    hub.schedule_call_global(0, order.append, "second timer")
    sleeping.wait()
    eventlet.sleep(0)
    far.cancel()
    assert order == ["sleeper begins", "first timer", "sleeper ends", "second timer"]


def test_a_sleeper_that_is_killed_leaves_no_timer():
    timers = hubs.get_hub().timer_queue
    before = set(timers.pending())
    sleeping = eventlet.spawn(lambda: [eventlet.sleep(0) for _ in range(10**9)])
    eventlet.sleep(0)
    sleeping.kill()
    eventlet.sleep(0)
    assert sleeping.dead
    assert set(timers.pending()) <= before


def test_tasks_return_raise_and_block():
    async def steps(ending):
        await asyncio.sleep(0)
        if ending == "block":
            eventlet.sleep(0)
        await asyncio.sleep(0)
        if ending == "raise":
            raise KeyError(ending)
        return ending

    async def main():
        return await asyncio.gather(*map(steps, ("return", "raise", "block")), return_exceptions=True)

    returned, raised, blocked = aiohub.run(main)
    assert (returned, repr(raised), blocked) == ("return", "KeyError('raise')", "block")


COUNT = 1000  # in each of three looks, and once before


def references_held_after(count, operation):
    def many():
        for _ in range(count):
            operation()

    def held():
        gc.collect()
        before = sys.getallocatedblocks()
        in_green_thread(many)
        gc.collect()
        return sys.getallocatedblocks() - before

    in_green_thread(many)
    # What calls leave behind they leave each time; what a table that grows, or another test's end, adds comes once.
    return min(held() for _ in range(3))


@pytest.mark.parametrize("name", ["echo", "recv_into", "timeout", "accept", "sleep", "task"])
def test_a_thousand_calls_leave_nothing_behind(pair, name):
    ours, theirs = pair
    buffer = bytearray(16)

    async def task():
        await asyncio.sleep(0)

    def echo():
        theirs.sendall(b".")
        ours.recv(16)

    def recv_into():
        theirs.sendall(b".")
        ours.recv_into(buffer)

    def timeout():
        ours.settimeout(10)
        echo()

    def accept():
        # Not with a timeout for each: of cancelled timers a hub keeps up to a thousand, now more of them and now fewer.
        caller = connect_to(listening)
        accepted, _ = listening.accept()
        caller.close()
        accepted.close()

    operations = {"echo": echo, "recv_into": recv_into, "timeout": timeout, "sleep": lambda: eventlet.sleep(0)}
    operations["task"] = lambda: aiohub.wait(task())
    with contextlib.closing(green_socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        operations["accept"] = accept
        assert references_held_after(COUNT, operations[name]) < COUNT / 20


@pytest.mark.parametrize("make", [green_socket.socketpair, socket.socketpair])
def test_sockets_of_a_pair_need_no_python_frames(loop_name, make):
    frames = []
    ours, theirs = (end if isinstance(end, GreenSocket) else green_socket.socket(end) for end in make())

    def exchange():
        sys.setprofile(lambda frame, event, _: frames.append(frame.f_code.co_name) if event == "call" else None)
        try:
            theirs.sendall(b"x")
            return ours.recv(1)
        finally:
            sys.setprofile(None)

    with contextlib.closing(ours), contextlib.closing(theirs):
        assert in_green_thread(exchange) == b"x"
    assert ("_recv_loop" in frames, "_send_loop" in frames) == (loop_name != "engine",) * 2


@pytest.mark.parametrize(("value", "is_native"), [("0", False), ("1", True)])
def test_native_sockets_can_be_turned_off(run_script, loop_name, value, is_native):
    result = run_script(
        """
        import os, types
        import aiohub
        import eventlet
        from eventlet.greenio import GreenSocket

        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        eventlet.sleep(0)
        print(isinstance(GreenSocket.recv, types.FunctionType))
        """,
        env={"AIOHUB_NATIVE_SOCKETS": value},
    )
    assert result.stdout == f"{not (is_native and loop_name == 'engine')}\n", result.stderr
