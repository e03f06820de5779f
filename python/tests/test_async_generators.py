"""Asynchronous generators that nobody exhausts: the end of their run closes them, the end of the program the others."""

import sys

import pytest

PRELUDE = """
import asyncio, os, sys
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
import eventlet

kept = []


async def numbers(name):
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0)
        eventlet.sleep(0)
        print("closed", name)


async def begin(name):
    kept.append(numbers(name))
    return await kept[-1].__anext__()


async def next_of_first():
    return await kept[0].__anext__()


"""

RUNS = {
    "asyncio.run": "asyncio.run(begin('mine'))",
    "aiohub.run": "aiohub.run(begin('mine'))",
    "in a green thread": "eventlet.spawn(asyncio.run, begin('mine')).wait()",
    "in a task below": """
async def main():
    await asyncio.create_task(begin("mine"))

asyncio.run(main())
""",
    "in a green thread below": """
async def main():
    await eventlet.spawn(lambda: aiohub.wait(begin("mine")))

asyncio.run(main())
""",
    "Runner": """
with asyncio.Runner() as runner:
    runner.run(begin("mine"))
    runner.run(asyncio.sleep(0))
    print("not before")
""",
}


@pytest.mark.parametrize("run", RUNS)
def test_the_end_of_a_run_closes_those_that_began_in_it(run_script, run):
    if run == "Runner" and sys.version_info < (3, 11):
        pytest.skip("asyncio.Runner is new in Python 3.11")
    result = run_script(
        PRELUDE
        + "aiohub.wait(begin('of others'))\n"
        + RUNS[run]
        + """
print("over", aiohub.wait(next_of_first()))
"""
    )
    before = ["not before"] if run == "Runner" else []
    assert result.stdout.splitlines() == [*before, "closed mine", "over 2", "closed of others"], result.stderr
    assert (result.stderr, result.returncode) == ("", 0)


def test_an_error_of_the_cleanup_goes_to_the_exception_handler(run_script):
    result = run_script(
        PRELUDE
        + """
async def fail():
    try:
        yield 1
    finally:
        raise ValueError("in the cleanup")

async def main():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: print(repr(context["exception"])))
    kept.append(fail())
    await kept[-1].__anext__()

asyncio.run(main())
print("over")
"""
    )
    assert (result.stdout, result.stderr) == ("ValueError('in the cleanup')\nover\n", "")


def test_a_cleanup_that_never_ends_does_not_keep_the_program(run_script):
    result = run_script(
        PRELUDE
        + """
async def stay():
    try:
        yield 1
    finally:
        await asyncio.Event().wait()

async def begin_to_stay():
    kept.append(stay())
    await kept[-1].__anext__()

aiohub.wait(begin_to_stay())
print("over")
""",
        timeout=60,
    )
    assert (result.stdout, result.returncode) == ("over\n", 0), result.stderr
