"""Promises 10 and 24: a signal's handler may spawn at any moment, also while a hub is made or a child is repaired."""

# `at_call(n, since)` raises the signal at the n-th call of a Python function after that of `since`. Between the call of
# a function that begins something and its first line is a moment that the function cannot know of.
PRELUDE = """
import os, signal, sys
armed = ()
os.register_at_fork(after_in_child=lambda: armed and at_call(*armed))  # before that of aiohub, and so called before it
import aiohub
os.environ["AIOHUB_LOOP"] = os.environ["AIOHUB_TEST_LOOP"]
aiohub.install()
import eventlet
from eventlet import hubs

BEGINNINGS = ("get_hub", "__init__", "_after_in_child", "current_hub")
ran = []
raised = False
signal.signal(signal.SIGUSR1, lambda *_: eventlet.spawn(ran.append, "spawned"))

def at_call(n, since):
    global count  # the interpreter does not keep it while it takes itself away
    left, begun = n, False
    def count(frame, event, arg):
        nonlocal left, begun
        global raised
        name = frame.f_code.co_name
        begun = begun or name == since
        if event == "call" and begun and name not in BEGINNINGS:
            left -= 1
            if left == 0:
                sys.setprofile(None)
                raised = True
                signal.raise_signal(signal.SIGUSR1)
    sys.setprofile(count)

def make_hub_and_wait():
    hubs.get_hub()
    sys.setprofile(None)
    eventlet.sleep(0)
    eventlet.sleep(0)
"""


def test_promise_10_a_handler_spawns_while_a_hub_is_made(run_script):
    result = run_script(
        PRELUDE
        + """
n = 1
while True:
    raised = False
    hubs.use_hub("aiohub.hub")
    at_call(n, "get_hub")
    make_hub_and_wait()
    if not raised:
        break
    assert ran == ["spawned"], (n, ran)
    ran.clear()
    n += 1
assert n > 20, n
print("done")
"""
    )
    assert (result.stdout, result.stderr, result.returncode) == ("done\n", "", 0)


def test_promise_24_a_handler_spawns_before_a_child_has_its_new_hub(run_script):
    result = run_script(
        PRELUDE
        + """
COUNTED = 3
n = 1

def child():
    hubs.use_hub()
    make_hub_and_wait()
    os._exit(COUNTED if not raised else 0 if ran == ["spawned"] else 1)

while True:
    armed = (n, "_after_in_child")
    pid = os.fork()
    if pid == 0:
        child()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == COUNTED:
        break
    assert code == 0, (n, code)
    n += 1
assert n > 20, n
print("done")
"""
    )
    assert (result.stdout, result.stderr, result.returncode) == ("done\n", "", 0)
