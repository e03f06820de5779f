"""Nothing is left behind between the worlds: many operations of each kind change no count."""

import pytest

#: What a program notes before and after; the margin is for what caches keep.
PROGRAM = """
    import asyncio, gc, sys, threading, warnings
    warnings.simplefilter("ignore")
    import aiohub, eventlet

    N = 20_000
    aiohub.install(loop=sys.argv[2])

    async def one():
        return [1]

    async def fails():
        raise ValueError([1])

    async def blocks():
        eventlet.sleep(0)
        return [1]

    def function(*args, **kwargs):
        return [1]

    def raises():
        raise ValueError([1])

    def waits():
        for _ in range(N):
            aiohub.wait(one())

    def waits_for_errors():
        for _ in range(N // 10):
            try:
                aiohub.wait(fails())
            except ValueError:
                pass

    def waits_for_what_blocks():
        for _ in range(N // 10):
            aiohub.wait(blocks())

    def timeouts():
        for _ in range(N // 100):
            with eventlet.Timeout(0.0001, False):
                aiohub.wait(asyncio.sleep(1000))

    def kills():
        for _ in range(N // 100):
            green = eventlet.spawn(aiohub.wait, asyncio.sleep(1000))
            eventlet.sleep(0)
            green.kill()

    async def await_all():
        for _ in range(N):
            await eventlet.spawn(function, 1, two=[2])

    def awaits():
        aiohub.run(await_all())

    async def await_errors():
        for _ in range(N // 10):
            try:
                await eventlet.spawn(raises)
            except ValueError:
                pass

    def awaits_errors():
        aiohub.run(await_errors())

    def joins():
        for _ in range(N):
            eventlet.spawn(function).wait()

    def links():
        for _ in range(N // 10):
            green = eventlet.spawn(function)
            green.link(function, [], two=[])
            green.wait()
            green.link(function)

    def tasks():
        async def main():
            for _ in range(N // 100):
                await asyncio.gather(*[one() for _ in range(100)])

        aiohub.run(main())

    def threads():
        def work():
            aiohub.wait(one())
            eventlet.spawn(function).wait()

        for _ in range(70):  # one lost object of each would be too many
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()

    def counts():
        for _ in range(3):
            gc.collect()
        return sys.getallocatedblocks(), len(gc.get_objects())

    eventlet.debug.hub_exceptions(False)
    operation = globals()[sys.argv[1]]
    operation()
    before = counts()
    operation()
    after = counts()
    print(*[now - then for now, then in zip(after, before)])
"""

OPERATIONS = [
    "waits",
    "waits_for_errors",
    "waits_for_what_blocks",
    "timeouts",
    "kills",
    "awaits",
    "awaits_errors",
    "joins",
    "links",
    "tasks",
    "threads",
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_left_between_the_worlds(run_script, loop_name, operation):
    result = run_script(PROGRAM, operation, loop_name, timeout=120)
    assert (result.returncode, result.stderr) == (0, "")
    blocks, objects = map(int, result.stdout.split())
    assert (blocks < 300, objects < 60) == (True, True), (blocks, objects)
