"""Promise 14: cancelling a task that awaits a green thread kills that; the await sees its cleanup through."""

import asyncio
import sys

import eventlet
import eventlet.semaphore
import pytest
from _ending_scenes import SlowGreenThread, open_gate, tasks_left, turns
from eventlet.event import Event
from greenlet import GreenletExit

import aiohub

pytestmark = pytest.mark.usefixtures("leak_check")

needs_task_group = pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.TaskGroup came with Python 3.11")

WAYS = {
    "await green thread": lambda function: eventlet.spawn(function),
    "greenlet_to_future": lambda function: aiohub.greenlet_to_future(eventlet.spawn(function)),
    "sync_to_async": lambda function: aiohub.sync_to_async(function)(),
}


@pytest.fixture(params=WAYS)
def green_work(request):
    """Each way to make an awaitable of a function that runs in a green thread."""
    return WAYS[request.param]


async def awaiting(green_work, function):
    return await green_work(function)


def start(coroutine):
    return aiohub.get_loop().create_task(coroutine)


def ended(task):
    """Wait for *task* and say how it ended, without letting its cancellation end the caller."""

    async def watch():
        await asyncio.wait([task])

    aiohub.wait(watch())
    return "cancelled" if task.cancelled() else task.exception() or task.result()


def test_promise_14_cancel_kills_the_green_thread(green_work):
    scene = SlowGreenThread()
    task = start(awaiting(green_work, scene.run))
    scene.started.wait()
    open_gate(scene)
    task.cancel()
    assert ended(task) == "cancelled"
    assert scene.steps == ["GreenletExit", "clean"]
    assert not tasks_left()


def test_promise_14_the_await_ends_after_the_cleanup(green_work):
    scene = SlowGreenThread()

    async def main():
        try:
            await green_work(scene.run)
        finally:
            scene.steps.append("await ended")

    task = start(main())
    scene.started.wait()
    task.cancel()
    turns()
    assert scene.steps == ["GreenletExit"]
    assert not task.done()
    open_gate(scene)
    assert ended(task) == "cancelled"
    assert scene.steps == ["GreenletExit", "clean", "await ended"]


def test_promise_14_cleanup_of_every_blocking_kind(green_work):
    steps = []
    started = Event()
    semaphore = eventlet.semaphore.Semaphore(0)
    queue = eventlet.Queue()

    async def coroutine():
        await asyncio.sleep(0)
        return "coroutine"

    def body():
        started.send()
        try:
            Event().wait()
        finally:
            eventlet.sleep(0)
            steps.append("sleep")
            semaphore.acquire()
            steps.append("acquire")
            steps.append(queue.get())
            steps.append(aiohub.wait(coroutine()))
            steps.append(eventlet.spawn(lambda: "green thread").wait())

    async def main():
        try:
            await green_work(body)
        finally:
            steps.append("await ended")

    task = start(main())
    started.wait()
    task.cancel()
    turns()
    semaphore.release()
    turns()
    queue.put("get")
    assert ended(task) == "cancelled"
    assert steps == ["sleep", "acquire", "get", "coroutine", "green thread", "await ended"]


def test_promise_14_cancel_before_the_task_starts(green_work):
    ran = []

    async def main():
        await green_work(lambda: ran.append(True))

    task = start(main())
    task.cancel()
    assert ended(task) == "cancelled"
    turns()
    assert not ran


def test_promise_14_cancel_before_the_green_thread_starts():
    ran = []
    started = []

    async def main():
        future = aiohub.greenlet_to_future(eventlet.spawn(ran.append, True))
        future.cancel()
        started.append(future)
        await future

    assert ended(start(main())) == "cancelled"
    turns()
    assert started[0].cancelled()
    assert not ran


def test_promise_14_a_green_thread_that_has_not_started_never_runs():
    ran = []
    green_thread = eventlet.spawn_after(60, ran.append, True)

    async def main():
        await green_thread

    task = start(main())
    turns()
    task.cancel()
    assert ended(task) == "cancelled"
    with pytest.raises(GreenletExit):
        green_thread.wait()
    assert not ran


def test_promise_14_shield_shields(green_work):
    gate = Event()
    started = Event()
    steps = []

    def body():
        started.send()
        gate.wait()
        steps.append("whole")
        return "result"

    async def main():
        inner.append(asyncio.ensure_future(green_work(body)))
        await asyncio.shield(inner[0])

    inner = []
    task = start(main())
    started.wait()
    task.cancel()
    assert ended(task) == "cancelled"
    turns()
    assert steps == []
    assert not inner[0].done()
    gate.send()
    assert ended(inner[0]) == "result"
    assert steps == ["whole"]


def test_promise_14_shield_takes_a_green_thread():
    gate = Event()
    green_thread = eventlet.spawn(gate.wait)

    async def main():
        await asyncio.shield(green_thread)

    task = start(main())
    turns()
    task.cancel()
    assert ended(task) == "cancelled"
    gate.send("result")
    assert green_thread.wait() == "result"


def test_promise_14_wait_for_ends_after_the_cleanup(green_work):
    scene = SlowGreenThread()

    async def main():
        try:
            await asyncio.wait_for(green_work(scene.run), 0.01)
        except asyncio.TimeoutError:
            scene.steps.append("timed out")

    task = start(main())

    def when_killed():
        while not scene.steps:
            eventlet.sleep(0.001)
        turns()
        scene.steps.append("gate")
        open_gate(scene)

    eventlet.spawn(when_killed)
    assert ended(task) is None
    assert scene.steps == ["GreenletExit", "gate", "clean", "timed out"]


@needs_task_group
def test_promise_14_task_group_kills_the_siblings(green_work):
    scene = SlowGreenThread()

    async def fails():
        aiohub.get_loop().call_soon(eventlet.spawn, when_killed)
        raise ValueError("sibling")

    def when_killed():
        while not scene.steps:
            eventlet.sleep(0)
        turns()
        scene.steps.append("gate")
        open_gate(scene)

    async def main():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(awaiting(green_work, scene.run))
                await aiohub.greenlet_to_future(eventlet.spawn(scene.started.wait))
                group.create_task(fails())
        finally:
            scene.steps.append("group ended")

    error = ended(start(main()))
    assert [type(inner) for inner in error.exceptions] == [ValueError]
    assert scene.steps == ["GreenletExit", "gate", "clean", "group ended"]


def test_promise_14_gather_kills_all(green_work):
    scenes = [SlowGreenThread() for _ in range(3)]

    async def main():
        await asyncio.gather(*(awaiting(green_work, scene.run) for scene in scenes))

    task = start(main())
    for scene in scenes:
        scene.started.wait()
        open_gate(scene)
    task.cancel()
    assert ended(task) == "cancelled"
    turns()
    assert [scene.steps for scene in scenes] == [["GreenletExit", "clean"]] * 3
    assert not tasks_left()


def test_promise_14_cancel_of_the_future_kills():
    scene = SlowGreenThread()
    green_thread = eventlet.spawn(scene.run)
    future = aiohub.greenlet_to_future(green_thread)
    scene.started.wait()
    assert future.cancel() is True

    async def main():
        try:
            await future
        finally:
            scene.steps.append("await ended")

    task = start(main())
    turns()
    assert scene.steps == ["GreenletExit"]
    assert not task.done()
    open_gate(scene)
    assert ended(task) == "cancelled"
    assert scene.steps == ["GreenletExit", "clean", "await ended"]
    assert future.cancelled()
    assert green_thread.dead


def test_promise_14_without_autokill_the_green_thread_goes_on():
    gate = Event()
    green_thread = eventlet.spawn(gate.wait)
    future = aiohub.greenlet_to_future(green_thread, autokill_greenlet=False)
    turns()
    future.cancel()
    turns()
    assert future.cancelled()
    assert not green_thread.dead
    gate.send("result")
    assert green_thread.wait() == "result"


def test_promise_14_all_who_await_see_the_cancellation():
    scene = SlowGreenThread()
    green_thread = eventlet.spawn(scene.run)

    async def main():
        await green_thread

    tasks = [start(main()) for _ in range(3)]
    scene.started.wait()
    turns()
    open_gate(scene)
    tasks[1].cancel()
    assert [ended(task) for task in tasks] == ["cancelled"] * 3
    assert scene.steps == ["GreenletExit", "clean"]


def test_promise_14_a_green_thread_that_refuses_to_die_is_waited_for(green_work):
    started = Event()
    gate = Event()
    steps = []

    def stubborn():
        started.send()
        try:
            Event().wait()
        except GreenletExit:
            steps.append("refused")
        gate.wait()
        steps.append("ended")
        return "result"

    task = start(awaiting(green_work, stubborn))
    started.wait()
    task.cancel()
    turns()
    assert steps == ["refused"]
    assert not task.done()
    gate.send()
    assert ended(task) in ("cancelled", "result")
    assert steps == ["refused", "ended"]


def test_promise_14_a_second_cancel_reaches_the_cleanup(green_work):
    steps = []
    started = Event()
    killed = Event()

    def body():
        started.send()
        try:
            Event().wait()
        finally:
            killed.send()
            try:
                Event().wait()
            except GreenletExit:
                steps.append("killed again")
                raise

    task = start(awaiting(green_work, body))
    started.wait()
    task.cancel()
    killed.wait()
    turns()
    assert not task.done()
    task.cancel()
    assert ended(task) == "cancelled"
    assert steps == ["killed again"]


def test_promise_14_an_error_of_the_cleanup_is_seen(green_work):
    started = Event()

    def body():
        started.send()
        try:
            Event().wait()
        finally:
            eventlet.sleep(0)
            raise ValueError("in cleanup")

    task = start(awaiting(green_work, body))
    started.wait()
    task.cancel()
    assert repr(ended(task)) == repr(ValueError("in cleanup"))


def test_promise_14_cancel_goes_through_all_borders(green_work):
    steps = []
    started = Event()

    def inner_green():
        started.send()
        try:
            Event().wait()
        finally:
            eventlet.sleep(0)
            steps.append("inner green thread")

    async def inner_coroutine():
        try:
            await green_work(inner_green)
        finally:
            await asyncio.sleep(0)
            steps.append("inner coroutine")

    def outer_green():
        try:
            aiohub.wait(inner_coroutine())
        finally:
            eventlet.sleep(0)
            steps.append("outer green thread")

    async def outer_coroutine():
        try:
            await green_work(outer_green)
        finally:
            await asyncio.sleep(0)
            steps.append("outer coroutine")

    task = start(outer_coroutine())
    started.wait()
    task.cancel()
    assert ended(task) == "cancelled"
    assert steps == ["inner green thread", "inner coroutine", "outer green thread", "outer coroutine"]
    assert not tasks_left()


def test_promise_14_a_blocking_call_in_a_task_is_cancelled():
    started = Event()
    steps = []

    async def main():
        started.send()
        try:
            Event().wait()
        except asyncio.CancelledError:
            steps.append("cancelled")
            raise
        finally:
            eventlet.sleep(0)
            steps.append("clean")

    task = start(main())
    started.wait()
    turns()
    task.cancel()
    assert ended(task) == "cancelled"
    assert steps == ["cancelled", "clean"]
