"""`asyncio.get_running_loop()` answers where a loop runs its caller, and not where a hub merely had to wait."""

import asyncio
import concurrent.futures
import threading

import eventlet
import pytest
from _ending_threads import Thread

import aiohub


def look():
    try:
        return asyncio.get_running_loop()
    except RuntimeError as error:
        assert str(error) == "no running event loop"
        return None


def test_in_coroutines_callbacks_and_green_threads():
    async def main():
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        loop.call_soon(lambda: future.set_result(look()))
        eventlet.sleep(0)
        assert look() is loop
        assert await future is loop
        assert await eventlet.spawn(look) is loop
        return loop

    assert aiohub.wait(main()) is aiohub.get_loop()
    assert look() is aiohub.get_loop()


def test_green_threads_make_tasks():
    async def coroutine():
        return "task"

    def green():
        return aiohub.wait(asyncio.create_task(coroutine()))

    assert eventlet.spawn(green).wait() == "task"


def in_an_os_thread():
    seen = [look()]
    eventlet.sleep(0.001)
    seen.append(look())
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.create_task(asyncio.sleep(0)).close()
    eventlet.spawn(eventlet.sleep, 0).wait()
    seen.append(look())
    ran = []

    async def coroutine():
        ran.append(look())

    asyncio.run(coroutine())
    assert ran[0] is aiohub.get_loop()
    green = eventlet.spawn(look).wait()
    assert green is aiohub.get_loop()
    return seen


@pytest.mark.filterwarnings("ignore:coroutine 'sleep' was never awaited:RuntimeWarning")
@pytest.mark.parametrize("kind", ["to_thread", "ThreadPoolExecutor", "threading.Thread"])
def test_in_an_os_thread_no_loop_runs_before_and_after_a_wait(kind):
    def call():
        if kind == "to_thread":
            return aiohub.wait(asyncio.to_thread(in_an_os_thread))
        if kind == "threading.Thread":
            return Thread(in_an_os_thread).end()
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            return executor.submit(in_an_os_thread).result()

    assert call() == [None] * 3
    assert threading.current_thread() is threading.main_thread()


STRICT = """
def look():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
"""


@pytest.mark.parametrize("name", ["asgiref.sync", "asgiref.local", "django.utils.asyncio"])
def test_libraries_that_refuse_to_block_where_a_loop_runs(name):
    namespace = {"asyncio": asyncio, "__name__": name}
    exec(STRICT, namespace)
    strict = namespace["look"]

    async def main():
        seen = strict(), await eventlet.spawn(strict)
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(lambda: future.set_result(strict()))
        return [*seen, await future]

    loop = aiohub.get_loop()
    assert aiohub.wait(main()) == [loop, None, loop]
    assert strict() is None


def test_install_where_another_loop_runs(run_script):
    result = run_script(
        """
        import asyncio, os

        async def main():
            import aiohub
            try:
                aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
            except RuntimeError as error:
                print("while an event loop runs in this thread" in str(error))
            await asyncio.sleep(0)
            return asyncio.get_running_loop().is_running()

        print(asyncio.run(main()))
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        print(aiohub.run(main()))
        """
    )
    assert (result.stdout.split(), result.returncode) == (["True", "True", "True"], 0), result.stderr
