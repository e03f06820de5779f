"""Promise 5: a blocking call straight inside `async def` works: that coroutine waits, the loop runs on."""

import asyncio
import gc
import os
import sys
import weakref

import eventlet
import pytest
from _border_blockers import BLOCKERS, GREEN_MODULES, EventWait, QueueGet, SemaphoreWith, Sleep, SocketRecv, Tpool
from _border_callers import CALLERS, five_functions_below, own_frame
from eventlet import event, queue, semaphore

import aiohub

parametrize = pytest.mark.parametrize
ALL_WAYS = parametrize("blocker_class", BLOCKERS, ids=lambda cls: cls.__name__)
SOME_WAYS = parametrize(
    "blocker_class", [Sleep, EventWait, QueueGet, SemaphoreWith, SocketRecv, Tpool], ids=lambda cls: cls.__name__
)
ALL_CALLERS = parametrize("caller", CALLERS, ids=lambda caller: caller.__name__)


@pytest.fixture
def blocker(blocker_class):
    scene = blocker_class()
    yield scene
    scene.close()


async def turns(count=20):
    for _ in range(count):
        await asyncio.sleep(0)


async def block_while_another_task_runs(blocker, caller):
    """Block in one task, end it from another one; nobody else could."""
    steps = []

    async def blocking():
        steps.append("blocks")
        result = await caller(blocker.block)
        steps.append("goes on")
        return result

    task = asyncio.ensure_future(blocking())
    await turns()
    steps.append("another task")
    assert not task.done()
    blocker.release()
    assert await task == blocker.result
    assert steps == ["blocks", "another task", "goes on"]


@ALL_WAYS
@parametrize("caller", [own_frame, five_functions_below], ids=lambda caller: caller.__name__)
def test_promise_05_every_blocking_call(blocker, caller):
    aiohub.wait(block_while_another_task_runs(blocker, caller))


@ALL_CALLERS
@SOME_WAYS
def test_promise_05_at_any_depth_below_the_coroutine(blocker, caller):
    aiohub.wait(block_while_another_task_runs(blocker, caller))


@ALL_WAYS
def test_promise_05_in_the_coroutine_a_green_thread_waits_for(blocker):
    """The coroutine's first step is made for `aiohub.wait`; a green thread ends the wait."""

    async def blocking():
        return blocker.block()

    def release():
        for _ in range(20):
            eventlet.sleep(0)
        blocker.release()

    eventlet.spawn(release)
    assert aiohub.wait(blocking()) == blocker.result


@ALL_WAYS
def test_promise_05_cancelling_a_blocked_task(blocker):
    async def main():
        steps = []

        async def blocking():
            try:
                blocker.block()
            except BaseException as error:
                steps.append(type(error))
                raise
            finally:
                await asyncio.sleep(0)
                steps.append("cleanup")

        task = asyncio.ensure_future(blocking())
        await turns()
        assert not task.done()
        assert task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()
        assert steps == [asyncio.CancelledError, "cleanup"]
        # What it was blocked in is whole: somebody else can block there and be released.
        await block_while_another_task_runs(blocker, own_frame)

    aiohub.wait(main())


@SOME_WAYS
def test_promise_05_a_blocked_task_may_refuse_to_be_cancelled(blocker):
    async def main():
        async def blocking():
            try:
                blocker.block()
            except asyncio.CancelledError as error:
                return await asyncio.sleep(0, (error.args, blocker.block()))

        task = asyncio.ensure_future(blocking())
        await turns()
        task.cancel("because")
        await turns()
        assert not task.done()
        blocker.release()
        assert await task == (("because",), blocker.result)
        assert not task.cancelled()

    aiohub.wait(main())


@SOME_WAYS
def test_promise_05_cancelled_before_the_blocking_call(blocker):
    """The cancellation of a task that has not begun never lets the coroutine begin."""

    async def main():
        async def blocking():
            steps.append("began")
            blocker.block()

        steps = []
        task = asyncio.ensure_future(blocking())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert steps == []

    aiohub.wait(main())


def test_promise_05_cancelled_by_itself_before_blocking():
    """As with `await`: who cancels itself and then blocks is cancelled in that call, or at the await after it; never
    lost.
    """

    async def main():
        released = event.Event()

        async def blocking():
            asyncio.current_task().cancel()
            released.wait()
            await asyncio.sleep(0)

        task = asyncio.ensure_future(blocking())
        await turns()
        if not task.done():
            released.send()
        with pytest.raises(asyncio.CancelledError):
            await task

    aiohub.wait(main())


def test_promise_05_cancelled_and_woken_in_the_same_turn():
    """Either the cancellation or the result comes first, and neither leaves the task half way."""

    async def main():
        for cancel_first in (True, False):
            wake = event.Event()

            async def blocking(wake=wake):
                wake.wait()
                return await asyncio.sleep(0, "woken")

            task = asyncio.ensure_future(blocking())
            await turns()
            if cancel_first:
                task.cancel()
                wake.send()
            else:
                wake.send()
                task.cancel()
            # asyncio.Task promises that a cancel() that returned True is seen by the coroutine.
            with pytest.raises(asyncio.CancelledError):
                await task

    aiohub.wait(main())


@SOME_WAYS
def test_promise_05_wait_for_ends_a_blocked_coroutine(blocker):
    async def main():
        steps = []

        async def blocking():
            try:
                blocker.block()
            finally:
                steps.append("cleanup")

        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(blocking(), 0.001)
        assert steps == ["cleanup"]
        await block_while_another_task_runs(blocker, own_frame)

    aiohub.wait(main())


@ALL_CALLERS
def test_promise_05_an_exception_of_the_blocking_call_comes_through(caller):
    async def main():
        trouble = ValueError("trouble")
        failing = event.Event()
        eventlet.spawn(failing.send_exception, trouble)
        with pytest.raises(ValueError) as caught:
            await caller(failing.wait)
        assert caught.value is trouble
        return "went on"

    assert aiohub.wait(main()) == "went on"


class CustomBase(BaseException):
    pass


@parametrize("error", [ValueError("x"), CustomBase("x"), LookupError(), eventlet.Timeout()], ids=repr)
def test_promise_05_an_exception_nobody_catches_ends_the_task(error):
    async def main():
        failing = event.Event()

        async def blocking():
            failing.wait()

        task = asyncio.ensure_future(blocking())
        await turns()
        failing.send_exception(error)
        with pytest.raises(type(error)) as caught:
            await task
        assert caught.value is error
        assert task.exception() is error

    aiohub.wait(main())


def test_promise_05_the_exception_being_handled_is_each_tasks_own():
    async def main():
        async def handling(error):
            wake = event.Event()
            wakes.append(wake)
            try:
                raise error
            except type(error):
                wake.wait()
                assert sys.exc_info()[1] is error
                await asyncio.sleep(0)
                assert sys.exc_info()[1] is error
                with pytest.raises(RuntimeError) as caught:
                    raise RuntimeError
                assert caught.value.__context__ is error
            assert sys.exc_info() == (None, None, None)

        wakes = []
        tasks = [asyncio.ensure_future(handling(error)) for error in (KeyError(), IndexError(), OSError())]
        await turns()
        assert sys.exc_info() == (None, None, None)
        for wake in reversed(wakes):
            wake.send()
        await asyncio.gather(*tasks)

    aiohub.wait(main())


@SOME_WAYS
def test_promise_05_gather_of_a_hundred_blocking_coroutines(blocker_class):
    scenes = [blocker_class() for _ in range(20 if blocker_class is Tpool else 100)]
    if blocker_class is Tpool:  # its pool of OS threads is 20 wide
        assert eventlet.tpool._nthreads >= len(scenes)

    async def main():
        blocked = []

        async def blocking(number, scene):
            blocked.append(number)
            result = scene.block()
            blocked.remove(number)
            return number, result

        async def release_all():
            while len(blocked) < len(scenes):
                await asyncio.sleep(0)
            for scene in reversed(scenes):
                assert len(blocked) > 0
                scene.release()

        results = await asyncio.gather(*(blocking(*pair) for pair in enumerate(scenes)), release_all())
        assert results == [*((number, blocker_class.result) for number in range(len(scenes))), None]

    try:
        aiohub.wait(main())
    finally:
        for scene in scenes:
            scene.close()


def test_promise_05_blocking_and_awaiting_in_turn():
    """Two tasks hand a ball over eventlet queues in one direction and asyncio queues in the other, a thousand times."""

    async def main():
        there, back = queue.Queue(), asyncio.Queue()

        async def far():
            for _ in range(1000):
                await back.put(there.get() + 1)

        async def near():
            ball = 0
            for _ in range(1000):
                there.put(ball)
                ball = await back.get()
            return ball

        _, ball = await asyncio.gather(far(), near())
        return ball

    assert aiohub.wait(main()) == 1000


def test_promise_05_order_of_waiters_is_kept():
    """Tasks and green threads that wait for one semaphore get it in the order they came."""

    async def main():
        tokens, served = semaphore.Semaphore(0), []

        def acquire(name):
            tokens.acquire()
            served.append(name)

        async def task(name):
            acquire(name)

        waiters, names = [], []
        for number in range(5):
            for kind in ("task", "green"):
                names.append(f"{kind} {number}")
                start = asyncio.ensure_future(task(names[-1])) if kind == "task" else eventlet.spawn(acquire, names[-1])
                waiters.append(start)
                await turns()
        for count in range(10):
            assert served == names[:count]
            tokens.release()
            await turns()
        for waiter in waiters:
            await waiter
        assert served == names

    aiohub.wait(main())


def test_promise_05_sleep_wakes_by_time():
    """The shorter sleep ends first although it began later, between tasks, green threads and coroutines that await."""

    async def main():
        order = []

        async def blocking(seconds):
            eventlet.sleep(seconds)
            order.append(seconds)

        def green(seconds):
            eventlet.sleep(seconds)
            order.append(seconds)

        never = asyncio.ensure_future(blocking(10_000))
        await turns(2)
        first = asyncio.ensure_future(blocking(0.01))
        await first
        await asyncio.ensure_future(blocking(0))
        await eventlet.spawn(green, 0.001)
        assert order == [0.01, 0, 0.001]
        never.cancel()
        await asyncio.wait([never])

    aiohub.wait(main())


def test_promise_05_sleep_zero_lets_every_other_task_and_green_thread_run():
    async def main():
        steps = []

        async def other():
            steps.append("task")

        eventlet.spawn(steps.append, "green thread")
        asyncio.ensure_future(other())
        asyncio.get_running_loop().call_soon(steps.append, "callback")
        eventlet.sleep(0)
        eventlet.sleep(0)
        assert sorted(steps) == ["callback", "green thread", "task"]

    aiohub.wait(main())


def test_promise_05_a_rlock_belongs_to_one_task():
    """Every task looks alike to a lock that goes by OS thread or by the hub's greenlet; it must not get in twice."""

    async def main():
        lock, inside, log = GREEN_MODULES.threading.RLock(), [], []

        async def worker(number):
            with lock:
                assert inside == []
                inside.append(number)
                with lock:
                    await turns(3)
                    eventlet.sleep(0)
                assert inside.pop() == number
                log.append(number)

        await asyncio.gather(*(worker(number) for number in range(10)))
        assert log == list(range(10))

    aiohub.wait(main())


def test_promise_05_a_lock_between_a_task_and_a_green_thread():
    async def main():
        lock, log = GREEN_MODULES.threading.Lock(), []

        def green():
            with lock:
                log.append("green in")
                eventlet.sleep(0)
                log.append("green out")

        async def worker():
            with lock:
                log.append("task in")
                await turns()  # held across an await: the others wait, the loop does not
                log.append("task out")

        everyone = [
            asyncio.ensure_future(worker()),
            eventlet.spawn(green),
            asyncio.ensure_future(worker()),
            eventlet.spawn(green),
        ]
        for one in everyone:
            await one
        assert len(log) == 8
        for entered, left in zip(log[::2], log[1::2]):
            assert (entered, left) in {("green in", "green out"), ("task in", "task out")}

    aiohub.wait(main())


def test_promise_05_a_condition_between_tasks_and_green_threads():
    async def main():
        condition, stock, taken = GREEN_MODULES.threading.Condition(), [], []

        def take():
            with condition:
                assert condition.wait_for(lambda: stock, timeout=30)
                taken.append(stock.pop())

        async def taker():
            take()

        takers = [asyncio.ensure_future(taker()), eventlet.spawn(take), asyncio.ensure_future(taker())]
        await turns()

        def give():
            for item in range(3):
                with condition:
                    stock.append(item)
                    condition.notify_all()
                eventlet.sleep(0)

        await eventlet.spawn(give)
        for one in takers:
            await one
        assert sorted(taken) == [0, 1, 2]

    aiohub.wait(main())


def test_promise_05_timeouts_of_blocking_calls():
    async def main():
        assert event.Event().wait(0.001) is None
        with pytest.raises(queue.Empty):
            queue.Queue().get(timeout=0.001)
        with pytest.raises(queue.Full):
            full = queue.Queue(1)
            full.put(1)
            full.put(2, timeout=0.001)
        assert semaphore.Semaphore(0).acquire(timeout=0.001) is False
        held = GREEN_MODULES.threading.Lock()
        held.acquire()
        assert held.acquire(timeout=0.001) is False
        assert GREEN_MODULES.threading.Event().wait(0.001) is False
        near, far = GREEN_MODULES.socket.socketpair()
        with near, far:
            near.settimeout(0.001)
            with pytest.raises(TimeoutError if sys.version_info >= (3, 10) else OSError):
                near.recv(1)
            assert GREEN_MODULES.select.select([near], [], [], 0.001) == ([], [], [])
        with pytest.raises(eventlet.Timeout):
            with eventlet.Timeout(0.001):
                event.Event().wait()
        return "done"

    assert aiohub.wait(main()) == "done"


def test_promise_05_a_connection_made_and_served_inside_coroutines():
    socket = GREEN_MODULES.socket

    async def main():
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        async def serve(connection):
            with connection:
                while data := connection.recv(100):
                    connection.sendall(data.upper())

        async def server():
            await asyncio.gather(*[asyncio.ensure_future(serve(listener.accept()[0])) for _ in range(5)])

        async def client(text):
            with socket.create_connection(listener.getsockname()) as connection:
                connection.sendall(text)
                return connection.recv(100)

        with listener:
            serving = asyncio.ensure_future(server())
            answers = await asyncio.gather(*(client(b"text %d" % number) for number in range(5)))
            await serving
        return answers

    assert aiohub.wait(main()) == [b"TEXT %d" % number for number in range(5)]


def test_promise_05_names_are_looked_up_inside_a_coroutine():
    async def main():
        return GREEN_MODULES.socket.getaddrinfo("localhost", 80, type=GREEN_MODULES.socket.SOCK_STREAM)

    assert {entry[4][0] for entry in aiohub.wait(main())} & {"127.0.0.1", "::1"}


def test_promise_05_a_child_process_run_inside_a_coroutine():
    """The child reads what another callback of the loop writes: both depend on the loop."""

    async def main():
        read_end, write_end = os.pipe()
        with open(read_end, "rb") as child_reads, open(write_end, "wb", buffering=0) as we_write:
            asyncio.get_running_loop().call_later(0.01, we_write.write, b"a line\n")
            command = ["sh", "-c", "read line; echo got $line"]
            child = GREEN_MODULES.subprocess.Popen(command, stdin=child_reads, stdout=GREEN_MODULES.subprocess.PIPE)
            return child.communicate()[0]

    assert aiohub.wait(main()) == b"got a line\n"


def test_promise_05_async_generators_that_block():
    async def main():
        items = queue.Queue()
        steps = []

        async def generate():
            try:
                while (item := items.get()) is not None:
                    yield item
                    await asyncio.sleep(0)
            finally:
                items.get()
                steps.append("closed")

        async def feed():
            for item in ("a", "b", None, "for finally"):
                await turns()
                items.put(item)

        feeding = asyncio.ensure_future(feed())
        assert [item async for item in generate()] == ["a", "b"]
        await feeding
        generator = generate()
        items.put("c")
        assert await generator.__anext__() == "c"
        feeding = asyncio.ensure_future(feed())
        await generator.aclose()
        assert steps == ["closed", "closed"]
        await feeding

    aiohub.wait(main())


def test_promise_05_context_managers_that_block_on_both_ends():
    class Manager:
        def __init__(self):
            self.enter, self.leave = event.Event(), event.Event()

        async def __aenter__(self):
            self.enter.wait()
            return "in"

        async def __aexit__(self, *error):
            self.leave.wait()
            steps.append(error[0])
            return True

    steps = []

    async def main():
        manager = Manager()

        async def user():
            async with manager as value:
                steps.append(value)
                raise KeyError

        task = asyncio.ensure_future(user())
        await turns()
        assert steps == []
        manager.enter.send()
        await turns()
        assert steps == ["in"]
        manager.leave.send()
        await task
        assert steps == ["in", KeyError]

    aiohub.wait(main())


def test_promise_05_a_blocking_call_in_the_cleanup_of_a_cancelled_task():
    async def main():
        cleanup = event.Event()

        async def blocking():
            try:
                await asyncio.Event().wait()
            finally:
                assert cleanup.wait() == "clean"
                steps.append("clean")

        steps = []
        task = asyncio.ensure_future(blocking())
        await turns()
        task.cancel()
        await turns()
        assert not task.done()
        cleanup.send("clean")
        with pytest.raises(asyncio.CancelledError):
            await task
        assert steps == ["clean"]

    aiohub.wait(main())


def test_promise_05_two_cancellations_of_one_blocked_task():
    async def main():
        async def blocking():
            for _ in range(2):
                try:
                    event.Event().wait()
                except asyncio.CancelledError:
                    seen.append("cancelled")
            return "finished"

        seen = []
        task = asyncio.ensure_future(blocking())
        for count in range(2):
            await turns()
            assert len(seen) == count
            task.cancel()
        assert await task == "finished"
        assert seen == ["cancelled", "cancelled"]

    aiohub.wait(main())


def test_promise_05_a_task_that_ends_in_a_blocking_call():
    """Nothing is awaited after the blocking call: its end is the task's end, and callbacks and waiters hear of it."""

    async def main():
        async def blocking():
            eventlet.sleep(0)

        ended = []
        task = asyncio.ensure_future(blocking())
        task.add_done_callback(ended.append)
        await asyncio.wait([task])
        await turns()
        assert ended == [task]

    aiohub.wait(main())


def test_promise_05_nothing_is_left_of_a_task_that_blocked():
    async def main():
        async def blocking():
            wake.wait()
            await asyncio.sleep(0)
            wake.wait()

        wake = event.Event()
        task = asyncio.ensure_future(blocking())
        await turns()
        wake.send()
        await task
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return weakref.ref(task)

    reference = aiohub.wait(main())
    gc.collect()
    assert reference() is None


def test_promise_05_a_spawned_green_thread_outlives_the_blocked_task():
    async def main():
        go = event.Event()

        async def spawner():
            return [eventlet.spawn(lambda: go.wait() and "result")]

        (green_thread,) = await asyncio.ensure_future(spawner())
        go.send(True)
        return await green_thread

    assert aiohub.wait(main()) == "result"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_promise_05_in_an_eager_task():
    async def main():
        wake = event.Event()

        async def blocking():
            steps.append("began")
            result = wake.wait()
            await asyncio.sleep(0)
            return result

        steps = []
        task = asyncio.eager_task_factory(asyncio.get_running_loop(), blocking())
        steps.append("creator went on")
        assert not task.done()
        wake.send("woken")
        assert await task == "woken"
        assert steps == ["began", "creator went on"]

    aiohub.wait(main())


def test_promise_05_with_a_task_factory_of_the_users_own():
    loop = aiohub.get_loop()
    previous = loop.get_task_factory()
    made = []

    class OwnTask(asyncio.Task):
        pass

    def factory(loop, coroutine, **options):
        made.append(OwnTask(coroutine, loop=loop, **options))
        return made[-1]

    async def main():
        wake = event.Event()

        async def blocking():
            return wake.wait()

        task = asyncio.ensure_future(blocking())
        await turns()
        assert isinstance(task, OwnTask)
        wake.send("woken")
        return await task

    loop.set_task_factory(factory)
    try:
        assert aiohub.wait(main()) == "woken"
    finally:
        loop.set_task_factory(previous)
    assert made


@parametrize("blocks_first", [True, False])
def test_promise_05_in_a_task_made_without_the_loop(blocks_first):
    """Libraries call the class itself: `asyncio.Task(coroutine, loop=loop)`."""

    async def main():
        wake = event.Event()

        async def blocking():
            if not blocks_first:
                await asyncio.sleep(0)
            return wake.wait()

        task = asyncio.Task(blocking(), loop=asyncio.get_running_loop())
        assert isinstance(task, asyncio.Task)
        await turns()
        assert not task.done()
        wake.send("woken")
        return await task

    assert aiohub.wait(main()) == "woken"
