"""`use_hub()` and `loop.close()` in a program that goes on: a new hub, or a new loop for the hub, at once."""

import pytest

PRELUDE = """
import asyncio, os, sys
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
import eventlet
from eventlet import hubs


async def five():
    await asyncio.sleep(0.001)
    return 5


def both_worlds_work():
    assert asyncio.run(five()) == 5
    assert eventlet.spawn(lambda: eventlet.sleep(0.001) or "green").wait() == "green"
    assert aiohub.wait(five()) == 5
    ours, theirs = os.pipe()
    eventlet.spawn_after(0.001, os.write, theirs, b"x")
    hubs.trampoline(ours, read=True)
    os.close(ours)
    os.close(theirs)


"""


def assert_done(result):
    assert (result.stdout, result.stderr, result.returncode) == ("done\n", "", 0)


@pytest.fixture
def program(run_script):
    """Runs a program that begins with the prelude and has to print "done", and nothing else."""

    def run(body, *args):
        assert_done(run_script(PRELUDE + body, *args))

    return run


@pytest.mark.parametrize("used_before", ["no", "yes", "in use"])
@pytest.mark.parametrize("first", ["asyncio.run", "aiohub.run", "sleep", "wait", "spawn"])
def test_use_hub_is_followed_by_anything(program, used_before, first):
    program(
        """
if sys.argv[1] != "no":
    eventlet.sleep(0)
if sys.argv[1] == "in use":
    eventlet.spawn_after(100, print, "a timer of the former hub")
    aiohub.get_loop().create_task(asyncio.sleep(100))
    eventlet.sleep(0)
hubs.use_hub()
first = sys.argv[2]
if first == "asyncio.run":
    assert asyncio.run(five()) == 5
elif first == "aiohub.run":
    assert aiohub.run(five()) == 5
elif first == "wait":
    assert aiohub.wait(five()) == 5
elif first == "spawn":
    assert eventlet.spawn(aiohub.wait, five()).wait() == 5
else:
    eventlet.sleep(0)
both_worlds_work()
print("done")
""",
        used_before,
        first,
    )


WHERE = """
def somewhere(function):
    "Run *function* in a green thread, a coroutine, a callback of the hub or of the loop; there the process ends."
    def run():
        try:
            function()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)

    async def coroutine():
        await asyncio.sleep(0)
        run()

    where = sys.argv[1]
    if where == "main":
        run()
    elif where == "green":
        eventlet.spawn(run).wait()
    elif where == "coroutine":
        aiohub.wait(coroutine())
    elif where == "hub timer":
        hubs.get_hub().schedule_call_global(0.001, run)
    elif where == "call_soon":
        aiohub.get_loop().call_soon(run)
    elif where == "call_later":
        aiohub.get_loop().call_later(0.001, run)
    elif where == "add_reader":
        readable, writable = os.pipe()
        aiohub.get_loop().add_reader(readable, run)
        os.write(writable, b"x")
    eventlet.sleep(60)

"""
GREEN_PLACES = ["main", "green", "coroutine"]
CALLBACKS = ["hub timer", "call_soon", "call_later", "add_reader"]


@pytest.mark.parametrize("where", GREEN_PLACES + CALLBACKS)
def test_use_hub_again_and_again(program, where):
    program(
        WHERE
        + """
def several():
    for _ in range(5):
        hubs.use_hub()
        eventlet.sleep(0.001)
        both_worlds_work()
    print("done")

somewhere(several)
""",
        where,
    )


@pytest.mark.parametrize("where", GREEN_PLACES + CALLBACKS)
def test_use_hub_closes_what_it_replaces(program, where):
    program(
        WHERE
        + """
def count():
    return len(os.listdir("/proc/self/fd"))

def several():
    hubs.use_hub()
    both_worlds_work()
    before = count()
    for _ in range(5):
        hubs.use_hub()
        both_worlds_work()
    assert count() <= before, (count(), before)
    print("done")

somewhere(several)
""",
        where,
    )


@pytest.mark.parametrize("where", ["green", "coroutine", "hub timer", "call_soon"])
@pytest.mark.parametrize("how", ["exit", "interrupt"])
def test_what_ends_a_program_reaches_the_main_green_thread_after_use_hub(run_script, where, how):
    result = run_script(
        PRELUDE
        + """
def run():
    hubs.use_hub()
    eventlet.sleep(0)
    if sys.argv[2] == "exit":
        sys.exit(7)
    raise KeyboardInterrupt

async def coroutine():
    run()

where = sys.argv[1]
try:
    if where == "green":
        eventlet.spawn(run)
    elif where == "coroutine":
        aiohub.get_loop().create_task(coroutine())
    elif where == "hub timer":
        hubs.get_hub().schedule_call_global(0.001, run)
    else:
        aiohub.get_loop().call_soon(run)
    eventlet.sleep(60)
except BaseException as exc:
    print(type(exc).__name__)
both_worlds_work()
print("done")
""",
        where,
        how,
    )
    name = {"exit": "SystemExit", "interrupt": "KeyboardInterrupt"}[how]
    assert (result.stdout, result.stderr, result.returncode) == (f"{name}\ndone\n", "", 0)


def test_the_old_hub_goes_on_below_a_callback_that_replaces_it(program):
    # As under eventlet's hubs: the main green thread comes back from its sleep, and waits in the new hub from then on.
    program(
        """
def callback():
    hubs.use_hub()
    eventlet.spawn(lambda: made.append(hubs.get_hub()))

made = []
hubs.get_hub().schedule_call_global(0.001, callback)
eventlet.sleep(0.01)
assert made == []
eventlet.sleep(0)
assert made == [hubs.get_hub()]
both_worlds_work()
print("done")
"""
    )


@pytest.mark.parametrize("where", ["main", "green"])
@pytest.mark.parametrize("before", ["nothing", "run_until_complete", "sleep", "timers"])
def test_green_code_goes_on_when_the_loop_was_closed(program, where, before):
    program(
        WHERE
        + """
def close():
    fired = []
    loop = aiohub.get_loop()
    if sys.argv[2] == "run_until_complete":
        loop.run_until_complete(asyncio.sleep(0.001))
    elif sys.argv[2] == "sleep":
        eventlet.sleep(0.001)
    elif sys.argv[2] == "timers":
        eventlet.spawn_after(0.002, fired.append, 1)
        eventlet.spawn(fired.append, 0)
    loop.close()
    assert loop.is_closed()
    eventlet.sleep(0.01)
    assert sorted(fired) == ([0, 1] if sys.argv[2] == "timers" else [])
    assert aiohub.get_loop() is not loop
    both_worlds_work()
    aiohub.get_loop().close()
    both_worlds_work()
    print("done")

somewhere(close)
""",
        where,
        before,
    )


@pytest.mark.parametrize("where", ["coroutine", *CALLBACKS])
def test_a_loop_is_not_closed_from_within(program, where):
    program(
        WHERE
        + """
def close():
    loop = aiohub.get_loop()
    try:
        loop.close()
    except RuntimeError as exc:
        assert "running" in str(exc)
    assert not loop.is_closed()
    print("done")

somewhere(close)
""",
        where,
    )


MAIN_WAITS = {
    "sleep": "eventlet.sleep(0.05)",
    "recv": 'assert a.recv(5) == b"x"',
    "accept": "server.accept()",
    "trampoline": "hubs.trampoline(a, read=True)",
    "recv_in_time": """
a.settimeout(60)
assert a.recv(5) == b"x"
""",
    "recv_timeout": """
c.settimeout(0.05)
try:
    c.recv(5)
    print("no timeout")
except socket.timeout:
    pass
""",
    "Timeout": """
try:
    with eventlet.Timeout(0.05):
        eventlet.sleep(60)
    print("no timeout")
except eventlet.Timeout:
    pass
""",
    "Timeout_recv": """
try:
    with eventlet.Timeout(0.05):
        c.recv(5)
    print("no timeout")
except eventlet.Timeout:
    pass
""",
    "Event": "event.Event().wait(timeout=0.05)",
    "green_thread": "replacing.wait()",
    "lock": "assert lock.acquire(timeout=60)",
    "queue": "assert queue.get() == 1",
}


@pytest.mark.parametrize("wait", MAIN_WAITS)
@pytest.mark.parametrize("where", ["green", "coroutine", "hub timer"])
def test_the_main_green_thread_goes_on_waiting_in_the_hub_that_a_green_thread_makes(program, wait, where):
    """eventlet's hubs wake it as well."""
    program(
        """
from eventlet import event, queue as queues, semaphore
from eventlet.green import socket

a, b = socket.socketpair()
c, d = socket.socketpair()
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
lock, queue = semaphore.Semaphore(0), queues.Queue()

def replace():
    hubs.use_hub()
    eventlet.sleep(0.01)
    b.send(b"x")
    socket.create_connection(server.getsockname())
    lock.release()
    queue.put(1)

async def coroutine():
    replace()

if sys.argv[1] == "coroutine":
    replacing = eventlet.spawn(aiohub.get_loop().create_task, coroutine())
elif sys.argv[1] == "hub timer":
    replacing = eventlet.spawn_after(0, replace)
else:
    replacing = eventlet.spawn(replace)
"""
        + MAIN_WAITS[wait]
        + """
eventlet.sleep(0.02)
both_worlds_work()
print("done")
""",
        where,
    )


LOOP_WAITS = {
    "coroutine": "aiohub.wait(asyncio.Event().wait())",
    "asyncio.run": "asyncio.run(asyncio.Event().wait())",
    "future": "aiohub.wait(aiohub.get_loop().create_future())",
    "run_forever": "aiohub.get_loop().run_forever()",
}


@pytest.mark.parametrize("wait", LOOP_WAITS)
def test_the_main_green_thread_is_told_when_the_loop_it_waits_for_is_given_up(program, wait):
    program(
        """
def replace():
    hubs.use_hub()
    eventlet.sleep(0.001)

def wait():
    eventlet.spawn(replace)
"""
        + f"    return {LOOP_WAITS[wait]}"
        + """

try:
    wait()
    print("no error")
except RuntimeError as error:
    assert "given up" in str(error), error
both_worlds_work()
print("done")
"""
    )


def test_a_timeout_ends_the_wait_for_a_coroutine_of_a_hub_that_was_given_up(program):
    program(
        """
eventlet.spawn_after(0.001, hubs.use_hub)
try:
    with eventlet.Timeout(0.05):
        try:
            aiohub.wait(asyncio.Event().wait())
            print("no error")
        except RuntimeError:
            eventlet.sleep(60)
    print("no timeout")
except eventlet.Timeout:
    pass
both_worlds_work()
print("done")
"""
    )


@pytest.mark.parametrize("where", CALLBACKS)
def test_what_ends_a_program_reaches_a_main_green_thread_that_waits_in_the_hub_below(program, where):
    program(
        """
def replace():
    hubs.use_hub()
    eventlet.spawn(sys.exit, 7)
    eventlet.sleep(60)
    print("the callback has come back from its sleep")

readable, writable = os.pipe()
os.write(writable, b"x")
loop = aiohub.get_loop()
if sys.argv[1] == "hub timer":
    hubs.get_hub().schedule_call_global(0.001, replace)
elif sys.argv[1] == "call_soon":
    loop.call_soon(replace)
elif sys.argv[1] == "call_later":
    loop.call_later(0.001, replace)
else:
    loop.add_reader(readable, replace)
try:
    aiohub.wait(asyncio.Event().wait())
except SystemExit as exc:
    assert exc.code == 7
both_worlds_work()
print("done")
""",
        where,
    )


SEVERAL_TIMES = """
from greenlet import greenlet

def several():
    for _ in range(3):
        hubs.use_hub()
        eventlet.sleep(0.001)
    both_worlds_work()
    print("done", flush=True)
    os._exit(0)

async def below_a_coroutine():
    greenlet(several).switch()

def run():
    if sys.argv[1] == "below":
        aiohub.wait(below_a_coroutine())
    else:
        eventlet.spawn(several)
        aiohub.wait(asyncio.Event().wait())

"""


def test_main_is_not_told_again_of_a_hub_that_was_given_up_before(program):
    # By a greenlet that works for a coroutine, the coroutine's waiter is not told at all.
    program(SEVERAL_TIMES + "run()\n", "below")


@pytest.mark.parametrize("where", ["below", "green"])
def test_main_of_the_parent_is_not_told_of_the_second_hub_of_a_child(program, where):
    program(
        SEVERAL_TIMES
        + """
def several_in_child(several=several):
    pid = os.fork()
    if pid == 0:
        several()
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

several = several_in_child
run()
""",
        where,
    )
