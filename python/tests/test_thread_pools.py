"""Promise 22: pools have real threads under monkey patching, and share patched locks with green threads.

The programs are patched as a whole; each prints "done" as its last line. A program that hangs is ended by its time
limit.
"""

import pytest

HEAD = """
import asyncio, concurrent.futures, logging, os, queue, sys, threading, time

# What was imported before, was used before: neither makes a difference.
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    pool.submit(int).result()

import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
import eventlet
from eventlet import patcher
from eventlet.event import Event

real_threading = patcher.original("threading")
real_ident = real_threading.get_ident
main_ident = real_ident()
loop = aiohub.get_loop()
executor = concurrent.futures.ThreadPoolExecutor(8)


def ways(function):
    # The ways to run a function in a pool: each is called in a green thread and returns the result.
    async def to_thread():
        return await asyncio.to_thread(function)

    async def in_executor():
        return await asyncio.get_running_loop().run_in_executor(None, function)

    async def in_given_executor():
        return await asyncio.get_running_loop().run_in_executor(executor, function)

    async def blocking_in_coroutine():
        return executor.submit(function).result()

    async def wrapped():
        return await asyncio.wrap_future(executor.submit(function))

    return {
        "to_thread": lambda: aiohub.wait(to_thread()),
        "run_in_executor": lambda: aiohub.wait(in_executor()),
        "run_in_executor of green thread": lambda: aiohub.wait(loop.run_in_executor(None, function)),
        "run_in_executor with executor": lambda: aiohub.wait(in_given_executor()),
        "submit": lambda: executor.submit(function).result(),
        "submit in coroutine": lambda: aiohub.wait(blocking_in_coroutine()),
        "map": lambda: list(executor.map(lambda _: function(), [None]))[0],
        "wait": lambda: list(concurrent.futures.wait([executor.submit(function)]).done)[0].result(),
        "as_completed": lambda: list(concurrent.futures.as_completed([executor.submit(function)]))[0].result(),
        "wrap_future": lambda: aiohub.wait(wrapped()),
    }


def finish():
    executor.shutdown()
    print("done")
"""


@pytest.fixture
def run_program(run_script):
    def run(text, *args):
        result = run_script(HEAD + text, *args, timeout=45)
        assert result.stdout.splitlines()[-1:] == ["done"], result.stdout + result.stderr
        assert result.stderr == ""
        assert result.returncode == 0

    return run


REAL = """
def function():
    return real_ident(), "result"

for way, call in ways(function).items():
    for _ in range(3):
        ident, result = call()
        assert ident != main_ident, way
        assert result == "result", way
finish()
"""


def test_promise_22_real_threads(run_program):
    run_program(REAL)


ERROR = """
def function():
    raise ValueError("in the thread")

for way, call in ways(function).items():
    try:
        call()
    except ValueError as error:
        assert error.args == ("in the thread",), way
    else:
        sys.exit(way + ": not raised")
finish()
"""


def test_promise_22_exceptions_of_the_thread(run_program):
    run_program(ERROR)


OTHERS_RUN_ON = """
# The thread's job ends only when green threads and tasks of the main thread have run on meanwhile.
flags = {}

def function():
    flags["started"] = True
    while len(flags) < 3:
        # The patched sleep, in a thread that green threads are not running in.
        time.sleep(0.001)
    return "result"

def green():
    while "started" not in flags:
        eventlet.sleep(0.001)
    flags["green"] = True

async def coroutine():
    while "started" not in flags:
        await asyncio.sleep(0.001)
    flags["async"] = True

for way, call in ways(function).items():
    print(way, flush=True)  # the last one printed is the one that hangs
    flags.clear()
    green_thread = eventlet.spawn(green)
    task = loop.create_task(coroutine())
    assert call() == "result"
    green_thread.wait()
    aiohub.wait(task)
finish()
"""


def test_promise_22_the_others_run_on(run_program):
    run_program(OTHERS_RUN_ON)


MANY = """
# As many green threads as there are pool threads, each with a job that waits for all the others' jobs: they must
# run at the same time.
arrived = set()

def job(number):
    arrived.add(number)
    while len(arrived) < 8:
        time.sleep(0.001)
    return number

green_threads = [eventlet.spawn(lambda number: executor.submit(job, number).result(), number) for number in range(8)]
assert [green_thread.wait() for green_thread in green_threads] == list(range(8))
finish()
"""


def test_promise_22_jobs_of_many_green_threads_run_at_the_same_time(run_program):
    run_program(MANY)


SLEEP_ALONE = """
# Patched time.sleep, eventlet.sleep and green threads in a pool thread do not disturb the main thread's hub, nor
# the pool's other threads.
def function():
    time.sleep(0.001)
    eventlet.sleep(0.001)
    return [green_thread.wait() for green_thread in [eventlet.spawn(real_ident) for _ in range(3)]], real_ident()

async def all_of_them():
    return await asyncio.gather(*(asyncio.to_thread(function) for _ in range(30)))

for idents, ident in aiohub.wait(all_of_them()):
    assert idents == [ident] * 3
    assert ident != main_ident
finish()
"""


def test_promise_22_patched_sleep_in_pool_threads(run_program):
    run_program(SLEEP_ALONE)


LOCKS = """
def in_thread():
    steps.append("thread wants it")
    with lock:
        steps.append("thread has it")
    return "result"

def holder():
    # A green thread of the main thread holds the lock until the pool thread is waiting for it.
    with lock:
        held.send()
        while "thread wants it" not in steps:
            eventlet.sleep(0.001)
        eventlet.sleep(0.02)
        steps.append("green thread lets go")

def holds_in_thread():
    with lock:
        steps.append("thread has it")
        while "bystander" not in steps:
            time.sleep(0.001)
        steps.append("thread lets go")

def wants():
    while "thread has it" not in steps:
        eventlet.sleep(0.001)
    eventlet.spawn_after(0.02, steps.append, "bystander")
    with lock:
        steps.append("main thread has it")

async def blocking_wants():
    wants()

kinds = [
    threading.Lock, threading.RLock, threading.Semaphore, threading.BoundedSemaphore, threading.Condition,
    eventlet.semaphore.Semaphore,
]
for kind in kinds:
    for way in ("to_thread", "submit"):
        print(kind, way, flush=True)  # the last one printed is the one that hangs
        lock = kind()
        steps = []
        held = Event()
        green_thread = eventlet.spawn(holder)
        held.wait()
        assert ways(in_thread)[way]() == "result"
        green_thread.wait()
        assert steps == ["thread wants it", "green thread lets go", "thread has it"], steps

        # And the other way round, while the main thread's hub runs on.
        steps = []
        green_thread = eventlet.spawn(wants)
        ways(holds_in_thread)[way]()
        green_thread.wait()
        assert steps == ["thread has it", "bystander", "thread lets go", "main thread has it"], steps

        # And with a coroutine that blocks on it.
        steps = []
        task = loop.create_task(blocking_wants())
        ways(holds_in_thread)[way]()
        aiohub.wait(task)
        assert steps == ["thread has it", "bystander", "thread lets go", "main thread has it"], steps
finish()
"""


def test_promise_22_locks_between_pool_threads_and_green_threads(run_program):
    run_program(LOCKS)


CONDITION = """
condition = threading.Condition()
items = []

def take():
    with condition:
        while not items:
            condition.wait()
        return items.pop()

def give(item):
    with condition:
        items.append(item)
        condition.notify_all()

async def take_in_thread():
    return await asyncio.to_thread(take)

for number in range(50):
    # Green thread gives, thread takes; thread gives, green thread takes; and a coroutine takes.
    taking = loop.create_task(take_in_thread())
    eventlet.spawn(give, number)
    assert aiohub.wait(taking) == number
    taking = eventlet.spawn(take)
    executor.submit(give, number).result()
    assert taking.wait() == number
    taking = loop.create_task(aiohub.sync_to_async(take)())
    executor.submit(give, number).result()
    assert aiohub.wait(taking) == number
finish()
"""


def test_promise_22_conditions(run_program):
    run_program(CONDITION)


EVENT_AND_QUEUE = """
for number in range(50):
    event = threading.Event()
    waiting = executor.submit(event.wait)
    eventlet.spawn(event.set)
    assert waiting.result() is True

    event = threading.Event()
    green_thread = eventlet.spawn(event.wait)
    executor.submit(event.set)
    assert green_thread.wait() is True

    for queue_type in (queue.Queue, queue.SimpleQueue, queue.LifoQueue):
        items = queue_type()
        waiting = executor.submit(items.get)
        eventlet.spawn(items.put, number)
        assert waiting.result() == number
        green_thread = eventlet.spawn(items.get)
        executor.submit(items.put, number)
        assert green_thread.wait() == number
finish()
"""


def test_promise_22_events_and_queues(run_program):
    run_program(EVENT_AND_QUEUE)


WITH_TIMEOUT = """
lock = threading.Lock()
lock.acquire()
assert executor.submit(lock.acquire, timeout=0.01).result() is False
assert executor.submit(lock.acquire, False).result() is False
assert eventlet.spawn(lock.acquire, timeout=0.01).wait() is False
lock.release()
assert executor.submit(lock.acquire, timeout=30).result() is True
assert eventlet.spawn(lock.acquire, timeout=0.01).wait() is False
lock.release()
event = threading.Event()
assert executor.submit(event.wait, 0.01).result() is False
never = executor.submit(event.wait)
try:
    never.result(timeout=0.01)
except concurrent.futures.TimeoutError:
    event.set()
assert never.result() is True
finish()
"""


def test_promise_22_acquire_with_a_timeout(run_program):
    run_program(WITH_TIMEOUT)


CONTENTION = """
ROUNDS = 100

def body():
    for _ in range(ROUNDS):
        with lock:
            state["inside"] += 1
            time.sleep(0)
            assert state["inside"] == 1
            state["inside"] -= 1
            state["count"] += 1

async def blocking():
    body()

for kind in (threading.Lock, threading.RLock):
    lock = kind()
    state = {"inside": 0, "count": 0}
    jobs = [executor.submit(body) for _ in range(4)]
    green_threads = [eventlet.spawn(body) for _ in range(4)]
    tasks = [loop.create_task(blocking()) for _ in range(4)]
    for green_thread in green_threads:
        green_thread.wait()
    for task in tasks:
        aiohub.wait(task)
    for job in jobs:
        job.result()
    assert state == {"inside": 0, "count": 12 * ROUNDS}, state
finish()
"""


def test_promise_22_many_contend_for_one_lock(run_program):
    run_program(CONTENTION)


LOGGING = """
stream = open(os.devnull, "w")
records = []

class Handler(logging.StreamHandler):
    def emit(self, record):
        records.append(record.getMessage())

handler = Handler(stream)
logger = logging.getLogger("test")
logger.propagate = False
logger.addHandler(handler)
steps = []

def holder():
    handler.acquire()
    try:
        held.send()
        while "thread logs" not in steps:
            eventlet.sleep(0.001)
        eventlet.sleep(0.02)
        assert records == []
    finally:
        handler.release()

def logs(text):
    steps.append("thread logs")
    logger.warning(text)

held = Event()
green_thread = eventlet.spawn(holder)
held.wait()
job = executor.submit(logs, "from a thread")
green_thread.wait()
job.result()
assert records == ["from a thread"]

# A coroutine logs while a green thread holds the handler.
steps.clear()
records.clear()

async def logs_in_coroutine():
    logs("from a coroutine")

held = Event()
green_thread = eventlet.spawn(holder)
held.wait()
aiohub.wait(logs_in_coroutine())
green_thread.wait()
assert records == ["from a coroutine"]

# A thread holds the handler, a green thread logs, the others run on.
steps.clear()
records.clear()

def holds_in_thread():
    handler.acquire()
    try:
        steps.append("held")
        while "bystander" not in steps:
            time.sleep(0.001)
    finally:
        handler.release()

job = executor.submit(holds_in_thread)
while not steps:
    eventlet.sleep(0.001)
green_thread = eventlet.spawn(logger.warning, "from a green thread")
eventlet.sleep(0.01)
assert records == []
steps.append("bystander")
green_thread.wait()
job.result()
assert records == ["from a green thread"]

# All log at once.
records.clear()
jobs = [executor.submit(lambda: [logger.warning("x") for _ in range(100)]) for _ in range(4)]

def logs_often():
    for _ in range(100):
        logger.warning("x")
        eventlet.sleep(0)

green_threads = [eventlet.spawn(logs_often) for _ in range(4)]
for green_thread in green_threads:
    green_thread.wait()
for job in jobs:
    job.result()
assert records == ["x"] * 800
finish()
"""


def test_promise_22_logging_from_pool_threads(run_program):
    run_program(LOGGING)


SHUTDOWN = """
# Shutting a pool down waits for its jobs; a green thread that does so does not hold up the others.
flag = []

def job():
    while not flag:
        time.sleep(0.001)
    return "result"

pool = concurrent.futures.ThreadPoolExecutor(2)
jobs = [pool.submit(job) for _ in range(4)]
shutting_down = eventlet.spawn(pool.shutdown)
eventlet.sleep(0.01)
assert not shutting_down.dead
flag.append(True)
shutting_down.wait()
assert [job.result() for job in jobs] == ["result"] * 4

with concurrent.futures.ThreadPoolExecutor(2) as pool:
    assert list(pool.map(lambda number: number * 2, range(20))) == list(range(0, 40, 2))

async def main():
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, lambda: "result")

assert aiohub.wait(main()) == "result"
finish()
"""


def test_promise_22_shutdown_of_a_pool(run_program):
    run_program(SHUTDOWN)


CALLBACKS = """
# A future's callbacks and cancel() work from both kinds of threads.
seen = []
future = executor.submit(lambda: "result")
future.add_done_callback(lambda future: seen.append(future.result()))
assert future.result() == "result"
while not seen:
    eventlet.sleep(0.001)
assert seen == ["result"]

gate = threading.Event()
pool = concurrent.futures.ThreadPoolExecutor(1)
running = pool.submit(gate.wait)
waiting = pool.submit(int)
assert waiting.cancel()
assert waiting.cancelled()
gate.set()
assert running.result() is True
pool.shutdown()
finish()
"""


def test_promise_22_callbacks_and_cancellation(run_program):
    run_program(CALLBACKS)


END = """
# As without monkey patching, the program ends when the jobs of its pools have ended, also those of the loop's own pool.
def job(name):
    said.wait()
    time.sleep(0.05)
    with lock:
        print(name, flush=True)

said = real_threading.Event()

lock = threading.Lock()
pool = concurrent.futures.ThreadPoolExecutor(2)
late = pool.submit(job, "late job")
later = loop.run_in_executor(None, job, "late job")
eventlet.sleep(0)
print("program", flush=True)
said.set()
"""


def test_promise_22_jobs_end_before_the_program(run_script):
    result = run_script(HEAD + END, timeout=45)
    assert result.stdout == "program\nlate job\nlate job\n"
    assert result.stderr == ""
    assert result.returncode == 0
