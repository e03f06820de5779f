"""Promise 30: a descriptor closed while a green thread waits on it, its number reused, and the class of the hub."""

import asyncio
import errno
import os
import socket

import eventlet
import eventlet.asyncio
import eventlet.hubs.asyncio
import pytest
from eventlet import debug, hubs
from eventlet.green import socket as green_socket
from eventlet.greenio import GreenPipe
from eventlet.hubs import hub as base

import aiohub


@pytest.fixture
def hub():
    return hubs.get_hub()


def finish(green):
    with eventlet.Timeout(100):
        return green.wait()


def green_pair():
    """Two connected green sockets."""
    ours, theirs = socket.socketpair()
    return green_socket.socket(ours), green_socket.socket(theirs)


def fill(sock):
    """Send to the green socket *sock* until it takes no more."""
    while True:
        try:
            sock.fd.send(bytes(65536))
        except BlockingIOError:
            return


def waiting(function, *args):
    """A green thread that is blocked in *function*."""
    green = eventlet.spawn(function, *args)
    eventlet.sleep(0)
    assert not green.dead
    return green


def assert_forgotten(hub, fileno):
    for evtype in (hub.READ, hub.WRITE):
        assert fileno not in hub.listeners[evtype]
        assert fileno not in hub.secondaries[evtype]


# The waiter learns it.


def test_promise_30_recv_of_a_socket_closed_by_another_green_thread(hub):
    ours, _theirs = green_pair()
    fileno = ours.fileno()
    reader = waiting(ours.recv, 1)
    finish(eventlet.spawn(ours.close))
    # What eventlet's GreenSocket makes of IOClosed.
    with pytest.raises(EOFError):
        finish(reader)
    assert_forgotten(hub, fileno)


def test_promise_30_send_to_a_socket_closed_by_another_green_thread(hub):
    ours, _theirs = green_pair()
    fileno = ours.fileno()
    fill(ours)
    writer = waiting(ours.sendall, bytes(65536))
    finish(eventlet.spawn(ours.close))
    with pytest.raises(OSError) as caught:
        finish(writer)
    assert caught.value.errno == errno.ECONNRESET
    assert_forgotten(hub, fileno)


def test_promise_30_accept_of_a_socket_closed_by_another_green_thread(hub):
    listener = eventlet.listen(("127.0.0.1", 0))
    acceptor = waiting(listener.accept)
    listener.close()
    with pytest.raises(hubs.IOClosed):
        finish(acceptor)


def test_promise_30_a_socket_closed_by_a_coroutine(hub):
    ours, _theirs = green_pair()
    reader = waiting(ours.recv, 1)

    async def close():
        await asyncio.sleep(0)
        ours.close()

    aiohub.wait(close())
    with pytest.raises(EOFError):
        finish(reader)


def test_promise_30_a_socket_closed_by_another_os_thread(hub):
    ours, _theirs = green_pair()
    reader = waiting(ours.recv, 1)
    thread = eventlet.patcher.original("threading").Thread(target=ours.close)
    thread.start()
    with pytest.raises(EOFError):
        finish(reader)
    thread.join()


def test_promise_30_reader_and_writer_both_learn_it(hub):
    ours, _theirs = green_pair()
    fill(ours)
    greens = [waiting(hubs.trampoline, ours, True), waiting(hubs.trampoline, ours, None, True)]
    ours.close()
    for green in greens:
        with pytest.raises(hubs.IOClosed):
            finish(green)


def test_promise_30_every_reader_of_several_learns_it(hub):
    ours, _theirs = green_pair()
    debug.hub_prevent_multiple_readers(False)
    try:
        readers = [waiting(hubs.trampoline, ours, True) for _ in range(3)]
    finally:
        debug.hub_prevent_multiple_readers(True)
    ours.close()
    for reader in readers:
        with pytest.raises(hubs.IOClosed):
            finish(reader)


def test_promise_30_a_coroutine_that_waits_on_a_closed_descriptor(hub):
    ours, _theirs = green_pair()

    async def read():
        return ours.recv(1)

    task = hub.loop.create_task(read())
    for _ in range(3):
        eventlet.sleep(0)
    ours.close()
    with pytest.raises(EOFError):
        aiohub.wait(task, timeout=100)


def test_promise_30_os_close_of_a_pipe(hub):
    readable, writable = os.pipe()
    reader = waiting(hubs.trampoline, readable, True)
    os.close(readable)
    with pytest.raises(hubs.IOClosed):
        finish(reader)
    assert_forgotten(hub, readable)
    os.close(writable)


def test_promise_30_close_of_a_green_pipe(hub):
    read_end, write_end = os.pipe()
    reader_pipe = GreenPipe(read_end, "rb", buffering=0)
    reader = waiting(reader_pipe.read, 1)
    reader_pipe.close()
    with pytest.raises(hubs.IOClosed):
        finish(reader)
    assert_forgotten(hub, read_end)
    os.close(write_end)


def test_promise_30_the_waiter_gets_it_once_and_can_wait_for_something_else(hub):
    ours, _theirs = green_pair()
    other, peer = green_pair()

    def read():
        try:
            ours.recv(1)
        except EOFError:
            return other.recv(1)

    reader = waiting(read)
    ours.close()
    for _ in range(3):
        eventlet.sleep(0)
    peer.send(b"x")
    assert finish(reader) == b"x"


def test_promise_30_a_listener_of_a_dead_greenlet_is_no_hindrance(hub):
    readable, writable = os.pipe()
    finish(eventlet.spawn(hub.add, hub.READ, readable, lambda fd: None, lambda exc: None, None))
    os.close(readable)
    for _ in range(3):
        eventlet.sleep(0)
    assert_forgotten(hub, readable)
    os.close(writable)


# The number comes back.


def pair_on(number):
    """Two connected plain sockets, the first of which has the free descriptor *number*."""
    first, second = socket.socketpair()
    if second.fileno() == number:
        first, second = second, first
    if first.fileno() != number:
        os.dup2(first.fileno(), number)
        first.close()
        first = socket.socket(fileno=number)
    first.setblocking(False)
    return first, second


async def echo_once(sock):
    reader, writer = await asyncio.open_connection(sock=sock)
    writer.write(await reader.readexactly(1))
    await writer.drain()
    writer.close()
    await writer.wait_closed()


def test_promise_30_the_number_is_reused_by_an_asyncio_transport(hub):
    for _ in range(5):
        ours, _theirs = green_pair()
        number = ours.fileno()
        reader = waiting(ours.recv, 1)
        ours.close()
        new, peer = pair_on(number)
        task = hub.loop.create_task(echo_once(new))
        eventlet.sleep(0)
        peer.send(b"x")
        aiohub.wait(task, timeout=100)
        assert peer.recv(1) == b"x"
        peer.close()
        with pytest.raises(EOFError):
            finish(reader)


def test_promise_30_the_number_is_reused_by_add_reader(hub):
    for _ in range(5):
        ours, _theirs = green_pair()
        number = ours.fileno()
        reader = waiting(ours.recv, 1)
        ours.close()
        new, peer = pair_on(number)
        ready = asyncio.Event()
        hub.loop.add_reader(number, ready.set)
        peer.send(b"x")
        aiohub.wait(ready.wait(), timeout=100)
        hub.loop.remove_reader(number)
        new.close()
        peer.close()
        with pytest.raises(EOFError):
            finish(reader)


def test_promise_30_the_number_is_reused_by_eventlet(hub):
    for _ in range(5):
        ours, _theirs = green_pair()
        number = ours.fileno()
        reader = waiting(ours.recv, 1)
        ours.close()
        new, peer = pair_on(number)
        new = green_socket.socket(new)
        second = waiting(new.recv, 1)
        peer.send(b"x")
        assert finish(second) == b"x"
        with pytest.raises(EOFError):
            finish(reader)
        new.close()
        peer.close()


def test_promise_30_a_number_that_asyncio_closed_is_reused_by_eventlet(hub):
    for _ in range(5):
        transport_side, peer = socket.socketpair()
        number = transport_side.fileno()

        async def open_and_close(sock=transport_side):
            _, writer = await asyncio.open_connection(sock=sock)
            writer.close()
            await writer.wait_closed()

        aiohub.wait(open_and_close(), timeout=100)
        peer.close()
        new, peer = pair_on(number)
        new = green_socket.socket(new)
        reader = waiting(new.recv, 1)
        peer.send(b"x")
        assert finish(reader) == b"x"
        new.close()
        peer.close()


def test_promise_30_a_number_closed_behind_everybodys_back_is_reused_by_asyncio(hub):
    """Closed in C: nobody tells the hub. The new owner works at once all the same."""
    close = eventlet.patcher.original("socket").close  # the C function: it closes a number
    ours, theirs = socket.socketpair()
    number = ours.detach()
    reader = waiting(hubs.trampoline, number, True)
    close(number)
    new, peer = pair_on(number)
    task = hub.loop.create_task(echo_once(new))
    eventlet.sleep(0)
    peer.send(b"x")
    aiohub.wait(task, timeout=100)
    assert peer.recv(1) == b"x"
    peer.close()
    theirs.close()
    hubs.notify_opened(number)  # eventlet's own way to find out: the number is handed out again
    with pytest.raises(hubs.IOClosed):
        finish(reader)


def test_promise_30_a_number_closed_behind_everybodys_back_is_reused_by_eventlet(hub):
    close = eventlet.patcher.original("socket").close
    ours, theirs = socket.socketpair()
    number = ours.detach()
    reader = waiting(hubs.trampoline, number, True)
    close(number)
    new, peer = pair_on(number)
    hubs.notify_opened(number)
    new = green_socket.socket(new)
    second = waiting(new.recv, 1)
    peer.send(b"x")
    assert finish(second) == b"x"
    with pytest.raises(hubs.IOClosed):
        finish(reader)
    new.close()
    peer.close()
    theirs.close()


def test_promise_30_a_stale_event_is_not_delivered_to_the_new_owner(hub):
    """The old socket is ready when it is closed: the waiter of its successor must not be woken by that."""
    ours, theirs = green_pair()
    number = ours.fileno()
    reader = waiting(ours.recv, 1)
    theirs.fd.send(b"x")
    ours.close()
    new, peer = pair_on(number)
    new = green_socket.socket(new)
    woken = []

    def wait_once():
        hubs.trampoline(new, read=True)
        woken.append(True)

    second = waiting(wait_once)
    for _ in range(5):
        eventlet.sleep(0)
    assert woken == []
    peer.send(b"y")
    finish(second)
    with pytest.raises(EOFError):
        finish(reader)
    new.close()
    peer.close()


# Both sides of the conflict about the hub's class.


def test_promise_30_the_hub_is_one_of_eventlets_asyncio_hubs(hub):
    assert isinstance(hub, eventlet.hubs.asyncio.Hub)


def test_promise_30_hub_prevent_multiple_readers_is_not_refused(hub):
    assert base.g_prevent_multiple_readers is True
    debug.hub_prevent_multiple_readers(False)
    assert base.g_prevent_multiple_readers is False
    eventlet.debug.hub_prevent_multiple_readers(True)
    assert base.g_prevent_multiple_readers is True
    debug.hub_prevent_multiple_readers(state=False)
    debug.hub_prevent_multiple_readers()
    assert base.g_prevent_multiple_readers is True


def test_promise_30_hub_prevent_multiple_readers_held_before_install(run_script):
    result = run_script(
        """
        import os
        from eventlet.debug import hub_prevent_multiple_readers
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        hub_prevent_multiple_readers(False)
        from eventlet.hubs import hub
        print(hub.g_prevent_multiple_readers)
        """,
        env={"PYTHONWARNINGS": "ignore"},
    )
    assert (result.stdout, result.stderr) == ("False\n", "")


def test_promise_30_spawn_for_awaitable(hub):
    async def answer():
        await asyncio.sleep(0)
        return 42

    async def fail():
        await asyncio.sleep(0)
        raise LookupError("nothing")

    green = eventlet.asyncio.spawn_for_awaitable(answer())
    assert isinstance(green, eventlet.greenthread.GreenThread)
    assert finish(green) == 42
    with pytest.raises(LookupError, match="nothing"):
        finish(eventlet.asyncio.spawn_for_awaitable(fail()))


def test_promise_30_spawn_for_awaitable_of_a_future_and_kill(hub):
    future = hub.loop.create_future()
    green = eventlet.asyncio.spawn_for_awaitable(future)
    eventlet.sleep(0)
    green.kill()
    assert future.cancelled()
    done = hub.loop.create_future()
    done.set_result("there")
    assert finish(eventlet.asyncio.spawn_for_awaitable(done)) == "there"


def test_promise_30_await_of_a_green_thread(hub):
    def work(number):
        eventlet.sleep(0)
        if number < 0:
            raise LookupError(number)
        return number * 2

    async def main():
        assert await eventlet.spawn(work, 21) == 42
        with pytest.raises(LookupError):
            await eventlet.spawn(work, -1)
        return await asyncio.gather(*(eventlet.spawn(work, number) for number in range(5)))

    assert aiohub.wait(main(), timeout=100) == [0, 2, 4, 6, 8]


PIPE_MUTEX = """
import os
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
import eventlet, eventlet.hubs.asyncio
from eventlet import hubs, patcher
assert isinstance(hubs.get_hub(), eventlet.hubs.asyncio.Hub)
from oslo_log.pipe_mutex import PipeMutex
threading = patcher.original("threading")
mutex = PipeMutex()
inside = 0
acquired = 0

def work():
    global inside, acquired
    for _ in range(20):
        with mutex:
            assert inside == 0, "two owners"
            inside += 1
            eventlet.sleep(0)
            with mutex:  # it is recursive
                acquired += 1
            inside -= 1

def in_green_threads():
    greens = [eventlet.spawn(work) for _ in range(3)]
    with eventlet.Timeout(40):
        for green in greens:
            green.wait()
"""


def test_promise_30_oslo_logs_mutex_with_two_os_threads(run_script):
    result = run_script(
        PIPE_MUTEX
        + """
errors = []

def other_thread():
    try:
        in_green_threads()
    except BaseException as exc:
        errors.append(exc)

thread = threading.Thread(target=other_thread)
thread.start()
in_green_threads()
while thread.is_alive():
    eventlet.sleep(0.001)
assert not errors, errors
print(acquired)
"""
    )
    assert (result.stdout, result.stderr) == ("120\n", "")


def test_promise_30_oslo_logs_mutex_imported_before_install(run_script):
    result = run_script(
        """
import warnings
warnings.simplefilter("ignore")
import oslo_log.pipe_mutex
"""
        + PIPE_MUTEX
        + """
in_green_threads()
assert mutex.acquire(blocking=False)
assert eventlet.spawn(mutex.acquire, False).wait() is False
mutex.release()
print(acquired)
"""
    )
    assert (result.stdout, result.stderr) == ("60\n", "")


def test_promise_30_oslo_logs_mutex_between_a_coroutine_and_a_green_thread(run_script):
    result = run_script(
        PIPE_MUTEX
        + """
import asyncio

async def main():
    await asyncio.gather(*(co() for _ in range(3)))

async def co():
    work()

green = eventlet.spawn(in_green_threads)
aiohub.wait(main(), timeout=40)
green.wait()
print(acquired)
"""
    )
    assert (result.stdout, result.stderr) == ("120\n", "")
