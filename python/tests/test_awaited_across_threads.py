"""Green threads, tasks and futures of another OS thread are waited for as one's own are."""

import asyncio
import threading

import eventlet
import pytest
from eventlet import event, hubs
from greenlet import GreenletExit

import aiohub

pytestmark = pytest.mark.usefixtures("leak_check")


class Elsewhere:
    """An OS thread with a hub; `call` runs a function there, in a green thread, and gives what it returns."""

    def __enter__(self):
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        assert self.ready.wait(60)
        return self

    def _run(self):
        self.hub = hubs.get_hub()
        self.end = event.Event()
        eventlet.sleep(0)
        self.ready.set()
        self.end.wait()

    def call(self, function):
        made = []
        done = threading.Event()

        def run():
            made.append(function())
            done.set()

        self.hub.call_threadsafe(eventlet.spawn, run)
        assert done.wait(60)
        return made[0]

    def __exit__(self, *_exc):
        self.end.send()
        self.thread.join()


@pytest.fixture
def elsewhere():
    with Elsewhere() as thread:
        yield thread


async def await_it(it):
    return await it


#: Ways to wait in a green thread of this OS thread for a green thread of the other one.
WAITS = {
    "wait": aiohub.wait,
    "wait with a timeout": lambda it: aiohub.wait(it, timeout=60),
    "await": lambda it: aiohub.wait(await_it(it)),
    "gather": lambda it: aiohub.wait(await_it(asyncio.gather(aiohub.greenlet_to_future(it))))[0],
    "future": lambda it: aiohub.wait(aiohub.greenlet_to_future(it)),
    "green thread": lambda it: aiohub.future_to_greenlet(it).wait(),
}


def go(go_on):
    return go_on.wait() and "result"


def fail(go_on):
    go_on.wait()
    raise LookupError("its own")


def outcome(function, *args):
    try:
        return function(*args)
    except (Exception, GreenletExit) as exc:
        return type(exc), str(exc)


@pytest.mark.parametrize("state", ["waiting", "ended"])
@pytest.mark.parametrize("way", WAITS)
def test_a_green_thread(way, state, elsewhere):
    go_on = event.Event()
    thread = elsewhere.call(lambda: eventlet.spawn(go, go_on))
    failing = elsewhere.call(lambda: eventlet.spawn(fail, go_on))
    if state == "ended":
        go_on.send(True)
        assert thread.wait() == "result"
        assert outcome(failing.wait) == (LookupError, "its own")
    waiters = [eventlet.spawn(outcome, WAITS[way], each) for each in (thread, failing)]
    eventlet.sleep(0)
    if state == "waiting":
        go_on.send(True)
    assert [waiter.wait() for waiter in waiters] == ["result", (LookupError, "its own")]


def test_what_is_awaited_is_not_printed(elsewhere, capfd):
    go_on = event.Event()
    failing = elsewhere.call(lambda: eventlet.spawn(fail, go_on))
    waiter = eventlet.spawn(outcome, aiohub.wait, failing)
    eventlet.sleep(0)
    elsewhere.call(eventlet.sleep)  # what is linked there is linked by now
    go_on.send()
    assert waiter.wait() == (LookupError, "its own")
    elsewhere.call(eventlet.sleep)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("begun", [True, False])
def test_who_waits_for_a_killed_green_thread_is_cancelled(begun, elsewhere):
    thread = elsewhere.call(lambda: eventlet.spawn_after(0 if begun else 3600, event.Event().wait))
    if begun:
        elsewhere.call(eventlet.sleep)
    waiter = eventlet.spawn(outcome, aiohub.wait, thread)
    eventlet.sleep(0)
    thread.kill()
    assert waiter.wait()[0] is GreenletExit


def cleanup(begun, clean, cleaned):
    try:
        begun.set()
        event.Event().wait()
    finally:
        clean.wait()
        cleaned.append(True)


def test_the_end_of_who_waits_ends_it_with_its_cleanup(elsewhere):
    begun, clean, cleaned = threading.Event(), event.Event(), []
    thread = elsewhere.call(lambda: eventlet.spawn(cleanup, begun, clean, cleaned))
    assert begun.wait(60)

    async def main():
        task = asyncio.create_task(await_it(thread))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        clean.send()
        with pytest.raises(asyncio.CancelledError):
            await task
        return list(cleaned)

    assert aiohub.wait(main()) == [True]


def test_its_thread_has_ended():
    with Elsewhere() as thread:
        ended = thread.call(lambda: eventlet.spawn(lambda: "result"))
        assert ended.wait() == "result"
    assert aiohub.wait(ended) == "result"


@pytest.fixture
def asyncio_thread():
    """The loop of an OS thread that knows nothing of eventlet."""
    loop = asyncio.SelectorEventLoop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def make_there(loop, make):
    """What *make* gives in the OS thread of *loop*."""

    async def run():
        return make()

    return asyncio.run_coroutine_threadsafe(run(), loop).result(60)


def test_a_task_of_another_loop(asyncio_thread):
    async def work():
        await asyncio.sleep(0)
        return "result"

    async def fail():
        raise LookupError("its own")

    for wait in (aiohub.wait, lambda it: aiohub.wait(it, timeout=60), lambda it: aiohub.future_to_greenlet(it).wait()):
        assert wait(make_there(asyncio_thread, lambda: asyncio_thread.create_task(work()))) == "result"
        assert outcome(wait, make_there(asyncio_thread, lambda: asyncio_thread.create_task(fail())))[0] is LookupError
        future = make_there(asyncio_thread, asyncio_thread.create_future)
        asyncio_thread.call_soon_threadsafe(future.cancel, "why")
        assert outcome(wait, future) == (GreenletExit, "why")


def test_a_wait_for_a_task_of_another_loop_is_killed(asyncio_thread):
    begun, seen = threading.Event(), []

    async def work():
        try:
            begun.set()
            await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(0)
            seen.append("cleaned up")

    task = make_there(asyncio_thread, lambda: asyncio_thread.create_task(work()))
    assert begun.wait(60)
    waiter = eventlet.spawn(aiohub.wait, task)
    eventlet.sleep(0)
    waiter.kill()
    assert outcome(waiter.wait)[0] is GreenletExit
    assert seen == ["cleaned up"]
