"""Promise 8: `asyncio.run` is a program's entry after install, and works inside green threads, in several at once."""

import asyncio
import contextvars
import gc
import sys
import threading

import eventlet
import pytest
from eventlet import event
from greenlet import GreenletExit

import aiohub

needs_runner = pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.Runner came with Python 3.11")


def with_runner(coroutine, **options):
    with asyncio.Runner(**options) as runner:
        return runner.run(coroutine)


def with_run_until_complete(coroutine):
    return aiohub.get_loop().run_until_complete(coroutine)


def with_aiohub_run(coroutine):
    return aiohub.run(coroutine)


RUNS = [
    asyncio.run,
    pytest.param(with_runner, marks=needs_runner),
    with_run_until_complete,
    with_aiohub_run,
]
every_run = pytest.mark.parametrize("run", RUNS)
# Those that end what they have begun.
RUNS_THAT_CLEAN_UP = [RUNS[0], RUNS[1], RUNS[3]]
every_cleaning_run = pytest.mark.parametrize("run", RUNS_THAT_CLEAN_UP)


def in_green_thread(function):
    return eventlet.spawn(function).wait()


everywhere = pytest.mark.parametrize(
    "place", [lambda function: function(), in_green_thread], ids=["main", "green thread"]
)


async def both_worlds(result):
    eventlet.sleep(0)
    await asyncio.sleep(0)
    await eventlet.spawn(eventlet.sleep, 0)
    return result


@everywhere
@every_run
def test_promise_08_result(run, place):
    result = object()
    assert place(lambda: run(both_worlds(result))) is result
    assert place(lambda: run(both_worlds(result))) is result


@everywhere
@every_run
def test_promise_08_exception(run, place):
    error = KeyError("x")

    async def fail():
        await asyncio.sleep(0)
        raise error

    with pytest.raises(KeyError) as caught:
        place(lambda: run(fail()))
    assert caught.value is error


@everywhere
@every_run
def test_promise_08_a_main_that_is_cancelled(run, place):
    async def main():
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    def catch():
        with pytest.raises(asyncio.CancelledError):
            run(main())
        return "caught"

    assert place(catch) == "caught"


@every_run
def test_promise_08_several_green_threads_at_once(run):
    """Ten of them, each of which can end only when all others are inside."""
    inside, everybody = [], asyncio.Event()

    async def main(number):
        inside.append(number)
        if len(inside) == 10:
            everybody.set()
        await everybody.wait()
        await both_worlds(None)
        return number

    green_threads = [eventlet.spawn(lambda number=number: run(main(number))) for number in range(10)]
    assert [green_thread.wait() for green_thread in green_threads] == list(range(10))


@every_run
def test_promise_08_the_runs_end_in_any_order(run):
    gates, ended = [asyncio.Event() for _ in range(5)], []

    async def main(number):
        await gates[number].wait()

    def green(number):
        run(main(number))
        ended.append(number)

    green_threads = [eventlet.spawn(green, number) for number in range(5)]
    for number in (3, 0, 4, 1, 2):
        eventlet.sleep(0)
        gates[number].set()
        green_threads[number].wait()
    assert ended == [3, 0, 4, 1, 2]


@every_run
def test_promise_08_nested(run):
    """A coroutine waits for a green thread in which a library calls `asyncio.run` again."""

    def library(depth):
        return run(main(depth))

    async def main(depth):
        return [depth] + (await eventlet.spawn(library, depth - 1) if depth else [])

    assert library(5) == [5, 4, 3, 2, 1, 0]


@every_run
def test_promise_08_all_on_the_hubs_loop(run):
    async def loop():
        return asyncio.get_running_loop()

    assert run(loop()) is aiohub.get_loop()
    assert in_green_thread(lambda: run(loop())) is aiohub.get_loop()
    assert not aiohub.get_loop().is_closed()


@every_run
def test_promise_08_other_green_threads_and_tasks_run_meanwhile(run):
    steps = []

    async def other():
        while "stop" not in steps:
            steps.append("task")
            await asyncio.sleep(0)

    def green():
        while "stop" not in steps:
            steps.append("green")
            eventlet.sleep(0)

    async def main():
        while not {"task", "green"} <= set(steps):
            await asyncio.sleep(0)
        steps.append("stop")

    task = asyncio.ensure_future(other(), loop=aiohub.get_loop())
    green_thread = eventlet.spawn(green)
    run(main())
    green_thread.wait()
    aiohub.wait(task)


@everywhere
@every_cleaning_run
def test_promise_08_tasks_left_over_are_cancelled_and_cleaned_up(run, place):
    steps = []

    async def leftover(name, way):
        try:
            if way == "await":
                await asyncio.Event().wait()
            else:
                event.Event().wait()
        except asyncio.CancelledError:
            steps.append(f"{name} cancelled")
            raise
        finally:
            await asyncio.sleep(0)
            eventlet.sleep(0)
            steps.append(f"{name} clean")

    async def begets():
        asyncio.ensure_future(leftover("grandchild", "await"))

    async def main():
        tasks.append(asyncio.ensure_future(leftover("awaits", "await")))
        tasks.append(asyncio.ensure_future(leftover("blocks", "block")))
        await asyncio.ensure_future(begets())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return "result"

    tasks = []
    assert place(lambda: run(main())) == "result"
    assert all(task.cancelled() for task in tasks)
    assert sorted(steps) == sorted(
        f"{name} {step}" for name in ("grandchild", "awaits", "blocks") for step in ("cancelled", "clean")
    )


@every_cleaning_run
def test_promise_08_tasks_of_others_are_left_alone(run):
    """Not the ones made outside, nor those of another run at the same time, whenever that began."""
    gate = asyncio.Event()

    async def task():
        await gate.wait()
        return "alive"

    async def other_main():
        mine = asyncio.ensure_future(task())
        other_inside.send()
        return await mine

    async def main():
        asyncio.ensure_future(asyncio.Event().wait())
        await asyncio.sleep(0)

    outside = asyncio.ensure_future(task(), loop=aiohub.get_loop())
    waiting = eventlet.spawn(aiohub.wait, task())
    other_inside = event.Event()
    other_run = eventlet.spawn(lambda: run(other_main()))
    other_inside.wait()
    run(main())
    in_green_thread(lambda: run(main()))
    gate.set()
    assert (aiohub.wait(outside), waiting.wait(), other_run.wait()) == ("alive",) * 3


@every_cleaning_run
def test_promise_08_green_threads_left_over_live_on(run):
    async def main():
        return eventlet.spawn(lambda: gate.wait())

    gate = event.Event()
    green_thread = run(main())
    gate.send("alive")
    assert green_thread.wait() == "alive"


@every_cleaning_run
def test_promise_08_a_leftover_that_fails_in_its_cleanup_is_reported(run):
    loop = aiohub.get_loop()
    reports = []
    loop.set_exception_handler(lambda loop, context: reports.append(context))

    async def leftover():
        try:
            await asyncio.Event().wait()
        finally:
            raise KeyError("in the cleanup")

    async def main():
        asyncio.ensure_future(leftover())
        await asyncio.sleep(0)
        return "result"

    try:
        assert run(main()) == "result"
        gc.collect()
    finally:
        loop.set_exception_handler(None)
    assert [type(report["exception"]) for report in reports] == [KeyError]


@every_cleaning_run
def test_promise_08_the_executor_and_generators_of_others_survive(run):
    """What `asyncio.run` shuts down at its end, on a loop of its own, belongs to others here."""
    loop = aiohub.get_loop()

    async def generate():
        try:
            yield 1
            yield 2
        finally:
            closed.append("closed")

    closed = []
    generator = generate()
    assert aiohub.wait(generator.__anext__()) == 1
    assert aiohub.wait(loop.run_in_executor(None, threading.get_native_id)) != threading.get_native_id()

    async def main():
        return await asyncio.get_running_loop().run_in_executor(None, threading.get_native_id)

    assert run(main()) != threading.get_native_id()
    assert aiohub.wait(loop.run_in_executor(None, len, "abc")) == 3
    assert closed == []
    assert aiohub.wait(generator.__anext__()) == 2
    aiohub.wait(generator.aclose())
    assert closed == ["closed"]


@pytest.mark.parametrize("run", RUNS)
def test_promise_08_killing_a_green_thread_inside_a_run(run):
    steps = []

    async def main():
        inside.send()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("clean")

    inside = event.Event()
    green_thread = eventlet.spawn(lambda: run(main()))
    inside.wait()
    green_thread.kill()
    with pytest.raises(GreenletExit):
        green_thread.wait()
    assert steps == ["clean"]


@every_cleaning_run
def test_promise_08_an_eventlet_timeout_around_a_run(run):
    async def main():
        await asyncio.Event().wait()

    with pytest.raises(eventlet.Timeout):
        with eventlet.Timeout(0.001):
            run(main())


@pytest.mark.parametrize("run", [asyncio.run, pytest.param(with_runner, marks=needs_runner)])
def test_promise_08_debug_mode_lasts_as_long_as_the_run(run):
    async def main():
        return asyncio.get_running_loop().get_debug()

    assert run(main(), debug=True) is True
    assert aiohub.get_loop().get_debug() is False
    assert run(main()) is False


@pytest.mark.parametrize("run", [asyncio.run, with_aiohub_run, with_run_until_complete])
@pytest.mark.parametrize("place", ["coroutine", "callback"])
def test_promise_08_not_inside_a_coroutine_or_callback(run, place):
    """There `await` is right, and asyncio says so itself."""

    def refused():
        coroutine = both_worlds(None)
        try:
            with pytest.raises(RuntimeError):
                run(coroutine)
        finally:
            coroutine.close()
        return "refused"

    async def main():
        return refused()

    if place == "coroutine":
        assert aiohub.wait(main()) == "refused"
    else:
        outcome = event.Event()

        def callback():
            try:
                outcome.send(refused())
            except BaseException as error:
                outcome.send_exception(error)

        aiohub.get_loop().call_soon(callback)
        assert outcome.wait() == "refused"


@pytest.mark.parametrize("run", [asyncio.run, pytest.param(with_runner, marks=needs_runner)])
@pytest.mark.parametrize("wrong", [5, None, lambda: None, both_worlds], ids=repr)
def test_promise_08_only_coroutines(run, wrong):
    with pytest.raises((ValueError, TypeError), match="coroutine"):
        run(wrong)


@needs_runner
def test_promise_08_a_runner_runs_again_and_again():
    async def leave_task():
        tasks.append(asyncio.ensure_future(asyncio.Event().wait()))
        await asyncio.sleep(0)
        return len(tasks)

    tasks = []
    with asyncio.Runner() as runner:
        assert runner.get_loop() is aiohub.get_loop()
        assert [runner.run(leave_task()) for _ in range(3)] == [1, 2, 3]
        assert not any(task.done() for task in tasks)
    assert all(task.cancelled() for task in tasks)
    refused = leave_task()
    with pytest.raises(RuntimeError, match="closed"):
        runner.run(refused)
    refused.close()


@needs_runner
def test_promise_08_runners_in_several_green_threads():
    def green(number):
        with asyncio.Runner() as runner:
            results = []
            for step in range(5):
                results.append(runner.run(both_worlds((number, step))))
                eventlet.sleep(0)
            return results

    green_threads = [eventlet.spawn(green, number) for number in range(5)]
    assert [green_thread.wait() for green_thread in green_threads] == [
        [(number, step) for step in range(5)] for number in range(5)
    ]


@needs_runner
def test_promise_08_the_context_of_a_runner():
    var = contextvars.ContextVar("var")

    async def set_var(value):
        var.set(value)

    async def get():
        return var.get()

    with asyncio.Runner() as runner:
        runner.run(set_var("kept"))
        assert runner.run(get()) == "kept"
        own = contextvars.copy_context()
        runner.run(set_var("own"), context=own)
        assert (own[var], runner.run(get())) == ("own", "kept")
    assert var.get("nothing") == "nothing"


def test_promise_08_run_in_an_os_thread():
    """A thread that no hub runs in has loops of its own, as ever."""

    async def loop():
        await asyncio.sleep(0)
        return asyncio.get_running_loop()

    async def main():
        return await asyncio.get_running_loop().run_in_executor(None, lambda: asyncio.run(loop()))

    assert aiohub.wait(main()) is not aiohub.get_loop()


PROGRAM = """
    import os
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
    import asyncio, sys, time
    import eventlet
    from eventlet.event import Event

    async def main():
        go = Event()
        task = asyncio.ensure_future(asyncio.sleep(0.001, "task"))
        green_thread = eventlet.spawn(lambda: time.sleep(0.001) or go.wait())
        go.send("green")
        time.sleep(0.001)
        asyncio.ensure_future(asyncio.sleep(1000))
        return await task, await green_thread
"""


@pytest.mark.parametrize(
    "entry",
    [
        "asyncio.run(main())",
        "aiohub.run(main())",
        "aiohub.run(main)",
        "aiohub.run(lambda: aiohub.wait(main()))",
        "asyncio.get_event_loop().run_until_complete(main())",
        "aiohub.get_loop().run_until_complete(main())",
        "eventlet.spawn(asyncio.run, main()).wait()",
        pytest.param("asyncio.Runner().run(main())", marks=needs_runner),
    ],
)
def test_promise_08_a_programs_entry(run_script, entry):
    """It begins, ends, and begins again; nothing is printed but the results, and the program ends by itself."""
    result = run_script(
        PROGRAM + f"\n    print({entry})\n    print({entry})\n    print(eventlet.spawn(len, 'abc').wait())"
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["('task', 'green')"] * 2 + ["3"]
    assert "Error" not in result.stderr and "destroyed" not in result.stderr


def test_promise_08_an_entry_that_fails(run_script):
    result = run_script(
        PROGRAM + "\n    async def fail():\n        await main()\n        1 / 0\n    asyncio.run(fail())"
    )
    assert result.returncode == 1
    assert result.stderr.rstrip().endswith("ZeroDivisionError: division by zero")


def test_promise_08_names_imported_before_install(run_script):
    """`from asyncio import run` before install is the same function."""
    result = run_script(
        """
        import asyncio, os
        from asyncio import run
        Runner = getattr(asyncio, "Runner", None)
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet

        async def main():
            eventlet.sleep(0)
            return asyncio.get_running_loop() is aiohub.get_loop()

        print(run(main()), eventlet.spawn(run, main()).wait())
        print(eventlet.spawn(lambda: Runner().run(main()) if Runner else True).wait())
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "True True\nTrue\n"
