"""EVENTLET_HUB=aiohub.hub: the call of eventlet's that makes the first hub behaves like every later one."""

import pytest

FIRST = """
import os, sys
os.environ["AIOHUB_LOOP"] = os.environ["AIOHUB_TEST_LOOP"]
import asyncio
import eventlet
from eventlet.asyncio import spawn_for_awaitable


class Error(Exception):
    pass


async def stay():
    try:
        await asyncio.sleep(100)
    finally:
        await asyncio.sleep(0)
        print("cleaned up")


async def end(outcome):
    await asyncio.sleep(0)
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def outcome_of(green_thread):
    try:
        return green_thread.wait()
    except BaseException as exc:
        return type(exc).__name__


def kill(*args):
    green_thread = spawn_for_awaitable(stay())
    eventlet.sleep(0.001)
    green_thread.kill(*args)
    return outcome_of(green_thread)


for _ in range(2):
    print(eval(sys.argv[1]))
"""


@pytest.mark.parametrize(
    "call, lines",
    [
        ("kill()", ["cleaned up", "GreenletExit"]),
        ("kill(Error())", ["cleaned up", "Error"]),
        ("outcome_of(spawn_for_awaitable(end(5)))", ["5"]),
        ("outcome_of(spawn_for_awaitable(end(Error())))", ["Error"]),
    ],
)
def test_spawn_for_awaitable(run_script, call, lines):
    result = run_script(FIRST, call, env={"EVENTLET_HUB": "aiohub.hub", "PYTHONWARNINGS": "ignore"})
    assert (result.stdout.splitlines(), result.returncode) == (lines * 2, 0), result.stderr
    assert result.stderr == ""
