"""Times that are no times, or long gone: they are refused or due at once, and no other timer is worse off."""

import asyncio
import math

import eventlet
import pytest
from eventlet import hubs

import aiohub

LONG_AGO = [-math.inf, -1e300, -1e10, -1.0]


@pytest.mark.parametrize(
    "make",
    [
        eventlet.sleep,
        lambda seconds: eventlet.spawn_after(seconds, int),
        lambda seconds: hubs.get_hub().schedule_call_global(seconds, int),
        lambda seconds: eventlet.Timeout(seconds),
    ],
    ids=["sleep", "spawn_after", "schedule_call_global", "Timeout"],
)
def test_a_green_timer_of_nan_seconds_is_refused(make):
    fired = []
    eventlet.spawn_after(0.001, fired.append, 1)
    with pytest.raises(ValueError, match="NaN"):
        make(math.nan)
    eventlet.spawn_after(0.002, fired.append, 2)
    eventlet.sleep(0.01)
    assert fired == [1, 2]


@pytest.mark.parametrize("seconds", LONG_AGO)
def test_a_time_long_ago_is_due_at_once(seconds, loop_name):
    if loop_name == "uvloop" and math.isinf(seconds):
        pytest.skip("uvloop refuses it")

    async def main():
        loop = asyncio.get_running_loop()
        fired = []
        later = loop.call_later(60, fired.append, "later")
        loop.call_later(seconds, fired.append, "call_later")
        loop.call_at(seconds, fired.append, "call_at")
        await asyncio.sleep(0.01)
        later.cancel()
        return fired

    assert sorted(aiohub.wait(main())) == ["call_at", "call_later"]


@pytest.mark.parametrize("seconds", LONG_AGO)
def test_a_green_time_long_ago_is_due_at_once(seconds):
    fired = []
    later = eventlet.spawn_after(60, fired.append, "later")
    eventlet.spawn_after(seconds, fired.append, "at once").wait()
    later.kill()
    assert fired == ["at once"]
    eventlet.spawn_after(0.001, fired.append, "soon").wait()  # and no other timer is worse off
    assert fired == ["at once", "soon"]
