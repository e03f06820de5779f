"""Bad arguments and wrong places: a clear exception that names the thing and the remedy."""

import asyncio
import gc
import re
import threading
import warnings

import eventlet
import eventlet.asyncio
import pytest
from eventlet import event, hubs, queue, semaphore, tpool
from eventlet.green import socket

import aiohub


async def nothing():
    pass


def raised_in(function, *args):
    """The exception that *function* raises."""
    with pytest.raises(Exception) as caught:
        function(*args)
    return caught.value


def refuses(function, kind, *words):
    """*function* raises *kind*, with each of *words* in the message."""
    error = raised_in(function)
    assert isinstance(error, kind), repr(error)
    for word in words:
        assert re.search(word, str(error)), str(error)
    return error


@pytest.fixture
def coroutine():
    made = nothing()
    yield made
    made.close()


# eventlet.spawn and its like.


@pytest.mark.parametrize(
    "spawn",
    [
        eventlet.spawn,
        eventlet.spawn_n,
        lambda it: eventlet.spawn_after(0, it),
        lambda it: eventlet.greenthread.spawn_after_local(0, it),
        lambda it: eventlet.GreenPool().spawn(it),
        lambda it: eventlet.GreenPool().spawn_n(it),
        lambda it: eventlet.GreenPile().spawn(it),
    ],
    ids=[
        "spawn",
        "spawn_n",
        "spawn_after",
        "spawn_after_local",
        "GreenPool.spawn",
        "GreenPool.spawn_n",
        "GreenPile.spawn",
    ],
)
def test_faults_a_coroutine_given_to_spawn(spawn, coroutine):
    refuses(lambda: spawn(coroutine), TypeError, "future_to_greenlet", "await")


def test_faults_a_coroutine_given_to_spawn_by_another_name(coroutine):
    """The name that a module imported before install is refused as well."""
    refuses(lambda: eventlet.greenthread.spawn(coroutine), TypeError, "future_to_greenlet")
    refuses(lambda: aiohub.green.spawn(coroutine), TypeError, "future_to_greenlet")


def test_faults_a_refused_coroutine_is_not_reported_as_never_awaited():
    """The TypeError says it all; a warning later, somewhere else, would only confuse."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        raised_in(lambda: eventlet.spawn(nothing()))
        gc.collect()
    assert [str(warning.message) for warning in caught if "never awaited" in str(warning.message)] == []


# wait.


@pytest.mark.parametrize("timeout", [None, 30])
@pytest.mark.parametrize("wrong", [5, None, "text", [nothing], object()], ids=lambda wrong: type(wrong).__name__)
def test_faults_wait_for_something_else(wrong, timeout):
    refuses(lambda: aiohub.wait(wrong, timeout=timeout), TypeError, "await")
    if wrong == 5:
        refuses(lambda: aiohub.wait(wrong, timeout=timeout), TypeError, "5")


@pytest.mark.parametrize("give", [aiohub.wait, aiohub.future_to_greenlet], ids=["wait", "future_to_greenlet"])
def test_faults_a_coroutine_function_instead_of_a_coroutine(give):
    refuses(lambda: give(nothing), TypeError, r"nothing\(\)")


@pytest.mark.parametrize("wrong", [5, None, "text", lambda: None], ids=lambda wrong: type(wrong).__name__)
def test_faults_future_to_greenlet_of_something_else(wrong):
    refuses(lambda: aiohub.future_to_greenlet(wrong), TypeError, "await")


@pytest.mark.parametrize("timeout", ["1", object(), [1]], ids=lambda timeout: type(timeout).__name__)
def test_faults_wait_with_a_timeout_that_is_no_number(timeout, coroutine):
    refuses(lambda: aiohub.wait(coroutine, timeout=timeout), TypeError, "number|seconds|timeout")


def in_a_coroutine_itself(awaitable):
    async def run():
        aiohub.wait(awaitable)

    aiohub.wait(run())


def in_a_coroutine_that_has_suspended(awaitable):
    async def run():
        await asyncio.sleep(0)
        eventlet.sleep(0)
        aiohub.wait(awaitable, timeout=30)

    aiohub.wait(run())


def in_an_async_generator_itself(awaitable):
    async def generate():
        aiohub.wait(awaitable)
        yield

    async def run():
        async for _ in generate():
            pass

    aiohub.wait(run())


@pytest.mark.parametrize(
    "place",
    [in_a_coroutine_itself, in_a_coroutine_that_has_suspended, in_an_async_generator_itself],
    ids=lambda place: place.__name__,
)
def test_faults_wait_in_a_coroutine(place):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        refuses(lambda: place(nothing()), RuntimeError, "await")
        gc.collect()
    assert [str(warning.message) for warning in caught if "never awaited" in str(warning.message)] == []


def test_faults_wait_in_a_function_below_a_coroutine_is_right():
    async def main():
        def helper():
            return aiohub.wait(asyncio.sleep(0, "result"))

        return helper()

    assert aiohub.wait(main()) == "result"


# Another loop, another OS thread.


@pytest.fixture
def other_loop():
    loop = asyncio.SelectorEventLoop()
    yield loop
    loop.close()


@pytest.mark.parametrize(
    "give",
    [
        aiohub.wait,
        lambda it: aiohub.wait(it, timeout=30),
        aiohub.future_to_greenlet,
        lambda it: aiohub.future_to_greenlet(it, autostart_future=False),
        aiohub.get_loop().run_until_complete,
        lambda it: eventlet.spawn(aiohub.wait, it).wait(),
    ],
    ids=["wait", "wait_timeout", "future_to_greenlet", "started_late", "run_until_complete", "in_a_green_thread"],
)
@pytest.mark.parametrize("state", ["pending", "done"])
def test_faults_a_future_of_another_loop(give, state, other_loop):
    future = other_loop.create_future()
    if state == "done":
        future.set_result(None)
    refuses(lambda: give(future), ValueError, "loop", "run_coroutine_threadsafe")


def test_faults_a_task_of_another_loop(other_loop):
    task = other_loop.create_task(nothing())
    refuses(lambda: aiohub.wait(task), ValueError, "loop", "run_coroutine_threadsafe")
    thread = threading.Thread(target=other_loop.run_until_complete, args=(task,))
    thread.start()
    thread.join()
    assert task.result() is None  # whole, and still its own loop's


@pytest.fixture
def foreign_green_thread():
    """A green thread that waits in an OS thread which has ended."""
    found = []
    thread = threading.Thread(target=lambda: found.append(eventlet.spawn(lambda: None)))
    thread.start()
    thread.join()
    return found[0]


def await_it(green_thread):
    async def run():
        await green_thread

    aiohub.wait(run())


@pytest.mark.parametrize(
    "give", [aiohub.greenlet_to_future, await_it, aiohub.wait], ids=["greenlet_to_future", "await", "wait"]
)
def test_faults_a_green_thread_of_an_os_thread_that_has_ended(give, foreign_green_thread):
    refuses(lambda: give(foreign_green_thread), ValueError, "OS thread", "GreenThread")


@pytest.mark.parametrize("wrong", [5, None, "text", len], ids=lambda wrong: type(wrong).__name__)
def test_faults_greenlet_to_future_of_something_else(wrong):
    refuses(lambda: aiohub.greenlet_to_future(wrong), TypeError, "GreenThread", "eventlet.spawn")


def test_faults_greenlet_to_future_of_a_greenlet_without_a_result():
    refuses(lambda: aiohub.greenlet_to_future(eventlet.spawn_n(len, "")), TypeError, "spawn_n")
    eventlet.sleep(0)


def test_faults_greenlet_to_future_of_a_coroutine(coroutine):
    refuses(lambda: aiohub.greenlet_to_future(coroutine), TypeError, "GreenThread")


# sync_to_async, async_to_sync, run.


def test_faults_sync_to_async_of_a_coroutine_function():
    refuses(lambda: aiohub.sync_to_async(nothing), TypeError, "nothing", "await")


def test_faults_sync_to_async_of_something_else():
    refuses(lambda: aiohub.sync_to_async(5), TypeError, "5", "function")


def test_faults_async_to_sync_of_something_else(coroutine):
    refuses(lambda: aiohub.async_to_sync(5), TypeError, "5", "function")
    refuses(lambda: aiohub.async_to_sync(coroutine), TypeError, "coroutine function")


def test_faults_async_to_sync_of_a_plain_function():
    """It is found out when called: only then is it known that nothing awaitable comes out."""
    refuses(lambda: aiohub.async_to_sync(lambda: 5)(), TypeError, "await")


@pytest.mark.parametrize("wrong", [5, None, "text"], ids=lambda wrong: type(wrong).__name__)
def test_faults_run_of_something_else(wrong):
    refuses(lambda: aiohub.run(wrong), TypeError, "coroutine", "function")


def test_faults_run_of_a_coroutine_with_arguments(coroutine):
    refuses(lambda: aiohub.run(coroutine, 1), TypeError, "arguments")


def test_faults_run_in_a_coroutine():
    async def main():
        made = nothing()
        try:
            refuses(lambda: aiohub.run(made), RuntimeError, "await")
        finally:
            made.close()

    aiohub.wait(main())


# A blocking call in a plain callback of the loop.


@pytest.mark.parametrize(
    "block",
    [
        lambda: eventlet.sleep(0.001),
        lambda: event.Event().wait(),
        lambda: queue.Queue().get(),
        lambda: semaphore.Semaphore(0).acquire(),
        lambda: eventlet.spawn(len, "").wait(),
        lambda: tpool.execute(len, ""),
        lambda: eventlet.green.select.select([], [], [], 1),
        lambda: wait_to_read(),
        lambda: receive(),
        lambda: hubs.get_hub().switch(),
        lambda: aiohub.wait(aiohub.get_loop().create_future()),
    ],
    ids=[
        "sleep",
        "Event",
        "Queue",
        "Semaphore",
        "GreenThread",
        "tpool",
        "select",
        "trampoline",
        "recv",
        "switch",
        "wait",
    ],
)
@pytest.mark.parametrize("way", ["call_soon", "call_later", "done callback", "timer"])
def test_faults_a_blocking_call_in_a_callback(block, way):
    loop, outcome = aiohub.get_loop(), event.Event()

    def callback(*_):
        try:
            block()
        except BaseException as error:
            outcome.send(error)
        else:
            outcome.send(None)

    if way == "call_soon":
        loop.call_soon(callback)
    elif way == "call_later":
        loop.call_later(0.001, callback)
    elif way == "timer":
        hubs.get_hub().schedule_call_global(0, callback)
    else:
        future = loop.create_future()
        future.add_done_callback(callback)
        future.set_result(None)
    error = outcome.wait()
    assert isinstance(error, RuntimeError), repr(error)
    assert isinstance(error, aiohub.BlockingInLoopError)
    assert "callback" in str(error)
    assert re.search("spawn|green thread|create_task", str(error)), str(error)


def receive():
    near, far = socket.socketpair()
    with near, far:
        near.recv(1)


def wait_to_read():
    # Nobody writes: what is ready already would need no wait, and be no fault.
    near, far = socket.socketpair()
    with near, far:
        hubs.trampoline(near, read=True)


# install.


def in_fresh_process(run_script, code):
    result = run_script("import os\nimport aiohub\n" + code)
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stderr.strip().splitlines()[-1]


def test_faults_an_unknown_loop_name():
    refuses(lambda: aiohub.install(loop="unknown"), ValueError, "unknown", "engine", "asyncio", "uvloop")


def test_faults_the_engine_cannot_be_used(run_script):
    result = run_script(
        """
        import sys
        import aiohub

        try:
            aiohub.install(loop="engine")
        except RuntimeError as exc:
            print(exc)
        aiohub.install()
        print("on the stock loop" if aiohub.get_loop() and "aiohub.loop" not in sys.modules else "on the engine")
        """,
        env={"AIOHUB_ENGINE": "0"},
    )
    error, loop = result.stdout.splitlines()
    for part in ("engine", "AIOHUB_ENGINE=0", "asyncio"):
        assert part in error
    assert loop == "on the stock loop"


@pytest.mark.parametrize("wrong", [5, b"asyncio", ["asyncio"], object()], ids=lambda wrong: type(wrong).__name__)
def test_faults_a_loop_that_is_neither_name_nor_factory(wrong):
    refuses(lambda: aiohub.install(loop=wrong), TypeError, "loop", "factory")


def test_faults_a_loop_instead_of_a_factory(other_loop):
    refuses(lambda: aiohub.install(loop=other_loop), TypeError, "factory")


@pytest.mark.parametrize("wrong", [5, "socket", ["socket"]], ids=lambda wrong: type(wrong).__name__)
def test_faults_patch_that_is_neither_bool_nor_mapping(wrong):
    refuses(lambda: aiohub.install(patch=wrong), TypeError, "patch", "mapping")


def test_faults_a_bad_install_changes_nothing(loop_name):
    hub = hubs.get_hub()
    raised_in(lambda: aiohub.install(loop="unknown"))
    raised_in(lambda: aiohub.install(patch=5))
    assert hubs.get_hub() is hub
    assert aiohub.wait(asyncio.sleep(0, "works")) == "works"
    aiohub.install(loop=loop_name)  # the same again is nothing new
    assert hubs.get_hub() is hub


def test_faults_another_loop_while_the_hub_is_in_use(loop_name):
    other = "asyncio" if loop_name == "uvloop" else lambda: asyncio.SelectorEventLoop()
    eventlet.sleep(0)
    refuses(lambda: aiohub.install(loop=other), RuntimeError, "install", "once|before")


@pytest.mark.parametrize("hub", ["epolls", "asyncio", "poll"])
@pytest.mark.parametrize(
    "use",
    [
        "eventlet.sleep(0)",
        "eventlet.spawn(len, '')",
        "eventlet.spawn_after(100, len, '')",
        "eventlet.spawn(aiohub.install).wait()",
    ],
    ids=["ran", "spawned", "timer", "inside"],
)
def test_faults_install_over_another_hub_in_use(run_script, hub, use):
    last_line = in_fresh_process(
        run_script,
        f"import eventlet, eventlet.hubs\neventlet.hubs.use_hub({hub!r})\n{use}\n"
        "aiohub.install(loop=os.environ['AIOHUB_TEST_LOOP'])\n",
    )
    assert last_line.startswith("RuntimeError: ")
    assert hub in last_line.lower()
    assert "aiohub.install()" in last_line and "before" in last_line and "EVENTLET_HUB=aiohub.hub" in last_line


def test_faults_install_over_another_hub_that_was_never_used(run_script):
    """`monkey_patch` makes a hub; as long as nothing goes on in it, it can be replaced."""
    result = run_script(
        """
        import os
        import eventlet
        eventlet.monkey_patch()
        import aiohub, asyncio
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        print(aiohub.wait(asyncio.sleep(0, "works")))
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "works\n"


@pytest.mark.parametrize(
    "use",
    [
        "aiohub.wait(object())",
        "aiohub.get_loop()",
        "aiohub.future_to_greenlet(object())",
        "aiohub.greenlet_to_future(eventlet.spawn(len, ''))",
    ],
    ids=["wait", "get_loop", "future_to_greenlet", "greenlet_to_future"],
)
def test_faults_without_install(run_script, use):
    last_line = in_fresh_process(
        run_script, f"import eventlet, eventlet.hubs\neventlet.hubs.use_hub('epolls')\n{use}\n"
    )
    assert last_line.startswith("RuntimeError: ")
    assert "aiohub.install()" in last_line and "EVENTLET_HUB=aiohub.hub" in last_line


def test_faults_the_loops_package_is_missing(run_script):
    last_line = in_fresh_process(
        run_script, "import sys\nsys.modules['uvloop'] = None\naiohub.install(loop='uvloop')\n"
    )
    assert "ImportError" in last_line and "pip install uvloop" in last_line


@pytest.mark.parametrize(
    "factory",
    ["lambda: 5", "lambda: None", "lambda loop=asyncio.SelectorEventLoop(): loop.close() or loop"],
    ids=["int", "None", "closed"],
)
def test_faults_a_factory_that_makes_no_new_loop(run_script, factory):
    last_line = in_fresh_process(run_script, f"import asyncio\naiohub.install(loop={factory})\n")
    assert re.match("(TypeError|RuntimeError): .*factory", last_line), last_line


def test_faults_a_name_that_is_not_there():
    refuses(lambda: aiohub.no_such_name, AttributeError, "no_such_name")
    with pytest.raises(ImportError, match="no_such_name"):
        from aiohub import no_such_name  # noqa: F401
