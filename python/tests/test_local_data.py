"""Promise 10: patched `threading.local` and corolocal data are per task and per green thread, and lent to whom one
waits for.
"""

import asyncio
import contextlib
import gc
import sys
import weakref

import eventlet
import eventlet.asyncio
import greenlet
import pytest
from eventlet import corolocal, event
from eventlet.green import threading

import aiohub

LOCALS = {"threading.local": threading.local, "corolocal.local": corolocal.local}
every_local = pytest.mark.parametrize("local_class", LOCALS.values(), ids=LOCALS)


@every_local
def test_promise_10_local_data_of_tasks(local_class):
    local = local_class()

    def helper():
        return local.value

    async def task(number):
        assert not hasattr(local, "value")
        local.value = number
        for _ in range(5):
            await asyncio.sleep(0)
            assert helper() == number
            eventlet.sleep(0)
            assert helper() == number
        del local.value
        assert not hasattr(local, "value")
        return number

    async def main():
        return await asyncio.gather(*(task(number) for number in range(10)))

    local.value = "main's"
    assert aiohub.wait(main()) == list(range(10))
    assert local.value == "main's"


@every_local
def test_promise_10_a_coroutine_awaited_without_a_task_shares_its_callers_data(local_class):
    local = local_class()

    async def inner():
        eventlet.sleep(0)
        return local.value

    async def main():
        local.value = "the task's"
        return await inner()

    assert aiohub.wait(main()) == "the task's"


@every_local
def test_promise_10_a_local_class_is_initialised_once_for_each(local_class):
    made = []

    class Local(local_class):
        def __init__(self, argument):
            made.append(eventlet.getcurrent())
            self.argument = argument

    local = Local("argument")
    made.clear()

    async def task():
        for _ in range(3):
            assert local.argument == "argument"
            await asyncio.sleep(0)
            eventlet.sleep(0)

    async def main():
        await asyncio.gather(task(), task())
        await eventlet.spawn(lambda: local.argument)

    aiohub.wait(main())
    assert len(made) == len(set(made)) == 3


@every_local
def test_promise_10_local_data_ends_with_the_task(local_class):
    class Value:
        pass

    local = local_class()

    async def task():
        local.value = Value()
        eventlet.sleep(0)
        return weakref.ref(local.value)

    reference = aiohub.wait(aiohub.get_loop().create_task(task()))
    assert not hasattr(local, "value")  # the object keeps what was used last
    eventlet.sleep(0)
    gc.collect()
    assert reference() is None


@pytest.mark.parametrize("get_ident", [threading.get_ident, corolocal.get_ident], ids=["threading", "corolocal"])
def test_promise_10_every_task_has_an_identity_of_its_own(get_ident):
    async def main():
        everybody = event.Event()

        async def task():
            identities = {get_ident()}
            await asyncio.sleep(0)
            identities.add(get_ident())
            everybody.wait()
            identities.add(get_ident())
            (only,) = identities
            return only

        async def open_when_all_are_there():
            for _ in range(20):
                await asyncio.sleep(0)
            everybody.send()

        *identities, _ = await asyncio.gather(*(task() for _ in range(5)), open_when_all_are_there())
        return identities

    assert len({*aiohub.wait(main()), get_ident()}) == 6


def test_promise_10_monkey_patched_locals(run_script):
    result = run_script(
        """
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        import asyncio, threading, time

        local = threading.local()

        def helper(name):
            time.sleep(0)
            return local.name == name

        async def task(name):
            assert not hasattr(local, "name")
            local.name = name
            await asyncio.sleep(0)
            return helper(name)

        def thread(name):
            assert not hasattr(local, "name")
            local.name = name
            results.append(helper(name))

        async def main():
            threads = [threading.Thread(target=thread, args=(f"thread {number}",)) for number in range(3)]
            for one in threads:
                one.start()
            results.extend(await asyncio.gather(*(task(f"task {number}") for number in range(3))))
            for one in threads:
                one.join()
            print(results, hasattr(local, "name"))

        results = []
        aiohub.run(main)
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{[True] * 6} False\n"


# Who stands still until another has ended lends it the data.


def wait_for_object(coroutine_function):
    class Awaitable:
        def __await__(self):
            return coroutine_function().__await__()

    return aiohub.wait(Awaitable())


def run_new_loop(coroutine_function):
    """In an OS thread of its own while the green thread waits."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine_function())
    finally:
        loop.close()


WAITS = {
    "wait": lambda function: aiohub.wait(function()),
    "wait_timeout": lambda function: aiohub.wait(function(), 30),
    "wait_object": wait_for_object,
    "async_to_sync": lambda function: aiohub.async_to_sync(function)(),
    "asyncio.run": lambda function: asyncio.run(function()),
    "aiohub.run": lambda function: aiohub.run(function),
    "run_until_complete": lambda function: aiohub.get_loop().run_until_complete(function()),
    "new_loop": run_new_loop,
}
if sys.version_info >= (3, 11):

    def run_in_runner(coroutine_function):
        with asyncio.Runner() as runner:
            return runner.run(coroutine_function())

    WAITS["Runner"] = run_in_runner


def in_main(function):
    return function()


def in_green_thread(function):
    return eventlet.spawn(function).wait()


def below_a_coroutine(function):
    async def run():
        return function()

    return aiohub.wait(run())


def below_a_greenlet_of_somebodys(function):
    """As SQLAlchemy's run_sync."""

    async def run():
        return greenlet.greenlet(function).switch()

    return aiohub.wait(run())


#: asyncio runs no loop below a coroutine.
BELOW_COROUTINES = ("wait", "wait_timeout", "wait_object", "async_to_sync")


@every_local
@pytest.mark.parametrize(
    ("run", "wait"),
    [
        pytest.param(run, wait, id=f"{run.__name__}-{name}")
        for run in (in_main, in_green_thread, below_a_coroutine, below_a_greenlet_of_somebodys)
        for name, wait in WAITS.items()
        if run in (in_main, in_green_thread) or name in BELOW_COROUTINES
    ],
)
def test_promise_10_the_one_who_waits_lends_its_data(local_class, run, wait):
    local = local_class()

    async def coroutine():
        seen = [local.value]
        await asyncio.sleep(0)
        seen.append(local.value)
        if wait is not run_new_loop:  # its OS thread would get a hub
            eventlet.sleep(0)
            seen.append(local.value)
        local.value = "the coroutine's"
        local.more = "set inside"
        return set(seen)

    def green():
        local.value = "mine"
        return wait(coroutine), local.value, local.more

    assert run(green) == ({"mine"}, "the coroutine's", "set inside")


@every_local
def test_promise_10_lent_data_through_all_borders(local_class):
    """Green thread, coroutine, green thread, coroutine."""
    local = local_class()

    async def deep(level):
        await asyncio.sleep(0)
        local.seen.append((level, "coroutine"))
        if level:
            await aiohub.sync_to_async(below)(level)

    def below(level):
        eventlet.sleep(0)
        local.seen.append((level, "green"))
        aiohub.wait(deep(level - 1))

    def green():
        local.seen = []
        aiohub.wait(deep(2))
        return local.seen

    assert eventlet.spawn(green).wait() == [
        (2, "coroutine"),
        (2, "green"),
        (1, "coroutine"),
        (1, "green"),
        (0, "coroutine"),
    ]


@every_local
def test_promise_10_each_one_that_waits_lends_its_own_data(local_class):
    local = local_class()

    async def coroutine():
        for _ in range(10):
            local.values.append(local.number)
            await asyncio.sleep(0)
            eventlet.sleep(0)

    def green(number):
        local.number, local.values = number, []
        aiohub.wait(coroutine())
        return local.values == [number] * 10

    assert [one.wait() for one in [eventlet.spawn(green, number) for number in range(5)]] == [True] * 5


@every_local
def test_promise_10_what_is_made_inside_has_data_of_its_own(local_class):
    """As with `eventlet.spawn`: it may live longer than the wait."""
    local = local_class()
    go_on = event.Event()

    async def look():
        await asyncio.sleep(0)
        return hasattr(local, "value")

    async def look_later():
        go_on.wait()
        return hasattr(local, "value")

    async def coroutine():
        later = asyncio.create_task(look_later())
        seen = [
            await asyncio.create_task(look()),
            *await asyncio.gather(look(), look()),
            await eventlet.spawn(hasattr, local, "value"),
            await aiohub.future_to_greenlet(look()),
            await aiohub.greenlet_to_future(eventlet.spawn(hasattr, local, "value")),
        ]
        return later, seen

    def green():
        local.value = "mine"
        later, seen = aiohub.wait(coroutine())
        go_on.send()
        return [*seen, aiohub.wait(later)]

    assert eventlet.spawn(green).wait() == [False] * 7


@every_local
@pytest.mark.parametrize(
    "wait",
    [
        lambda function: aiohub.wait(asyncio.ensure_future(function(), loop=aiohub.get_loop())),
        lambda function: aiohub.future_to_greenlet(function()).wait(),
        lambda function: aiohub.future_to_greenlet(function(), autostart_future=False).wait(),
        lambda function: eventlet.asyncio.spawn_for_awaitable(function()).wait(),
    ],
    ids=["task", "future_to_greenlet", "started_late", "spawn_for_awaitable"],
)
def test_promise_10_what_was_made_for_itself_keeps_its_own_data(local_class, wait):
    local = local_class()

    async def look():
        return hasattr(local, "value")

    def green():
        local.value = "mine"
        return wait(look)

    assert eventlet.spawn(green).wait() is False


@every_local
def test_promise_10_the_data_of_a_coroutine_is_that_of_the_greenlets_below_it(local_class):
    local = local_class()

    def below():
        seen = local.value
        eventlet.sleep(0)
        local.value = "set below"
        return seen

    async def task():
        local.value = "the task's"
        await asyncio.sleep(0)
        return greenlet.greenlet(below).switch(), local.value

    assert aiohub.wait(aiohub.get_loop().create_task(task())) == ("the task's", "set below")


@every_local
def test_promise_10_a_local_class_is_not_initialised_again_for_who_borrows(local_class):
    made = []

    class Local(local_class):
        def __init__(self, argument):
            made.append(argument)

    async def coroutine():
        local.value += 1
        await aiohub.sync_to_async(setattr)(local, "more", True)

    def green():
        local.value = 1
        aiohub.wait(coroutine())
        return local.value, local.more

    local = Local("argument")
    made.clear()
    assert eventlet.spawn(green).wait() == (2, True)
    assert made == ["argument"]


@every_local
@pytest.mark.parametrize("end", ["kill", "timeout", "error"])
def test_promise_10_lent_until_the_cleanup_is_over(local_class, end):
    local = local_class()
    seen = []

    async def coroutine():
        try:
            if end == "error":
                raise KeyError
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            seen.append(local.value)
            eventlet.sleep(0)
            local.value = "cleaned up"

    def green():
        local.value = "mine"
        try:
            with eventlet.Timeout(0.001 if end == "timeout" else None):
                aiohub.wait(coroutine())
        finally:
            seen.append(local.value)

    one = eventlet.spawn(green)
    eventlet.sleep(0)
    eventlet.sleep(0)
    if end == "kill":
        one.kill()
    with contextlib.suppress(KeyError, eventlet.Timeout, greenlet.GreenletExit):
        one.wait()
    assert seen == ["mine", "cleaned up"]


def test_promise_10_whoever_has_lent_is_not_kept_alive():
    """By a task or a green thread that is over."""
    kept = []

    async def coroutine():
        kept.append(asyncio.current_task())
        kept.append(await aiohub.sync_to_async(eventlet.getcurrent)())

    def green():
        aiohub.wait(coroutine())

    one = eventlet.spawn(green)
    one.wait()
    reference = weakref.ref(one)
    del one
    eventlet.sleep(0)
    gc.collect()
    assert reference() is None
    assert len(kept) == 2


def test_promise_10_locks_still_go_by_who_runs():
    """Data is lent, not the identity: a lock that the one who waits holds is not the coroutine's."""

    def green():
        lock = threading.RLock()
        with lock:

            async def coroutine():
                return lock.acquire(False)

            return aiohub.wait(coroutine())

    assert eventlet.spawn(green).wait() is False


def test_promise_10_lent_without_green_tasks(run_script):
    result = run_script(
        """
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True, green_tasks=False)
        import asyncio, eventlet, threading

        local = threading.local()

        async def coroutine(number):
            for _ in range(5):
                assert local.number == number
                await asyncio.sleep(0)
            return await aiohub.sync_to_async(lambda: local.number)()

        def green(number):
            local.number = number
            return aiohub.wait(coroutine(number)), asyncio.run(coroutine(number))

        print(sorted(one.wait() for one in [eventlet.spawn(green, number) for number in range(3)]))
        """
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "[(0, 0), (1, 1), (2, 2)]\n"


def test_promise_10_oslo_logs_the_request_id_in_coroutines(run_script):
    """oslo.context keeps the request's context in a patched `threading.local`."""
    pytest.importorskip("oslo_log")
    result = run_script(
        """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        import asyncio, eventlet
        from oslo_config import cfg
        from oslo_context import context
        from oslo_log import log

        conf = cfg.ConfigOpts()
        log.register_options(conf)
        conf([], project="test", default_config_files=[])
        conf.set_override("use_stderr", True)
        conf.set_override("logging_context_format_string", "%(request_id)s %(message)s")
        conf.set_override("logging_default_format_string", "- %(message)s")
        log.setup(conf, "test")
        logger = log.getLogger("test")

        async def fetch():
            await asyncio.sleep(0)
            logger.warning("in the coroutine")
            await aiohub.sync_to_async(logger.warning)("in a function it awaits")

        def request(number):
            context.RequestContext(request_id=f"req-{number}")
            aiohub.wait(fetch())
            aiohub.async_to_sync(fetch)()
            asyncio.run(fetch())

        for one in [eventlet.spawn(request, number) for number in range(2)]:
            one.wait()
        """
    )
    assert result.returncode == 0, result.stderr
    lines = [f"req-{number} {text}" for number in range(2) for text in LOGGED for _ in range(3)]
    assert sorted(result.stderr.splitlines()) == lines


LOGGED = ("in a function it awaits", "in the coroutine")
