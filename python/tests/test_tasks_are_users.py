"""Promise 11: there is no current task in a green thread; the runtime owns no task, so cancelling all of them ends only
users' work.
"""

import asyncio
import sys

import eventlet
import eventlet.asyncio
import pytest
from eventlet import event, hubs
from eventlet.green import socket
from greenlet import GreenletExit

import aiohub


def current_task():
    assert asyncio.current_task(aiohub.get_loop()) is asyncio.current_task()
    return asyncio.current_task()


def test_promise_11_none_in_green_threads():
    eventlet.sleep(0)
    assert current_task() is None
    assert eventlet.spawn(current_task).wait() is None
    assert eventlet.spawn_after(0.001, current_task).wait() is None


def test_promise_11_none_in_a_green_thread_a_task_waits_for():
    async def main():
        return (
            await eventlet.spawn(current_task),
            await aiohub.sync_to_async(current_task)(),
            eventlet.spawn(current_task).wait(),
        )

    assert aiohub.wait(main()) == (None, None, None)


def test_promise_11_none_in_a_green_thread_between_tasks_that_block():
    """A blocking call leaves the task's step half way: who runs then must not be taken for that task."""

    async def main():
        wake, seen = event.Event(), []

        async def blocking():
            wake.wait()
            return asyncio.current_task()

        def green():
            for _ in range(3):
                seen.append(current_task())
                eventlet.sleep(0)
                aiohub.wait(asyncio.sleep(0))
            wake.send()
            seen.append(current_task())

        tasks = [asyncio.ensure_future(blocking()) for _ in range(3)]
        await asyncio.sleep(0)
        await eventlet.spawn(green)
        assert seen == [None] * 4
        assert await asyncio.gather(*tasks) == tasks

    aiohub.wait(main())


def test_promise_11_none_in_a_green_thread_woken_by_a_task():
    """`Event.send` in a task, or a switch made straight from it, does not make the woken one part of the task."""

    async def main():
        wake = event.Event()

        def green():
            wake.wait()
            return current_task()

        green_thread = eventlet.spawn(green)
        await asyncio.sleep(0)
        wake.send()
        return green_thread.wait()

    assert aiohub.wait(main()) is None


def test_promise_11_none_in_callbacks():
    async def main():
        seen = []
        asyncio.get_running_loop().call_soon(lambda: seen.append(current_task()))
        hubs.get_hub().schedule_call_global(0, lambda: seen.append(current_task()))
        eventlet.sleep(0.001)
        await asyncio.sleep(0)
        assert seen == [None, None]

    aiohub.wait(main())


def test_promise_11_a_coroutine_has_its_own_task_all_the_time():
    async def main():
        async def run():
            task = asyncio.current_task()
            for _ in range(10):
                assert current_task() is task
                eventlet.sleep(0)
                assert current_task() is task
                await asyncio.sleep(0)
                assert current_task() is task
                aiohub_wait(asyncio.sleep(0))
                assert current_task() is task
                eventlet.spawn(lambda: None).wait()
                assert current_task() is task
                with pytest.raises(eventlet.Timeout):
                    with eventlet.Timeout(0.001):
                        event.Event().wait()
                assert current_task() is task
                await eventlet.spawn(lambda: None)
                assert current_task() is task
            return task

        def aiohub_wait(coroutine):
            return aiohub.wait(coroutine)

        tasks = [asyncio.ensure_future(run()) for _ in range(5)]
        assert await asyncio.gather(*tasks) == tasks
        assert None not in tasks and len(set(tasks)) == 5

    aiohub.wait(main())


def test_promise_11_the_coroutine_a_green_thread_waits_for_has_a_task():
    async def run():
        return asyncio.current_task()

    for get in (aiohub.wait, lambda coroutine: aiohub.future_to_greenlet(coroutine).wait()):
        assert isinstance(get(run()), asyncio.Task)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout and TaskGroup came with Python 3.11")
def test_promise_11_what_needs_the_current_task_works_after_a_blocking_call():
    async def main():
        eventlet.sleep(0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await asyncio.Event().wait()
        eventlet.sleep(0)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asyncio.sleep(0, number)) for number in range(3)]
            eventlet.sleep(0)
        assert asyncio.current_task().cancelling() == 0
        return [task.result() for task in tasks]

    assert aiohub.wait(main()) == [0, 1, 2]


def use_everything(keep):
    """Green threads, timers, sockets and waits for coroutines, all under way."""
    near, far = socket.socketpair()
    keep += [near, far]
    return [
        eventlet.spawn(event.Event().wait),
        eventlet.spawn(eventlet.sleep, 1000),
        eventlet.spawn(near.recv, 1),
        eventlet.spawn(aiohub.wait, aiohub.get_loop().create_future()),
    ]


def test_promise_11_the_runtime_owns_no_task():
    keep = []
    before = asyncio.all_tasks(aiohub.get_loop())
    green_threads = use_everything(keep)
    for _ in range(5):
        eventlet.sleep(0)
    assert asyncio.all_tasks(aiohub.get_loop()) - before == set()
    for green_thread in green_threads:
        green_thread.kill()
    for one in keep:
        one.close()


def test_promise_11_no_task_in_a_fresh_process(run_script):
    result = run_script(
        """
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        import asyncio, time
        import eventlet
        from eventlet import tpool

        print(asyncio.all_tasks(aiohub.get_loop()))
        eventlet.sleep(0)
        tpool.execute(len, "")
        print(asyncio.all_tasks(aiohub.get_loop()), asyncio.all_tasks())
        print(eventlet.spawn(asyncio.current_task).wait())

        async def main():
            return asyncio.all_tasks() == {asyncio.current_task()}

        print(aiohub.run(main), asyncio.run(main()))
        print(asyncio.all_tasks(aiohub.get_loop()))
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["set()", "set() set()", "None", "True True", "set()"]


def test_promise_11_cancelling_all_tasks_ends_tasks_only():
    """Again and again: afterwards sockets, timers, green threads and new tasks work, and who waited for a task is
    told.
    """
    loop = aiohub.get_loop()
    for _ in range(3):
        near, far = socket.socketpair()
        reading = eventlet.spawn(near.recv, 1)
        sleeping = eventlet.spawn(eventlet.sleep, 0.01)
        waiting = eventlet.spawn(aiohub.wait, asyncio.Event().wait())
        blocked = loop.create_task(block_for_ever())
        suspended = loop.create_task(asyncio.Event().wait())
        for _ in range(5):
            eventlet.sleep(0)
        tasks = asyncio.all_tasks(loop)
        assert {blocked, suspended} <= tasks and len(tasks) >= 3
        for task in tasks:
            task.cancel()
        with pytest.raises(GreenletExit):
            waiting.wait()
        for task in (blocked, suspended):
            with pytest.raises(GreenletExit):
                aiohub.wait(task)
        far.send(b"x")
        assert reading.wait() == b"x"
        assert sleeping.wait() is None
        assert aiohub.wait(asyncio.sleep(0, "still runs")) == "still runs"
        near.close()
        far.close()


async def block_for_ever():
    event.Event().wait()


def test_promise_11_a_coroutine_that_cancels_all_others():
    """The usual shutdown of asyncio programs."""
    loop = aiohub.get_loop()

    async def shutdown():
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        return await asyncio.gather(*others, return_exceptions=True)

    tasks = [loop.create_task(block_for_ever()), loop.create_task(asyncio.Event().wait())]
    green = eventlet.spawn(lambda: eventlet.sleep(0.001) or "green goes on")
    eventlet.sleep(0)
    eventlet.sleep(0)
    outcomes = aiohub.wait(shutdown())
    assert len(outcomes) >= 2
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    assert all(task.cancelled() for task in tasks)
    assert green.wait() == "green goes on"
