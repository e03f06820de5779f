"""Promise 18: what a signal handler raises in an idle hub is raised in the main green thread."""

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
