"""A loop beside the hub's: run in a green thread, it has an OS thread of its own."""

import asyncio
import contextvars
import threading

import eventlet
import greenlet
import pytest

import aiohub

variable = contextvars.ContextVar("variable", default="unset")

pytestmark = pytest.mark.usefixtures("leak_check")


@pytest.fixture(params=["stock", "the hub's kind"])
def new_loop(request, loop_name):
    if request.param == "stock" or loop_name == "asyncio":
        return asyncio.SelectorEventLoop
    if loop_name == "engine":
        return aiohub.new_event_loop
    return pytest.importorskip("uvloop").new_event_loop


async def where(result):
    await asyncio.sleep(0.001)
    return result, asyncio.get_running_loop(), threading.get_ident(), variable.get()


def run_one(new_loop, coroutine):
    loop = new_loop()
    try:
        return loop, loop.run_until_complete(coroutine)
    finally:
        loop.close()


def test_run_until_complete_in_green_threads(new_loop):
    def green(number):
        variable.set(number)
        own, (result, running, ident, value) = run_one(new_loop, where(number))
        assert running is own
        assert ident != threading.get_ident()
        assert asyncio.current_task() is None
        return result, value

    greens = [eventlet.spawn(green, number) for number in range(5)]
    assert [each.wait() for each in greens] == [(number, number) for number in range(5)]


def test_in_the_main_green_thread(new_loop):
    eventlet.sleep(0)
    assert run_one(new_loop, where("main"))[1][0] == "main"


def test_the_hub_goes_on_meanwhile(new_loop):
    go_on = eventlet.event.Event()

    async def wait_for_the_other_world():
        return go_on.wait()

    green = eventlet.spawn(run_one, new_loop, wait_for_the_other_world())
    for _ in range(10):
        eventlet.sleep(0.001)
    aiohub.wait(asyncio.sleep(0))
    go_on.send("from the hub's thread")
    assert green.wait()[1] == "from the hub's thread"


def test_exceptions_come_out(new_loop):
    async def fail():
        await asyncio.sleep(0)
        raise KeyError("failed")

    with pytest.raises(KeyError, match="failed"):
        eventlet.spawn(run_one, new_loop, fail()).wait()


def test_a_killed_green_thread_stops_the_loop(new_loop):
    steps = []

    async def forever():
        steps.append("begun")
        await asyncio.sleep(3600)

    def green():
        loop = new_loop()
        task = loop.create_task(forever())
        try:
            loop.run_until_complete(task)
        finally:
            assert not loop.is_running()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                loop.run_until_complete(task)
            loop.close()
            steps.append("closed")

    killed = eventlet.spawn(green)
    while not steps:
        eventlet.sleep(0.001)
    killed.kill()
    with pytest.raises(greenlet.GreenletExit):
        raise killed.wait() or greenlet.GreenletExit
    assert steps == ["begun", "closed"]


def test_run_forever_and_stop(new_loop):
    loop = new_loop()
    green = eventlet.spawn(loop.run_forever)
    future = asyncio.run_coroutine_threadsafe(where("asked"), loop)
    while not future.done():
        eventlet.sleep(0.001)
    assert future.result()[0] == "asked"
    assert loop.is_running()
    with pytest.raises(RuntimeError, match="already running"):
        loop.run_until_complete(asyncio.sleep(0))
    loop.call_soon_threadsafe(loop.stop)
    assert green.wait() is None
    loop.close()


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_in_a_coroutine_it_is_refused_as_by_asyncio(new_loop):
    async def main():
        loop = new_loop()
        try:
            with pytest.raises(RuntimeError, match="while another loop is running"):
                loop.run_until_complete(where("never"))
        finally:
            loop.close()

    aiohub.wait(main())


PATCHED = """
import asyncio, os
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
import eventlet, threading

loop = asyncio.new_event_loop()
thread = threading.Thread(target=loop.run_forever, daemon=True)
thread.start()

async def five():
    await asyncio.sleep(0.01)
    return 5

print([asyncio.run_coroutine_threadsafe(five(), loop).result(30) for _ in range(3)])
print(asyncio.run(five()))
loop.call_soon_threadsafe(loop.stop)
thread.join()
loop.close()

import fsspec, fsspec.asyn

class Slow(fsspec.asyn.AsyncFileSystem):
    protocol = "slow"

    async def _cat_file(self, path, start=None, end=None, **kwargs):
        await asyncio.sleep(0.001)
        return path.encode()

slow = Slow()
print(slow.cat_file("plain"))
green = [eventlet.spawn(slow.cat_file, str(number)) for number in range(5)]
print([each.wait() for each in green])
print(slow.cat(["a", "b"]))
memory = fsspec.filesystem("memory")
memory.pipe("/file", b"bytes")
print(memory.cat("/file"))
print("done")
"""


def test_a_loop_in_a_patched_thread_and_fsspec(run_script):
    result = run_script(PATCHED, env={"PYTHONWARNINGS": "ignore"})
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout.splitlines() == [
        "[5, 5, 5]",
        "5",
        "b'plain'",
        "[b'0', b'1', b'2', b'3', b'4']",
        "{'a': b'a', 'b': b'b'}",
        "b'bytes'",
        "done",
    ]
