"""Promise 18: signals act at once in an idle hub.

Idle means that nothing at all is scheduled, so the hub would sleep for a minute or more: a program in which a signal
does not act at once runs into its time limit, which is shorter.
"""

import pytest
from _ending_signals import program

LIMIT = 45


@pytest.fixture(params=["plain", "patched"])
def run_program(request, run_script):
    def run(text, *args, head=""):
        env = {"AIOHUB_TEST_PATCH": "1" if request.param == "patched" else "0"}
        result = run_script(head + program(text), *args, timeout=LIMIT, env=env)
        assert result.stdout.splitlines()[-1:] == ["done"], result.stdout + result.stderr
        assert result.returncode == 0
        assert result.stderr == ""

    return run


CTRL_C = """
ways_to_wait = {
    "event": lambda: Event().wait(),
    "sleep": lambda: eventlet.sleep(600),
    "queue": lambda: eventlet.Queue().get(),
    "switch": lambda: get_hub().switch(),
    "socket": lambda: listener.accept(),
    "green thread": lambda: bystander.wait(),
    "await": lambda: aiohub.wait(asyncio.Event().wait()),
    "blocking coroutine": lambda: aiohub.wait(blocking_coroutine()),
}

async def blocking_coroutine():
    Event().wait()

async def works():
    await asyncio.sleep(0)
    eventlet.sleep(0)
    return await eventlet.spawn(lambda: "works")

async def bystander_coroutine():
    return await release

bystander_event = Event()
bystander = eventlet.spawn(bystander_event.wait)
release = aiohub.get_loop().create_future()
bystander_task = aiohub.get_loop().create_task(bystander_coroutine())
listener = eventlet.listen(("127.0.0.1", 0))
sender = Sender(signal.SIGINT, 2 * len(ways_to_wait))
for way, wait_for_ever in [*ways_to_wait.items()] * 2:
    print(way, flush=True)  # the last one printed is the one that hangs
    sender.when_idle()
    try:
        wait_for_ever()
    except KeyboardInterrupt:
        pass
    else:
        sys.exit("not raised")
    for _ in range(20):
        eventlet.sleep(0)
    assert get_hub().running
    assert aiohub.wait(works()) == "works"
sender.process.wait()
bystander_event.send("bystander")
assert bystander.wait() == "bystander"
release.set_result("bystander")
assert aiohub.wait(bystander_task) == "bystander"
print("done")
"""


def test_promise_18_ctrl_c_in_an_idle_hub(run_program):
    run_program(CTRL_C)


CTRL_C_BUSY = """
interrupted = 0
counter = [0]

def spin():
    while True:
        counter[0] += 1
        eventlet.sleep(0)

async def async_spin():
    while True:
        counter[0] += 1
        await asyncio.sleep(0)

def interrupt_soon(ticks):
    # Sends it from inside the work of a green thread, or of a coroutine, or of the hub.
    target = counter[0] + ticks
    while counter[0] < target:
        eventlet.sleep(0)
    os.kill(os.getpid(), signal.SIGINT)

spinner = eventlet.spawn(spin)
task = aiohub.get_loop().create_task(async_spin())
for number in range(30):
    helper = eventlet.spawn(interrupt_soon, number)
    try:
        Event().wait()
    except KeyboardInterrupt:
        interrupted += 1
assert interrupted == 30
print("done")
"""


def test_promise_18_ctrl_c_in_a_busy_hub_reaches_the_main_green_thread_once(run_program):
    run_program(CTRL_C_BUSY)


CTRL_C_RUN = """
cleaned = []

async def waits():
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        cleaned.append("async")

async def blocks():
    try:
        Event().wait()
    finally:
        eventlet.sleep(0)
        cleaned.append("blocking")

def green():
    try:
        Event().wait()
    finally:
        eventlet.sleep(0)
        cleaned.append("green")

async def works():
    return "works"

sender = Sender(signal.SIGINT, 4)
mains = [waits, blocks, green]
for run, main in [*((aiohub.run, main) for main in mains), (lambda main: asyncio.run(main()), waits)]:
    sender.when_idle()
    try:
        run(main)
    except KeyboardInterrupt:
        pass
    else:
        sys.exit("not raised")
    assert aiohub.run(works) == "works"
assert cleaned == ["async", "blocking", "green", "async"], cleaned
print("done")
"""


def test_promise_18_ctrl_c_ends_run_and_the_cleanup_runs(run_program):
    run_program(CTRL_C_RUN)


HANDLER = """
def wake_by_spawn(event):
    eventlet.spawn(event.send, "woken")

def wake_by_spawn_n(event):
    eventlet.spawn_n(event.send, "woken")

def wake_by_spawn_after(event):
    eventlet.spawn_after(0, event.send, "woken")

def wake_by_send(event):
    event.send("woken")

def wake_by_blocking_green_thread(event):
    def body():
        eventlet.sleep(0.001)
        event.send("woken")
    eventlet.spawn(body)

def wake_by_coroutine(event):
    async def coroutine():
        await asyncio.sleep(0)
        event.send("woken")
    eventlet.spawn(lambda: aiohub.wait(coroutine()))

def wake_by_call_soon_threadsafe(event):
    aiohub.get_loop().call_soon_threadsafe(event.send, "woken")

def wake_by_kill(event):
    victim = eventlet.spawn(Event().wait)
    victim.link(lambda _: event.send("woken"))
    eventlet.spawn(victim.kill)

ways_to_wake = [value for name, value in sorted(globals().items()) if name.startswith("wake_by_")]
calls = []
current = [None]

def handler(number, frame):
    calls.append(number)
    wake(current[0])

# Where the main green thread waits.

async def awaiting():
    return await eventlet.spawn(current[0].wait)

async def blocking():
    return current[0].wait()

ways_to_wait = [
    lambda: current[0].wait(),
    lambda: aiohub.wait(awaiting()),
    lambda: aiohub.wait(blocking()),
]
signal.signal(signal.SIGUSR1, handler)
rounds = [(wake, wait) for wake in ways_to_wake for wait in ways_to_wait]
assert len(rounds) == 24
sender = Sender(signal.SIGUSR1, len(rounds))
for number, (wake, wait) in enumerate(rounds):
    print(wake, ways_to_wait.index(wait), flush=True)  # the last one printed is the one that hangs
    current[0] = Event()
    sender.when_idle()
    assert wait() == "woken"
    assert len(calls) == number + 1
sender.process.wait()
print("done")
"""


def test_promise_18_a_signal_handler_acts_at_once(run_program):
    run_program(HANDLER)


BEFORE_INSTALL = """
import os, signal
done = []

def handler(number, frame):
    eventlet.spawn(done[-1].send, "woken")

signal.signal(signal.SIGUSR1, handler)
"""

WAIT_FOR_IT = """
sender = Sender(signal.SIGUSR1, 3)
for _ in range(3):
    done.append(Event())
    sender.when_idle()
    assert done[-1].wait() == "woken"
print("done")
"""


def test_promise_18_a_handler_set_before_the_install(run_program):
    run_program(WAIT_FOR_IT, head=BEFORE_INSTALL)


SETITIMER = """
# SIGALRM of this process's own interval timer, as eventlet's and other watchdogs use it.
ticks = []
current = [None]

def handler(number, frame):
    ticks.append(number)
    eventlet.spawn(current[0].send)

signal.signal(signal.SIGALRM, handler)
for number in range(20):
    current[0] = Event()
    signal.setitimer(signal.ITIMER_REAL, 0.001 * (number % 5 + 1))
    current[0].wait()
assert len(ticks) == 20
print("done")
"""


def test_promise_18_interval_timer(run_program):
    run_program(SETITIMER)


AFTER_RESTARTS = """
# Each of these takes the loop down or runs another one; the next signal has to be noticed all the same.
current = [None]

def handler(number, frame):
    eventlet.spawn(current[0].send, "woken")

async def nothing():
    pass

def abort():
    get_hub().abort(wait=True)

def interrupt():
    eventlet.spawn_n(signal.raise_signal, signal.SIGINT)
    try:
        eventlet.sleep(30)
    except KeyboardInterrupt:
        pass

signal.signal(signal.SIGUSR1, handler)
disturbances = [lambda: None, abort, lambda: asyncio.run(nothing()), lambda: aiohub.run(nothing), interrupt]
sender = Sender(signal.SIGUSR1, len(disturbances))
for disturb in disturbances:
    eventlet.sleep(0)
    disturb()
    current[0] = Event()
    sender.when_idle()
    assert current[0].wait() == "woken"
print("done")
"""


def test_promise_18_signals_act_at_once_after_a_restart_of_the_hub(run_program):
    run_program(AFTER_RESTARTS)


ADD_SIGNAL_HANDLER = """
current = [None]
loop = aiohub.get_loop()

def callback(*args):
    calls.append(args)
    current[0].send("callback")

def handler(number, frame):
    eventlet.spawn(current[0].send, "handler")

calls = []
sender = Sender(signal.SIGUSR1, 9)

def next_signal():
    current[0] = Event()
    sender.when_idle()
    return current[0].wait()

loop.add_signal_handler(signal.SIGUSR1, callback, "argument")
assert [next_signal() for _ in range(3)] == ["callback"] * 3
assert calls == [("argument",)] * 3
assert loop.remove_signal_handler(signal.SIGUSR1) is True
assert loop.remove_signal_handler(signal.SIGUSR1) is False

signal.signal(signal.SIGUSR1, handler)
assert [next_signal() for _ in range(3)] == ["handler"] * 3

loop.add_signal_handler(signal.SIGUSR1, callback, "again")
assert [next_signal() for _ in range(3)] == ["callback"] * 3
sender.process.wait()

# The handler of another signal, of the ordinary kind, acts at once while the loop has handlers, too.
signal.signal(signal.SIGUSR2, handler)
sender = Sender(signal.SIGUSR2, 3)
assert [next_signal() for _ in range(3)] == ["handler"] * 3
sender.process.wait()
print("done")
"""


def test_promise_18_add_and_remove_signal_handler(run_program):
    run_program(ADD_SIGNAL_HANDLER)


ADD_SIGNAL_HANDLER_SIGINT = """
loop = aiohub.get_loop()
event = Event()
sender = Sender(signal.SIGINT, 2)
loop.add_signal_handler(signal.SIGINT, event.send, "callback")
sender.when_idle()
assert event.wait() == "callback"
loop.remove_signal_handler(signal.SIGINT)
sender.when_idle()
try:
    Event().wait()
except KeyboardInterrupt:
    print("done")
"""


def test_promise_18_ctrl_c_after_remove_signal_handler(run_program):
    run_program(ADD_SIGNAL_HANDLER_SIGINT)


IN_COROUTINE = """
async def main():
    loop = asyncio.get_running_loop()
    for number in range(3):
        received = asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, received.set)
        sender.when_idle()
        await received.wait()
        loop.remove_signal_handler(signal.SIGUSR1)
    return "worked"

sender = Sender(signal.SIGUSR1, 3)
assert aiohub.run(main) == "worked"
print("done")
"""


def test_promise_18_add_signal_handler_in_a_coroutine(run_program):
    run_program(IN_COROUTINE)


FULL_PIPE = """
loop = aiohub.get_loop()
stormed, terminated = [], []
event = Event()
loop.add_signal_handler(signal.SIGUSR1, stormed.append, 1)
loop.add_signal_handler(signal.SIGTERM, lambda: (terminated.append(1), event.send()))
loop.add_signal_handler(signal.SIGHUP, terminated.append, "never sent")

def storm():
    # While this callback runs nobody reads the pipe that signals are written to.
    for _ in range(10_000):
        os.kill(os.getpid(), signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGTERM)

for round in (1, 2):
    event.reset() if event.ready() else None
    loop.call_soon(storm)
    event.wait()
    eventlet.sleep(0.01)  # more than that would come now
    assert terminated == [1] * round, terminated
    assert stormed
    del stormed[:]
os.kill(os.getpid(), signal.SIGUSR1)
while not stormed:
    eventlet.sleep(0.001)
eventlet.sleep(0.01)
assert stormed == [1], stormed
print("done")
"""


def test_promise_18_a_signal_that_finds_the_wake_up_pipe_full(run_program):
    run_program(FULL_PIPE)


@pytest.mark.parametrize("where", ["idle in select", "idle in sleep", "callback of the loop", "hub timer"])
def test_promise_18_a_pipe_with_room_takes_a_byte_where_nothing_can_wait(run_script, where):
    """As process managers do it in their signal handlers, under monkey patching."""
    result = run_script(
        """
        import os, select, signal, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        import eventlet
        from eventlet import hubs, patcher
        time, threading = patcher.original("time"), patcher.original("threading")

        readable, writable = os.pipe()
        os.set_blocking(readable, False)
        os.set_blocking(writable, False)
        told = []

        def tell(*_):
            told.append(os.write(writable, b"."))
            told.append(os.read(readable, 1))
            os.write(writable, b".")

        def kill():
            time.sleep(0.05)
            os.kill(os.getpid(), signal.SIGUSR1)

        signal.signal(signal.SIGUSR1, tell)
        if sys.argv[1].startswith("idle"):
            threading.Thread(target=kill).start()
        elif sys.argv[1] == "hub timer":
            hubs.get_hub().schedule_call_global(0.001, tell)
        else:
            aiohub.get_loop().call_soon(tell)
        while not told:
            if sys.argv[1] == "idle in select":
                assert select.select([readable], [], [], 30)[0]
            else:
                eventlet.sleep(0.1)
        assert os.read(readable, 10) == b"."
        print(told)
        """,
        where,
    )
    assert (result.stdout, result.stderr, result.returncode) == ("[1, b'.']\n", "", 0)


def test_promise_18_a_full_pipe_is_an_error_where_nothing_can_wait(run_script):
    result = run_script(
        """
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        import eventlet
        from eventlet import hubs

        _, writable = os.pipe()
        os.set_blocking(writable, False)
        raised = []

        def fill():
            try:
                while True:
                    os.write(writable, bytes(4096))
            except Exception as exc:
                raised.append(type(exc).__name__)

        hubs.get_hub().schedule_call_global(0, fill)
        while not raised:
            eventlet.sleep(0.001)
        print(raised)
        """
    )
    assert (result.stdout, result.stderr, result.returncode) == ("['BlockingInLoopError']\n", "", 0)
