"""Promise 20: each OS thread may have a hub of its own, and takes its descriptors along when it ends."""

import asyncio
import gc
import os
import threading
import time

import eventlet
import eventlet.hubs
import pytest
from _ending_threads import LIMIT, Thread, descriptors
from eventlet.event import Event
from eventlet.hubs.hub import READ

import aiohub

COUNT = 30


def use_hub():
    eventlet.sleep(0)


def use_sleep():
    green_threads = [eventlet.spawn(eventlet.sleep, 0.001) for _ in range(5)]
    for green_thread in green_threads:
        green_thread.wait()


def use_green_sockets():
    listener = eventlet.listen(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        connection.sendall(connection.recv(10))
        connection.close()

    server = eventlet.spawn(serve)
    client = eventlet.connect(listener.getsockname())
    client.sendall(b"x")
    assert client.recv(10) == b"x"
    server.wait()
    client.close()
    listener.close()


async def async_echo():
    async def serve(reader, writer):
        writer.write(await reader.readline())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"x\n")
    assert await reader.readline() == b"x\n"
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
    eventlet.sleep(0)
    return await eventlet.spawn(lambda: "green")


def use_asyncio():
    assert aiohub.wait(async_echo()) == "green"


def use_asyncio_run():
    assert asyncio.run(async_echo()) == "green"


def use_aiohub_run():
    assert aiohub.run(async_echo) == "green"


def use_get_loop_only():
    aiohub.get_loop()


def use_executor():
    async def main():
        return await asyncio.to_thread(threading.get_ident)

    assert aiohub.wait(main()) != threading.get_ident()
    aiohub.wait(aiohub.get_loop().shutdown_default_executor())


def leave_things_behind():
    async def for_ever():
        await asyncio.Event().wait()

    eventlet.spawn(Event().wait)
    eventlet.spawn(aiohub.wait, for_ever())
    aiohub.get_loop().create_task(for_ever())
    eventlet.hubs.get_hub().schedule_call_global(60, print)
    reader, writer = os.pipe()
    try:
        eventlet.hubs.get_hub().add(READ, reader, print, print, lambda: None)
        eventlet.sleep(0.001)
    finally:
        os.close(reader)
        os.close(writer)


def use_all():
    use_sleep()
    use_green_sockets()
    use_asyncio()
    use_asyncio_run()


def raise_in_thread():
    use_all()
    raise ZeroDivisionError


def abort_the_hub():
    use_all()
    eventlet.hubs.get_hub().abort(wait=True)


USES = [
    use_hub,
    use_sleep,
    use_green_sockets,
    use_asyncio,
    use_asyncio_run,
    use_aiohub_run,
    use_get_loop_only,
    use_executor,
    leave_things_behind,
    use_all,
    raise_in_thread,
    abort_the_hub,
]


def settle(before):
    """Wait until the descriptors are those of *before*: a thread that is joined may have a last instruction to run."""
    deadline = time.monotonic() + LIMIT
    while descriptors() != before and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.005)
    return descriptors()


def finish(thread):
    try:
        thread.end()
    except ZeroDivisionError:
        assert thread.function is raise_in_thread


@pytest.fixture
def before():
    """The descriptors before a test, when this thread's hub and everything that a first use opens are there already."""
    finish(Thread(use_all))
    finish(Thread(use_aiohub_run))  # loads the engine, which keeps two
    gc.collect()
    return settle(descriptors())


@pytest.mark.parametrize("use", USES)
def test_promise_20_threads_one_after_the_other(before, use):
    for _ in range(COUNT):
        finish(Thread(use))
    assert settle(before) == before


@pytest.mark.parametrize("use", USES)
def test_promise_20_threads_at_the_same_time(before, use):
    at_the_start = threading.Barrier(COUNT)
    most = []
    at_the_end = threading.Barrier(COUNT, action=lambda: most.append(len(descriptors())))

    def body():
        at_the_start.wait()
        try:
            use()
        finally:
            at_the_end.wait()

    def finish_body(thread):
        try:
            thread.end()
        except ZeroDivisionError:
            assert use is raise_in_thread

    threads = [Thread(body) for _ in range(COUNT)]
    for thread in threads:
        finish_body(thread)
    if use not in (use_aiohub_run, use_asyncio_run):
        # Each thread had a hub of its own at the end.
        assert most[0] >= len(before) + COUNT
    assert settle(before) == before


def test_promise_20_each_thread_has_its_own_hub_and_loop():
    barrier = threading.Barrier(5)

    def body():
        hub = eventlet.hubs.get_hub()
        loop = aiohub.get_loop()
        assert hub.loop is loop
        assert aiohub.wait(running_loop()) is loop
        barrier.wait()
        return hub, loop

    async def running_loop():
        return asyncio.get_running_loop()

    pairs = [thread.end() for thread in [Thread(body) for _ in range(5)]]
    pairs.append((eventlet.hubs.get_hub(), aiohub.get_loop()))
    assert len({id(hub) for hub, _ in pairs}) == 6
    assert len({id(loop) for _, loop in pairs}) == 6
    assert all(loop.is_closed() for _, loop in pairs[:-1])
    assert not aiohub.get_loop().is_closed()


def test_promise_20_hubs_run_at_the_same_time():
    """A green thread of each OS thread goes on while the green threads of all others do."""
    steps = [threading.Event() for _ in range(4)]

    def body(number):
        def pass_on():
            while not steps[number].is_set():
                eventlet.sleep(0.001)
            if number + 1 < len(steps):
                steps[number + 1].set()
            return number

        async def coroutine():
            return await eventlet.spawn(pass_on)

        return aiohub.wait(coroutine())

    threads = [Thread(body, number) for number in range(4)]
    steps[0].set()
    assert [thread.end() for thread in threads] == [0, 1, 2, 3]


PATCHED = """
    import asyncio, os, sys
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
    import eventlet, gc, socket, threading, time
    from eventlet import patcher, tpool

    real_threading = patcher.original("threading")
    real_time = patcher.original("time")

    def use():
        # Patched names in an OS thread: each blocks the green thread of that thread's own hub.
        time.sleep(0.001)
        threading.Thread(target=time.sleep, args=(0.001,)).start()
        with threading.Lock():
            eventlet.sleep(0)
        pair = socket.socketpair()
        reading = eventlet.spawn(pair[0].recv, 1)
        pair[1].sendall(b"x")
        assert reading.wait() == b"x"
        for end in pair:
            end.close()
        assert aiohub.wait(asyncio.sleep(0.001, "x")) == "x"

    def rounds():
        for _ in range(3):
            threads = [real_threading.Thread(target=use) for _ in range(10)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    use()
    rounds()
    before = sorted(os.listdir("/proc/self/fd"))
    rounds()
    deadline = real_time.monotonic() + 20
    while sorted(os.listdir("/proc/self/fd")) != before and real_time.monotonic() < deadline:
        gc.collect()
        real_time.sleep(0.01)
    assert sorted(os.listdir("/proc/self/fd")) == before
    print("done")
"""


def test_promise_20_threads_of_a_patched_program(run_script):
    result = run_script(PATCHED)
    assert result.stdout == "done\n", result.stderr
    assert result.stderr == ""
