"""The hub and a loop that a program runs itself: taken over before it runs, one clear error while it runs."""

import sys

import pytest

BEGIN = """
    import asyncio, os, sys, threading

    async def both():
        import eventlet
        eventlet.sleep(0.001)
        loop = asyncio.get_running_loop()
        queue = asyncio.Queue()
        loop.call_later(0.001, queue.put_nowait, eventlet.spawn(lambda: "green").wait())
        assert asyncio.get_running_loop() is loop
        return await queue.get()

    def said(function, *args):
        try:
            print(function(*args))
        except RuntimeError as exc:
            print("refused" if "while an event loop runs in this thread" in str(exc) else repr(exc))
"""

OWN_RUNS = [
    "asyncio.run(both())",
    "asyncio.SelectorEventLoop().run_until_complete(both())",
    "__import__('uvloop').new_event_loop().run_until_complete(both())",
    "__import__('uvloop').run(both())",
]
if sys.version_info >= (3, 11):
    OWN_RUNS += [
        "asyncio.Runner().run(both())",
        "asyncio.Runner(loop_factory=__import__('uvloop').new_event_loop).run(both())",
    ]


@pytest.fixture
def lines(run_script, loop_name):
    """`lines(program)`: what the program prints, with the hub named by the environment alone."""

    def run(program):
        done = run_script(
            BEGIN + program, env={"EVENTLET_HUB": "aiohub.hub", "AIOHUB_LOOP": loop_name, "PYTHONWARNINGS": "ignore"}
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


@pytest.mark.parametrize("run", OWN_RUNS)
def test_first_used_in_a_running_loop(lines, run):
    program = f"""
    said(lambda: {run})
    import eventlet
    eventlet.sleep(0.001)
    print(asyncio.run(both()))
    """
    assert lines(program) == ["refused", "green"]


@pytest.mark.parametrize("run", OWN_RUNS)
@pytest.mark.parametrize("first", ["eventlet.hubs.get_hub()", "eventlet.sleep(0)"])
def test_a_loop_that_is_run_later(lines, first, run):
    program = f"""
    import eventlet
    {first}
    said(lambda: {run})
    eventlet.sleep(0.001)
    said(lambda: {run})
    print(asyncio.run(both()))
    """
    assert lines(program) == ["green"] * 3


@pytest.mark.parametrize("run", OWN_RUNS)
def test_in_another_os_thread(lines, run):
    program = f"""
    import eventlet
    eventlet.sleep(0)
    thread = threading.Thread(target=said, args=(lambda: {run},))
    thread.start()
    thread.join()
    """
    # asyncio.run makes that thread's hub; a loop of the thread's own is no hub's.
    on_hub = run.startswith(("asyncio.run", "asyncio.Runner", "__import__('uvloop').run("))
    assert lines(program) == ["green" if on_hub else "refused"]


@pytest.mark.parametrize("call", ["said(use)", "loop.call_soon(said, use)"], ids=["in a coroutine", "in a callback"])
def test_whatever_asks_for_the_hub(lines, call):
    program = f"""
    import aiohub, eventlet

    async def main():
        loop = asyncio.get_running_loop()
        for use in (
            lambda: eventlet.sleep(0.001),
            lambda: eventlet.spawn(print, "never"),
            lambda: eventlet.Timeout(1),
            lambda: (eventlet.hubs.use_hub("aiohub.hub"), eventlet.hubs.get_hub()),
            lambda: aiohub.install(),
            lambda: aiohub.get_loop(),
            lambda: aiohub.hub_loop(),
            lambda: aiohub.run(print),
            lambda: aiohub.wait(loop.create_future()),
            lambda: eventlet.monkey_patch(),
        ):
            {call}
        await asyncio.sleep(0.001)
        assert asyncio.get_running_loop() is loop

    asyncio.run(main())
    """
    assert lines(program) == ["refused"] * 10


def test_a_loop_with_signal_handlers_tasks_and_a_factory(lines):
    """What was asked of the loop before the hub takes it over is kept."""
    program = """
    import eventlet, signal
    hub = eventlet.hubs.get_hub()
    pid = hub.schedule_call_global(0.01, os.kill, os.getpid(), signal.SIGUSR1)
    loop = asyncio.SelectorEventLoop()
    made, got = [], []
    def factory(loop, coroutine, **keywords):
        made.append(coroutine.__name__)
        return asyncio.Task(coroutine, loop=loop, **keywords)
    loop.set_task_factory(factory)
    loop.add_signal_handler(signal.SIGUSR1, lambda: (got.append("signal"), loop.stop()))
    task = loop.create_task(asyncio.sleep(0.001, "task"))
    loop.run_forever()
    print(got, loop.run_until_complete(task), loop.get_task_factory() is factory, made)
    print(loop.run_until_complete(both()))
    loop.close()
    eventlet.sleep(0.001)
    print(asyncio.run(both()))
    """
    assert lines(program) == ["['signal'] task True ['sleep']", "green", "green"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.Runner is newer")
@pytest.mark.parametrize("made", ["eventlet.hubs.get_hub()", "eventlet.sleep(0.001)"])
def test_a_runner_from_before_the_hub(lines, made):
    """A test session has one: async tests run on it, and a plain one between them makes the hub."""
    program = f"""
    loops = []
    async def note():
        await asyncio.sleep(0.001)
        loops.append(asyncio.get_running_loop())
    runner = asyncio.Runner()
    runner.run(note())
    said(runner.run, both())
    import eventlet
    {made}
    for _ in range(2):
        runner.run(note())
        said(runner.run, both())
        eventlet.sleep(0.001)
    print(len(loops), len(set(map(id, loops))))
    runner.close()
    print(asyncio.run(both()))
    """
    assert lines(program) == ["refused", "green", "green", "3 1", "green"]
