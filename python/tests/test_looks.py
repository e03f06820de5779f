"""A look is not a wait: `select` and the like with a timeout of zero ask the kernel."""

import asyncio
import os

import eventlet
import pytest
from eventlet import event, hubs
from eventlet.green import select as green_select
from eventlet.green import selectors as green_selectors
from eventlet.green import socket as green_socket

import aiohub

parametrize = pytest.mark.parametrize


def by_select(end):
    return bool(green_select.select([end], [], [], 0)[0])


def by_select_of_a_number(end):
    return green_select.select([end.fileno()], [], [], 0.0) == ([end.fileno()], [], [])


def by_select_of_a_negative_time(end):
    return bool(green_select.select([end], [], [], -1)[0])


def by_selectors(end):
    with green_selectors.DefaultSelector() as selector:
        selector.register(end, green_selectors.EVENT_READ)
        return bool(selector.select(0))


def by_trampoline(end):
    try:
        hubs.trampoline(end, read=True, timeout=0)
    except eventlet.Timeout:
        return False
    return True


def by_trampoline_with_an_error(end):
    try:
        hubs.trampoline(end.fileno(), read=True, timeout=0.0, timeout_exc=KeyError("not ready"))
    except KeyError:
        return False
    return True


LOOKS = [
    by_select,
    by_select_of_a_number,
    by_select_of_a_negative_time,
    by_selectors,
    by_trampoline,
    by_trampoline_with_an_error,
]
every_look = parametrize("look", LOOKS, ids=lambda look: look.__name__)


@pytest.fixture
def pair():
    ends = green_socket.socketpair()
    yield ends
    for end in ends:
        end.close()


@every_look
def test_in_a_coroutine_nothing_else_runs_meanwhile(look, pair):
    steps = []

    async def one(name):
        steps.append(f"{name} in")
        steps.append(look(pair[0]))
        steps.append(f"{name} out")

    async def main():
        eventlet.spawn(steps.append, "green thread")
        await asyncio.gather(one("first"), one("second"))

    aiohub.wait(main())
    assert steps.index("first out") == steps.index("first in") + 2
    assert steps.index("second out") == steps.index("second in") + 2
    assert steps.count(False) == 2
    pair[1].send(b"x")

    async def again():
        return look(pair[0])

    assert aiohub.wait(again()) is True


@every_look
def test_in_a_callback_of_the_loop(look, pair):
    async def main():
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(lambda: future.set_result(look(pair[0])))
        return await future

    assert aiohub.wait(main()) is False
    pair[1].send(b"x")
    assert aiohub.wait(main()) is True


@every_look
def test_in_a_green_thread_others_run_meanwhile(look, pair):
    """A program that polls in a loop does not keep them from what it polls for."""
    eventlet.spawn(pair[1].send, b"x")
    looks = 0
    while not look(pair[0]):
        looks += 1
    assert looks <= 1


@every_look
def test_two_green_threads_look_at_the_same_descriptor(look, pair):
    hub = hubs.get_hub()
    assert [green.wait() for green in [eventlet.spawn(look, pair[0]) for _ in range(3)]] == [False] * 3
    waiting = eventlet.spawn(pair[0].recv, 1)
    eventlet.sleep(0)
    assert look(pair[0]) is False  # beside who waits for it
    assert pair[0].fileno() in hub.listeners[hub.READ]
    pair[1].send(b"x")
    assert waiting.wait() == b"x"


def test_in_an_os_thread_without_a_hub(pair):
    async def main():
        return await asyncio.to_thread(by_select, pair[0])

    assert aiohub.wait(main()) is False


def test_all_that_is_ready_is_found(pair):
    listener = eventlet.listen(("127.0.0.1", 0))
    try:
        pair[0].send(b"x")
        pair[1].send(b"x")
        both = list(pair)
        expected = (both, [*both, pair[0]], [])
        assert green_select.select([*both, listener], [*both, pair[0]], [listener], 0) == expected
    finally:
        listener.close()


def test_a_hang_up_is_ready():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert green_select.select([], [writer], [], 0) == ([], [writer], [])
    finally:
        os.close(writer)


def test_out_of_band_data_is_an_exceptional_condition():
    listener = eventlet.listen(("127.0.0.1", 0))
    client = eventlet.connect(listener.getsockname())
    server, _ = listener.accept()
    try:
        client.send(b"!", green_socket.MSG_OOB)
        with eventlet.Timeout(100):
            while not green_select.select([], [], [server], 0)[2]:
                pass
        assert green_select.select([server], [], [server], 0) == ([], [], [server])
    finally:
        for end in (listener, client, server):
            end.close()


@parametrize("timeout", [0, -0.5])
@parametrize("number", [-1, 10**6, 2**40])
def test_what_is_not_open(number, timeout):
    for _ in range(2):
        with pytest.raises((ValueError, OSError)):
            green_select.select([number], [], [], timeout)


def test_nonsense_is_refused(pair):
    with pytest.raises(TypeError):
        green_select.select([pair[0]], [], [], "soon")
    with pytest.raises(TypeError):
        green_select.select(["no descriptor"], [], [], 0)


def test_a_time_to_wait_is_waited_for(pair):
    done = event.Event()

    async def main():
        task = asyncio.ensure_future(waiting())
        await asyncio.sleep(0)
        pair[1].send(b"x")
        await task

    async def waiting():
        done.send(green_select.select([pair[0]], [], [], 30))

    aiohub.wait(main())
    assert done.wait() == ([pair[0]], [], [])
