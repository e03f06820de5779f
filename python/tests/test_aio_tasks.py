"""aiohub.aio: tasks, what is called when they end, and what is there at once. On a plain asyncio loop."""

import asyncio
import socket

import pytest
from _aio_loops import turns

from aiohub import aio

pytestmark = pytest.mark.once


def plain(main):
    """Run a coroutine on a loop that knows nothing of aiohub's hub."""
    loop = asyncio.SelectorEventLoop()
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


@pytest.fixture
def run(monkeypatch):
    # No hub takes part: what runs a loop in this thread would be asked for it.
    import threading

    def in_a_thread(main):
        results = []
        thread = threading.Thread(target=lambda: results.append(plain(main)))
        thread.start()
        thread.join()
        return results[0]

    return in_a_thread


async def double(number):
    await asyncio.sleep(0)
    return 2 * number


def test_call_takes_plain_functions_and_coroutine_functions(run):
    async def main():
        return await aio.call(double, 2), await aio.call(max, 2, 3), await aio.call(lambda: double(number=5))

    assert run(main) == (4, 3, 10)


def test_spawn_after_waits_and_can_be_cancelled(run):
    async def main():
        called = []
        later, never = aio.spawn_after(0, double, number=4), aio.spawn_after(300, called.append, 1)
        never.cancel()
        with pytest.raises(asyncio.CancelledError):
            await never
        return await later, called

    assert run(main) == (8, [])


def test_link_calls_with_the_task_and_the_arguments(run):
    async def main():
        seen, ended = [], asyncio.Event()

        def plain(task, word):
            seen.append((word, task.result()))

        async def waits(task, word, last):
            await asyncio.sleep(0)
            seen.append((word, await task))
            ended.set()

        task = aio.spawn(double(1))
        aio.link(task, plain, "plain")
        aio.link(task, waits, "waits", last=True)
        await ended.wait()
        return seen

    assert run(main) == [("plain", 2), ("waits", 2)]


def test_in_loop_runs_with_arguments_and_keeps_the_name(run):
    @aio.in_loop
    async def add(one, other=1):
        await asyncio.sleep(0)
        return one + other

    async def main():
        with pytest.raises(RuntimeError, match=r"running event loop|another loop"):
            add(1)

    assert (add.__name__, run_plain(add, 1, other=2)) == ("add", 3)
    run(main)


def run_plain(fn, *args, **kwargs):
    """Call in an OS thread without a hub."""
    import threading

    results = []
    thread = threading.Thread(target=lambda: results.append(fn(*args, **kwargs)))
    thread.start()
    thread.join()
    return results[0]


@pytest.mark.parametrize("kind", [asyncio.Lock, asyncio.Semaphore, asyncio.BoundedSemaphore])
def test_acquire_nowait(run, kind):
    async def main():
        lock = kind()
        first, second = aio.acquire_nowait(lock), aio.acquire_nowait(lock)
        lock.release()
        async with lock:
            third = aio.acquire_nowait(lock)
        return first, second, third, aio.acquire_nowait(lock)

    assert run(main) == (True, False, False, True)


def test_listen_gives_a_socket_for_the_loop(run):
    async def main():
        with aio.listen(("127.0.0.1", 0)) as listener:
            loop = asyncio.get_running_loop()
            accepting = asyncio.ensure_future(loop.sock_accept(listener))
            with socket.socket() as client:
                client.setblocking(False)
                await loop.sock_connect(client, listener.getsockname())
                accepted, _ = await accepting
                with accepted:
                    await loop.sock_sendall(client, b"x")
                    return await loop.sock_recv(accepted, 1)

    assert run(main) == b"x"


def datagram_socket():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.bind(("127.0.0.1", 0))
    return sock


def test_datagrams_are_waited_for_and_sent(run):
    async def main():
        with datagram_socket() as one, datagram_socket() as other:
            waiting = asyncio.ensure_future(aio.sock_recvfrom(one, 10))
            await turns()
            sent = await aio.sock_sendto(other, b"abc", one.getsockname())
            got = await waiting
            await aio.sock_sendto(one, b"de", other.getsockname())
            buffer = bytearray(5)
            into = await aio.sock_recvfrom_into(other, buffer)
            return sent, got == (b"abc", other.getsockname()), into == (2, one.getsockname()), bytes(buffer[:2])

    assert run(main) == (3, True, True, b"de")


def test_a_wait_for_a_datagram_that_is_cancelled_leaves_the_socket(run):
    async def main():
        with datagram_socket() as one, datagram_socket() as other:
            waiting = asyncio.ensure_future(aio.sock_recvfrom(one, 10))
            await turns()
            waiting.cancel()
            await asyncio.wait([waiting])
            await aio.sock_sendto(other, b"abc", one.getsockname())
            return waiting.cancelled(), (await aio.sock_recvfrom(one, 10))[0]

    assert run(main) == (True, b"abc")


def test_a_socket_that_blocks_is_refused_for_datagrams(run):
    async def main():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            with pytest.raises(ValueError, match="setblocking"):
                await aio.sock_recvfrom(sock, 10)

    run(main)
