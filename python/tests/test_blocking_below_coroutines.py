"""Promise 5 in greenlets that somebody else makes below a coroutine, as SQLAlchemy, greenback and Playwright do.

A blocking call there suspends the task and nothing else, and comes back to the greenlet it was made in, with the task
current.
"""

import asyncio
import contextlib
import contextvars
import sys

import eventlet
import greenlet
import pytest
from _border_below import WAYS
from _border_blockers import BLOCKERS, EventWait, GreenThreadWait, QueueGet, Sleep, SocketRecv

import aiohub
from aiohub._tasks import blocking_report

parametrize = pytest.mark.parametrize
ALL_WAYS = parametrize("way", WAYS, ids=lambda way: way.__name__)
ALL_BLOCKERS = parametrize("blocker_class", BLOCKERS, ids=lambda cls: cls.__name__)
SOME_BLOCKERS = parametrize(
    "blocker_class", [Sleep, EventWait, QueueGet, SocketRecv, GreenThreadWait], ids=lambda cls: cls.__name__
)
variable = contextvars.ContextVar("variable", default="unset")


@pytest.fixture
def blocker(blocker_class):
    scene = blocker_class()
    yield scene
    scene.close()


async def turns(count=20):
    for _ in range(count):
        await asyncio.sleep(0)


def no_task_in_callbacks(loop):
    """A future that says what task was the current one in a callback of the loop."""
    future = loop.create_future()
    loop.call_soon(lambda: future.set_result(asyncio.current_task()))
    return future


@ALL_BLOCKERS
@ALL_WAYS
def test_promise_05_below_the_task_waits_and_others_run(way, blocker):
    async def main():
        steps = []

        async def blocking():
            task = asyncio.current_task()

            def call():
                here, parent = greenlet.getcurrent(), greenlet.getcurrent().parent
                steps.append("blocks")
                result = blocker.block()
                assert asyncio.current_task() is task
                assert greenlet.getcurrent() is here
                assert here.parent is parent, "its maker's greenlet is its parent"
                steps.append("goes on")
                return result

            result = await way(call)
            assert asyncio.current_task() is task
            return result

        task = asyncio.ensure_future(blocking())
        await turns(40)
        steps.append("another task")
        assert not task.done()
        blocker.release()
        assert await task == blocker.result
        assert steps == ["blocks", "another task", "goes on"]
        assert await no_task_in_callbacks(asyncio.get_running_loop()) is None

    aiohub.wait(main())


@pytest.mark.usefixtures("leak_check")
@ALL_WAYS
def test_promise_05_below_many_calls_and_awaits_by_turns(way):
    """Several tasks at once, each of which blocks and awaits again and again in its own greenlets."""
    log = []

    async def one(name):
        def call():
            task = asyncio.current_task()
            for count in range(5):
                eventlet.sleep(0.001 * (count % 2))
                assert asyncio.current_task() is task
                assert way.waits(asyncio.sleep(0, count)) == count
                assert asyncio.current_task() is task
                log.append((name, count))
            return name

        return await way(call)

    async def main():
        return await asyncio.gather(*[one(name) for name in "abc"])

    assert aiohub.wait(main()) == ["a", "b", "c"]
    assert sorted(log) == [(name, count) for name in "abc" for count in range(5)]
    assert {name for name, _ in log[:5]} != {"a"}, "they run by turns"


@SOME_BLOCKERS
@ALL_WAYS
def test_promise_05_below_an_exception_comes_out_where_the_function_was_called(way, blocker):
    async def main():
        async def blocking():
            def call():
                blocker.block()
                raise KeyError("from below")

            try:
                await way(call)
            except KeyError as error:
                await asyncio.sleep(0)
                return error.args

        task = asyncio.ensure_future(blocking())
        await turns(40)
        blocker.release()
        assert await task == ("from below",)

    aiohub.wait(main())


@SOME_BLOCKERS
@ALL_WAYS
def test_promise_05_below_cancelling_the_task_ends_the_call(way, blocker):
    async def main():
        steps = []

        async def blocking():
            def call():
                try:
                    blocker.block()
                except asyncio.CancelledError as error:
                    steps.append(error.args)
                    eventlet.sleep(0.001)  # cleanup that blocks
                    assert asyncio.current_task() is task
                    steps.append("inner cleanup")
                    raise

            try:
                await way(call)
            finally:
                await asyncio.sleep(0)
                steps.append("outer cleanup")

        task = asyncio.ensure_future(blocking())
        await turns(40)
        assert task.cancel("enough")
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()
        assert steps == [("enough",), "inner cleanup", "outer cleanup"]

    aiohub.wait(main())


@ALL_WAYS
def test_promise_05_below_a_cancellation_may_be_refused(way):
    async def main():
        blockers = [EventWait(), EventWait()]

        async def blocking():
            def call():
                try:
                    blockers[0].block()
                except asyncio.CancelledError:
                    return blockers[1].block()

            return await way(call)

        task = asyncio.ensure_future(blocking())
        await turns(40)
        task.cancel()
        await turns(40)
        assert not task.done()
        blockers[1].release()
        assert await task == "released"

    aiohub.wait(main())


@ALL_WAYS
def test_promise_05_below_a_cancellation_between_the_wake_up_and_the_next_await(way):
    """The blocking call is over by then: what comes next is cancelled, and the task ends."""

    async def main():
        blocker = EventWait()

        async def blocking():
            await way(blocker.block)
            await asyncio.sleep(3600)

        task = asyncio.ensure_future(blocking())
        await turns(40)
        blocker.release()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    aiohub.wait(main())


@ALL_WAYS
def test_promise_05_below_wait_for_ends_the_call(way):
    async def main():
        blocker = EventWait()

        def call():
            try:
                blocker.block()
            finally:
                eventlet.sleep(0.001)

        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(way(call), 0.01)

    aiohub.wait(main())


async def in_the_same_task(collect):
    collect()


async def in_the_next_task(collect):
    await asyncio.ensure_future(in_the_same_task(collect))  # its greenlet may be the one of the task before


async def in_a_green_thread(collect):
    await eventlet.spawn(collect)


async def in_a_callback(collect):
    done = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(lambda: done.set_result(collect()))
    await done


@pytest.mark.parametrize("somewhere", [in_the_same_task, in_the_next_task, in_a_green_thread, in_a_callback])
@pytest.mark.parametrize("way", ["switch", "throw"])
def test_promise_05_below_the_greenlet_is_collected_while_another_task_runs(somewhere, way):
    kept = []

    async def leaves_one():
        def run():
            parent = greenlet.getcurrent().parent
            parent.switch() if way == "switch" else parent.throw(KeyError)

        kept.append(greenlet.greenlet(run))
        with pytest.raises(KeyError) if way == "throw" else contextlib.nullcontext():
            kept[0].switch()

    def collect():
        loop = aiohub.get_loop()
        before = asyncio.current_task(loop)
        kept.clear()
        return asyncio.current_task(loop) is before

    async def main():
        await asyncio.ensure_future(leaves_one())
        assert not kept[0].dead
        await somewhere(lambda: stayed.append(collect()))

    stayed = []
    aiohub.wait(main())
    assert stayed == [True]
    assert asyncio.current_task(aiohub.get_loop()) is None


class Expired(Exception):
    pass


class Limit:
    """A timeout of either kind for the greenlet that makes it, which expires at the next turn after `expire`."""

    def __init__(self, kind):
        self.kind = kind
        self.owner = greenlet.getcurrent()
        self.timeout = eventlet.Timeout(3600, Expired) if kind == "eventlet" else aiohub.timeout(3600)
        self.error = Expired if kind == "eventlet" else TimeoutError

    def expire(self):
        if self.kind == "aiohub":
            self.timeout.reschedule(0)
        else:
            self.timeout.timer.cancel()
            hub = eventlet.hubs.get_hub()
            self.timeout.timer = hub.schedule_call_global(0, self.owner.throw, self.timeout.exception)


@parametrize("place", ["in the coroutine", "in the greenlet"])
@parametrize("kind", ["eventlet", "aiohub"])
@SOME_BLOCKERS
@ALL_WAYS
def test_promise_05_below_a_timeout(way, blocker, kind, place):
    async def main():
        seen = []

        def call(limit):
            limit.expire()
            try:
                blocker.block()
            except BaseException as error:
                seen.append("below")
                eventlet.sleep(0)
                raise error

        def limited_call():
            limit = Limit(kind)
            with pytest.raises(limit.error), limit.timeout:
                call(limit)

        async def limited():
            if place == "in the greenlet":
                await way(limited_call)
            else:
                limit = Limit(kind)
                with pytest.raises(limit.error), limit.timeout:
                    await way(lambda: call(limit))

        await limited()
        assert seen == ["below"], "it is raised where the task waits"
        await asyncio.sleep(0)

    aiohub.wait(main())
    assert eventlet.spawn(lambda: "alive").wait() == "alive"


@parametrize("aim", ["the task's greenlet", "the inner greenlet"])
@ALL_WAYS
def test_promise_05_below_kill(way, aim):
    async def main():
        blocker, greens, steps = EventWait(), [], []

        async def blocking():
            greens.append(greenlet.getcurrent())

            def call():
                greens.append(greenlet.getcurrent())
                try:
                    blocker.block()
                finally:
                    assert asyncio.current_task() is task
                    steps.append("cleanup")

            await way(call)
            await asyncio.sleep(0)
            return "went on"

        task = asyncio.ensure_future(blocking())
        await turns(40)
        eventlet.kill(greens[0] if aim == "the task's greenlet" else greens[-1], KeyError("killed"))
        with pytest.raises(KeyError, match="killed"):
            await task
        assert steps == ["cleanup"]

    aiohub.wait(main())


@ALL_WAYS
def test_promise_05_below_killing_a_green_thread(way):
    """The one that is killed is no task; the killer goes on with its task current."""

    async def main():
        seen = []

        def victim():
            try:
                eventlet.sleep(3600)
            finally:
                seen.append(asyncio.current_task())
                eventlet.sleep(0)
                seen.append("cleanup")

        async def killing():
            task = asyncio.current_task()
            green = eventlet.spawn(victim)
            await asyncio.sleep(0.001)

            def call():
                green.kill()
                assert asyncio.current_task() is task
                with pytest.raises(greenlet.GreenletExit):
                    raise greenlet.GreenletExit(green.wait())
                assert asyncio.current_task() is task
                return way.waits(asyncio.sleep(0, "waited"))

            return await way(call)

        assert await asyncio.ensure_future(killing()) == "waited"
        assert seen == [None, "cleanup"]

    aiohub.wait(main())


@ALL_WAYS
def test_promise_05_below_wait_for_a_coroutine(way):
    """`aiohub.wait` below: another task, which blocks itself; what it sets is visible as after `await`."""

    async def other():
        assert variable.get() == "outer"
        variable.set("inner")
        eventlet.sleep(0.001)
        await asyncio.sleep(0)
        return "other's"

    async def main():
        async def blocking():
            task = asyncio.current_task()

            def call():
                variable.set("outer")
                results = [aiohub.wait(other())]
                assert variable.get() == "inner"
                assert asyncio.current_task() is task
                variable.set("outer")
                eventlet.sleep(0)
                results.append(aiohub.wait(other()))
                assert variable.get() == "inner"
                return results

            return await way(call)

        assert await asyncio.ensure_future(blocking()) == ["other's"] * 2
        assert variable.get() == "unset"

    aiohub.wait(main())


@ALL_WAYS
def test_promise_05_below_locks_exclude(way):
    lock, order = aiohub.Lock(), []

    async def one(name):
        def call():
            with lock:
                order.append(("in", name))
                eventlet.sleep(0.001)
                order.append(("out", name))

        await way(call)

    async def main():
        await asyncio.gather(*[one(name) for name in range(4)])

    aiohub.wait(main())
    assert [word for word, _ in order] == ["in", "out"] * 4
    assert all(order[index][1] == order[index + 1][1] for index in range(0, 8, 2))


@ALL_WAYS
def test_promise_05_below_a_task_made_there(way):
    """A task that the greenlet makes is a task like any other."""

    async def other():
        eventlet.sleep(0)
        await asyncio.sleep(0)
        return asyncio.current_task()

    async def main():
        def call():
            task = asyncio.get_running_loop().create_task(other())
            assert way.waits(task) is task
            return "made"

        assert await asyncio.ensure_future(way(call)) == "made"

    aiohub.wait(main())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
@ALL_WAYS
def test_promise_05_below_in_an_eager_task(way):
    async def main():
        loop = asyncio.get_running_loop()

        def call():
            eventlet.sleep(0.001)
            return asyncio.current_task()

        async def blocking():
            return await way(call)

        if way.__name__.startswith("greenback"):
            pytest.skip("greenback's portals need a task that has begun")
        task = asyncio.Task(blocking(), loop=loop, eager_start=True)
        assert asyncio.current_task() is not task
        assert await task is task

    aiohub.wait(main())


def test_promise_05_below_what_is_left_to_the_hub_works_for_nobody():
    """A greenlet made in a coroutine and started by the hub is no part of the task: its end does not disturb it."""

    async def main():
        seen = []

        def adrift(blocks):
            seen.append(asyncio.current_task())
            if blocks:
                eventlet.sleep(0.001)
            seen.append(asyncio.current_task())
            return "nobody's"

        async def one(blocks, waits):
            green = greenlet.greenlet(adrift)
            eventlet.hubs.get_hub().schedule_call_global(0, green.switch, blocks)
            for _ in range(10):
                if waits == "awaits":
                    assert await asyncio.sleep(0.001, "slept") == "slept"
                else:
                    eventlet.sleep(0.001)
            assert green.dead

        for blocks in (True, False):
            for waits in ("awaits", "blocks") if blocks else ("awaits",):
                await asyncio.ensure_future(one(blocks, waits))
        assert seen == [None] * 6

    aiohub.wait(main())


def test_promise_05_below_an_error_of_what_is_left_to_the_hub_is_reported(capsys):
    async def main():
        def adrift():
            raise KeyError("adrift")

        eventlet.hubs.get_hub().schedule_call_global(0, greenlet.greenlet(adrift).switch)
        assert await asyncio.sleep(0.01, "slept") == "slept"

    aiohub.wait(main())
    assert "KeyError: 'adrift'" in capsys.readouterr().err


def test_promise_05_below_a_task_that_is_given_up_is_quiet(run_script):
    """At the end of the interpreter, and of a hub, tasks still wait below."""
    result = run_script(
        """
        import asyncio, os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet, greenlet
        from eventlet import hubs

        async def forever():
            greenlet.greenlet(eventlet.sleep).switch(3600)

        async def main():
            asyncio.current_task().kept = [asyncio.ensure_future(forever()) for _ in range(3)]
            await asyncio.sleep(0.01)
            return asyncio.current_task().kept

        kept = aiohub.wait(main())
        hubs.use_hub("aiohub.hub")
        del kept
        eventlet.sleep(0.01)
        kept = aiohub.wait(main())
        print("end")
        """
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "end\n", "")


@ALL_WAYS
def test_promise_05_below_format_stack_and_the_report_of_debug_mode(way, caplog, monkeypatch):
    monkeypatch.setattr(blocking_report, "_reported", set())

    async def main():
        blocker = EventWait()

        def the_call_below():
            return blocker.block()

        async def the_coroutine_above():
            return await way(the_call_below)

        loop = asyncio.get_running_loop()
        loop.set_debug(True)
        try:
            task = asyncio.ensure_future(the_coroutine_above())
            await turns(40)
        finally:
            loop.set_debug(False)
        text = aiohub.debug.format_stack(task)
        assert text.index("the_coroutine_above") < text.index("the_call_below") < text.index("in block\n")
        assert aiohub.debug.statistics().tasks_blocked == 1
        blocker.release()
        assert await task == "released"

    aiohub.wait(main())
    assert any("in eventlet inside the coroutine" in record.getMessage() for record in caplog.records)
