"""A coroutine that green code waits for begins at once: as with a plain call, nothing else runs before it waits."""

import asyncio
import contextvars
import os
import signal
import sys

import eventlet
import greenlet
import pytest
from eventlet import event
from eventlet.green import threading as green_threading

import aiohub
import aiohub.debug

parametrize = pytest.mark.parametrize


class Awaitable:
    def __init__(self, coroutine):
        self._coroutine = coroutine

    def __await__(self):
        return self._coroutine.__await__()


def below_a_coroutine(coroutine):
    async def outer():
        return face(coroutine)

    def face(inner):
        return aiohub.wait(inner)

    return aiohub.wait(outer())


def in_debug_mode(coroutine):
    loop = aiohub.get_loop()
    loop.set_debug(True)
    try:
        return aiohub.wait(coroutine)
    finally:
        loop.set_debug(False)


WAITS = {
    "wait": aiohub.wait,
    "with a timeout": lambda coroutine: aiohub.wait(coroutine, 30),
    "async_to_sync": lambda coroutine: aiohub.async_to_sync(lambda: coroutine)(),
    "awaitable": lambda coroutine: aiohub.wait(Awaitable(coroutine)),
    "in Context.run": lambda coroutine: contextvars.copy_context().run(aiohub.wait, coroutine),
    "below a coroutine": below_a_coroutine,
    "in debug mode": in_debug_mode,
}
each_wait = parametrize("wait", WAITS.values(), ids=WAITS)


@pytest.fixture(autouse=True)
def hub_runs():
    eventlet.sleep(0)


@pytest.fixture
def ran():
    """What has run, of three things that are ready before the wait begins."""
    log = []
    eventlet.spawn(log.append, "green thread")
    aiohub.get_loop().call_soon(log.append, "callback")
    aiohub.get_loop().create_task(note(log, "task"))
    return log


async def note(log, what):
    log.append(what)


@each_wait
def test_one_that_never_waits_needs_no_turn(wait, ran):
    async def run():
        ran.append("coroutine")
        return list(ran)

    assert wait(run()) == ["coroutine"]
    assert ran == ["coroutine"]


@each_wait
def test_it_runs_up_to_its_first_await(wait, ran):
    async def run():
        ran.append("coroutine")
        await asyncio.sleep(0)
        return "result"

    assert wait(run()) == "result"
    assert ran[0] == "coroutine"
    assert {"green thread", "callback"} <= set(ran)


@each_wait
def test_it_runs_up_to_its_first_blocking_call(wait, ran):
    async def run():
        ran.append("coroutine")
        eventlet.sleep(0.001)
        ran.append("on")
        await asyncio.sleep(0)
        eventlet.sleep(0)
        return "result"

    assert wait(run()) == "result"
    assert ran[0] == "coroutine"
    assert ran.index("on") > 1


@each_wait
def test_its_errors_before_that_are_raised_at_once(wait, ran):
    async def run():
        raise KeyError("at once")

    with pytest.raises(KeyError, match="at once"):
        wait(run())
    assert ran == []


@each_wait
def test_it_is_the_current_task(wait):
    loop = aiohub.get_loop()
    seen = []

    async def run():
        seen.append(asyncio.current_task())
        assert asyncio.get_running_loop() is loop
        assert asyncio.current_task() in asyncio.all_tasks()
        assert asyncio.current_task().get_name().startswith("Task-")
        await asyncio.sleep(0)
        assert asyncio.current_task() is seen[0]

    wait(run())
    assert isinstance(seen[0], asyncio.Task)
    assert asyncio.current_task(loop) is None


def test_the_task_below_which_it_is_waited_for_is_current_again():
    def face(coroutine):
        return aiohub.wait(coroutine)

    async def outer():
        mine = asyncio.current_task()
        assert face(note([], "")) is None
        assert asyncio.current_task() is mine
        face(asyncio.sleep(0))
        assert asyncio.current_task() is mine

    aiohub.wait(outer())


@each_wait
def test_a_timeout_of_zero_lets_it_begin_and_clean_up(wait):
    steps = []

    async def run():
        try:
            steps.append("began")
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0)
            steps.append("cleaned up")

    with pytest.raises(eventlet.Timeout), eventlet.Timeout(0):
        wait(run())
    assert steps == ["began", "cleaned up"]


def test_kill_right_after_it_began():
    steps = []

    async def run():
        try:
            steps.append("began")
            await asyncio.sleep(30)
        finally:
            steps.append("cleaned up")

    thread = eventlet.spawn(aiohub.wait, run())
    eventlet.spawn(thread.kill)
    with pytest.raises(greenlet.GreenletExit):
        thread.wait()
    assert steps == ["began", "cleaned up"]


def test_a_lock_that_it_takes_is_taken_when_others_run():
    lock = asyncio.Lock()
    seen = []

    async def run():
        async with lock:
            while not seen:
                await asyncio.sleep(0)

    eventlet.spawn(lambda: seen.append(lock.locked()))
    aiohub.wait(run())
    assert seen == [True]


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (asyncio.CancelledError("bye"), greenlet.GreenletExit),
        (greenlet.GreenletExit("bye"), greenlet.GreenletExit),
        (StopIteration(1), RuntimeError),
        (SystemExit(3), SystemExit),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_how_it_ends_in_its_first_step(error, seen):
    async def run():
        raise error

    with pytest.raises(seen):
        aiohub.wait(run())
    eventlet.sleep(0)  # nothing is left for the hub
    assert aiohub.wait(asyncio.sleep(0, "on")) == "on"


def test_a_signal_in_its_first_step():
    async def run():
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(30)

    with pytest.raises(KeyboardInterrupt):
        aiohub.wait(run())
    eventlet.sleep(0)


def victim(log):
    try:
        eventlet.sleep(30)
    finally:
        log.append("killed")


@each_wait
def test_it_kills_another_at_once(wait, ran):
    log = []
    thread = eventlet.spawn(victim, log)
    eventlet.sleep(0)
    eventlet.spawn(log.append, "other")

    async def run():
        eventlet.kill(thread)
        log.append("on")
        await asyncio.sleep(0)

    wait(run())
    assert log.index("killed") == 0
    assert "on" in log


def test_it_kills_who_waits_for_it():
    log = []

    async def run(waiter):
        try:
            waiter.kill()
            await asyncio.sleep(30)
        finally:
            log.append("cleaned up")

    def body():
        try:
            aiohub.wait(run(greenlet.getcurrent()))
        finally:
            log.append("waiter")

    thread = eventlet.spawn(body)
    with pytest.raises(greenlet.GreenletExit):
        thread.wait()
    assert log == ["cleaned up", "waiter"]


def test_it_kills_the_coroutine_below_which_it_is_waited_for():
    log = []

    async def inner(outermost):
        try:
            eventlet.kill(outermost)
            await asyncio.sleep(30)
        finally:
            log.append("inner")

    def face(coroutine):
        return aiohub.wait(coroutine)

    async def outer():
        try:
            face(inner(greenlet.getcurrent()))
        finally:
            log.append("outer")

    with pytest.raises(greenlet.GreenletExit):
        aiohub.wait(outer())
    assert log == ["inner", "outer"]


def test_it_throws_into_who_waits_for_it():
    log = []

    async def run(waiter):
        try:
            waiter.throw(KeyError("thrown"))
        finally:
            log.append("cleaned up")

    def body():
        with pytest.raises(KeyError, match="thrown"):
            aiohub.wait(run(greenlet.getcurrent()))
        log.append("waiter")

    eventlet.spawn(body).wait()
    assert log == ["cleaned up", "waiter"]


@parametrize("pause", ["none", "await", "blocking call"])
def test_any_depth(pause):
    """Above Python's limit of recursion: each coroutine begins where the loop would have begun it."""

    def nest(depth):
        async def run():
            if pause == "await":
                await asyncio.sleep(0)
            elif pause == "blocking call":
                eventlet.sleep(0)
            return depth if depth == 0 else nest(depth - 1) + 1

        return aiohub.wait(run())

    depth = sys.getrecursionlimit()
    assert nest(depth) == depth


def test_thread_local_data_is_lent():
    data = green_threading.local()
    data.request = 7

    async def run():
        before = data.request
        data.request = 8
        await asyncio.sleep(0)
        return before

    assert aiohub.wait(run()) == 7
    assert data.request == 8


@each_wait
def test_what_it_sets_is_seen_afterwards(wait):
    variable = contextvars.ContextVar("variable", default=0)

    async def run():
        variable.set(1)
        await asyncio.sleep(0)
        variable.set(variable.get() + 1)

    async def run_at_once():
        variable.set(variable.get() + 1)

    def both():
        wait(run())
        wait(run_at_once())
        return variable.get()

    # The copy that the case runs in has it.
    assert eventlet.spawn(both).wait() == (0 if wait is WAITS["in Context.run"] else 3)


LATER = {
    "create_task": lambda run: aiohub.wait(aiohub.get_loop().create_task(run)),
    "future_to_greenlet": lambda run: aiohub.future_to_greenlet(run).wait(),
    "asyncio.run": asyncio.run,
}


@parametrize("wait", LATER.values(), ids=LATER)
def test_what_asyncio_begins_later_begins_later(wait, ran):
    wait(note(ran, "coroutine"))
    assert ran[0] != "coroutine"


def test_a_task_that_it_makes_begins_later():
    log = []

    async def run():
        task = asyncio.get_running_loop().create_task(note(log, "task"))
        log.append("coroutine")
        await task

    aiohub.wait(run())
    assert log == ["coroutine", "task"]


def wrapping(loop, coroutine, **options):
    async def wrapper():
        return await coroutine

    return asyncio.Task(wrapper(), loop=loop, **options)


FACTORIES = {"plain": lambda loop, coroutine, **options: asyncio.Task(coroutine, loop=loop, **options)}
FACTORIES["wrapping"] = wrapping
if sys.version_info >= (3, 12):
    FACTORIES["eager"] = asyncio.eager_task_factory


@parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_a_task_factory_of_the_program(factory):
    loop = aiohub.get_loop()
    log = []

    async def run():
        log.append(asyncio.current_task() is not None)
        await asyncio.sleep(0)
        eventlet.sleep(0)
        return "result"

    loop.set_task_factory(factory)
    try:
        assert aiohub.wait(run()) == "result"
        assert aiohub.wait(note(log, "at once")) is None
    finally:
        loop.set_task_factory(None)
    assert log == [True, "at once"]


def test_its_stack_leads_to_who_waits():
    async def run():
        return aiohub.debug.format_stack(asyncio.current_task())

    def who_waits():
        return aiohub.wait(run())

    assert "who_waits" in who_waits()


def test_many_events_in_first_steps():
    """Green threads that wake each other; each waits for coroutines that block in their first step."""
    log = []

    def player(name, mine, other):
        async def turn(got):
            value = got.wait()
            log.append((name, value))
            return value

        for number in range(20):
            aiohub.wait(turn(mine[number]))
            other[number].send(number)

    first, second = [event.Event() for _ in range(20)], [event.Event() for _ in range(20)]
    threads = [
        eventlet.spawn(player, "a", first, second),
        eventlet.spawn(player, "b", second, [event.Event() for _ in range(20)]),
    ]
    for number in range(20):
        first[number].send(number)
        eventlet.sleep(0)
    for thread in threads:
        thread.wait()
    assert sorted(log) == [(name, number) for name in "ab" for number in range(20)]


PROGRAM = """
    import asyncio
    import os
    import sys

    import aiohub

    loop = os.environ.get("AIOHUB_TEST_LOOP")
    aiohub.install(loop=loop, **({"green_tasks": False} if "plain" in sys.argv else {}))

    import eventlet
    from eventlet import hubs

    log = []


    async def numbers():
        try:
            yield 1
            yield 2
        finally:
            log.append("closed")


    async def run():
        log.append("began")
        assert asyncio.get_running_loop() is aiohub.get_loop()
        async for number in numbers():
            break
        if "blocks" in sys.argv:
            eventlet.sleep(0)
        await asyncio.sleep(0)
        return "result"
"""


@parametrize("how", ["awaits", "blocks"])
def test_the_first_thing_that_a_program_does(run_script, how):
    result = run_script(
        PROGRAM
        + """
    eventlet.spawn(log.append, "green thread")
    try:
        with eventlet.Timeout(0):
            aiohub.wait(run())
    except eventlet.Timeout:
        log.append("timeout")
    print(log[0], "timeout" in log)
    print(aiohub.wait(run()), asyncio.current_task(aiohub.get_loop()))
    hubs.get_hub().abort(wait=True)
    log.clear()
    eventlet.spawn(log.append, "green thread")
    print(aiohub.wait(run()), log[0])
    """,
        how,
    )
    assert result.stderr == ""
    assert result.stdout.splitlines() == ["began True", "result None", "result began"]


def test_without_green_tasks_it_begins_later(run_script):
    result = run_script(
        PROGRAM
        + """
    eventlet.sleep(0)
    aiohub.get_loop().call_soon(log.append, "callback")
    print(aiohub.wait(run()), log[:2])
    """,
        "plain",
    )
    assert result.stderr == ""
    assert result.stdout.splitlines() == ["result ['callback', 'began']"]


@parametrize("forks", [False, True], ids=["", "in a child"])
def test_the_first_thing_replaces_the_hub(run_script, forks):
    result = run_script(
        """
        import asyncio, os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        from eventlet import hubs

        async def five():
            await asyncio.sleep(0)
            eventlet.sleep(0)
            return 5

        async def run():
            hubs.use_hub()
            first = asyncio.run(five())
            eventlet.sleep(0)
            return first, asyncio.run(five())

        async def fork():
            if (pid := os.fork()) == 0:
                return await run()
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

        print(aiohub.wait(fork() if "True" in sys.argv else run()), asyncio.run(five()))
        """,
        forks,
    )
    assert (result.stderr, result.stdout, result.returncode) == ("", "(5, 5) 5\n", 0)
