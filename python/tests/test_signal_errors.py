"""Promise 18: what a signal handler raises in an idle hub, or in the hub itself, is raised in the main green thread."""

import pytest
from _ending_signals import program

RAISE = """
class Error(Exception):
    pass

def handler(number, frame):
    raise Error

async def await_for_ever():
    await asyncio.Event().wait()

async def block_for_ever():
    Event().wait()

ways_to_wait = (
    lambda: Event().wait(),
    lambda: eventlet.spawn(Event().wait).wait(),
    lambda: aiohub.wait(await_for_ever()),
    lambda: aiohub.wait(block_for_ever()),
)
signal.signal(signal.SIGUSR1, handler)
sender = Sender(signal.SIGUSR1, len(ways_to_wait))
eventlet.sleep(0)
for wait_for_ever in ways_to_wait:
    sender.when_idle()
    try:
        wait_for_ever()
    except Error:
        pass
    assert eventlet.spawn(lambda: eventlet.sleep(0.001) or "works").wait() == "works"
    assert aiohub.wait(asyncio.sleep(0.001, "works")) == "works"
print("done")
"""


@pytest.mark.parametrize("patch", ["0", "1"])
def test_promise_18_an_error_of_a_signal_handler(run_script, patch):
    result = run_script(program(RAISE), timeout=45, env={"AIOHUB_TEST_PATCH": patch})
    assert (result.stdout, result.stderr, result.returncode) == ("done\n", "", 0)


ANYWHERE = """
class Alarm(Exception):
    pass

error = {"Alarm": Alarm, "KeyboardInterrupt": KeyboardInterrupt}[sys.argv[1]]
raised = []

def tracer(name):
    def trace(frame, event, argument):
        # As a handler does that runs at the first instruction of a function.
        if event == "call" and frame.f_code.co_name == name and "aiohub" in frame.f_code.co_filename:
            sys.settrace(None)
            raised.append(name)
            raise error
    return trace

async def both_worlds():
    await asyncio.sleep(0.001)
    eventlet.sleep(0)
    return await eventlet.spawn(lambda: eventlet.sleep(0.001) or "works")

for name in ("run_pass", "_on_wake_up", "_end_pass"):
    seen = len(raised)
    get_hub().schedule_call_global(0, sys.settrace, tracer(name))
    try:
        for _ in range(3):
            eventlet.sleep(0)
            eventlet.sleep(0.001)
    except error:
        assert len(raised) == seen + 1
        seen += 1
    assert len(raised) == seen, f"what was raised in {name} got lost"
    sys.settrace(None)
    get_hub().schedule_call_global(0, sys.settrace, None)
    eventlet.sleep(0.001)
    assert aiohub.wait(both_worlds()) == "works"
assert "_on_wake_up" in raised
print("done")
"""


@pytest.mark.parametrize("error", ["Alarm", "KeyboardInterrupt"])
def test_promise_18_an_error_of_a_signal_handler_in_a_hub_that_is_about_to_fire_its_timers(run_script, error):
    result = run_script(program(ANYWHERE), error, timeout=45)
    assert (result.stdout, result.stderr, result.returncode) == ("done\n", "", 0)
