"""aiohub.debug.format_stack and statistics."""

import dataclasses
import textwrap

import pytest

HEAD = """
import os, sys
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch="--patch" in sys.argv)
import asyncio, socket
import eventlet
import greenlet
from eventlet.event import Event
from eventlet.hubs import get_hub, trampoline

loop = aiohub.get_loop()
format_stack = aiohub.debug.format_stack

def show(text):
    # Its headers without addresses, and below each the functions whose frames follow, but for the machinery's.
    for line in text.splitlines():
        if not line.startswith(" "):
            print(line.split(" at 0x")[0] + ("" if line.endswith(":") else line.partition(">")[2]))
        elif line.startswith(f'  File "{__file__}"'):
            print("  " + line.rpartition(" in ")[2])

def settle():
    for _ in range(10):
        eventlet.sleep(0)
"""


@pytest.fixture
def shown(run_script):
    """Runs HEAD and the given code; what it has printed."""

    def run(body, *args):
        result = run_script(HEAD + textwrap.dedent(body), *args)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return run


def expected(text):
    return textwrap.dedent(text).lstrip("\n")


def test_a_waiting_green_thread_without_callers(shown):
    out = shown("""
        def outer():
            inner()
        def inner():
            Event().wait()
        green = eventlet.spawn(outer)
        settle()
        show(format_stack(green))
    """)
    assert out == expected("""
        green thread <GreenThread outer
          outer
          inner
    """)


def test_the_text_is_that_of_traceback_format_list(shown):
    out = shown("""
        def waits():
            Event().wait()
        green = eventlet.spawn(waits)
        settle()
        text = format_stack(green)
        header, *lines = text.splitlines(keepends=True)
        assert header == f"green thread <GreenThread waits at {id(green):#x}>:\\n", header
        import traceback
        assert "".join(lines) == "".join(traceback.format_stack(green.gr_frame)), text
        print("same")
    """)
    assert out == "same\n"


def test_callers_across_the_border_outermost_first(shown):
    out = shown("""
        def bottom():
            Event().wait()
        async def inner():
            await green
        async def middle():
            await inner()
        def top():
            aiohub.wait(task)
        green = eventlet.spawn(bottom)
        task = loop.create_task(middle(), name="job")
        eventlet.spawn(top)
        settle()
        show(format_stack(green))
        print("--")
        show(format_stack(task))
    """)
    assert out == expected("""
        green thread <GreenThread top
          top
        task <job middle
          middle
          inner
        green thread <GreenThread bottom
          bottom
        --
        green thread <GreenThread top
          top
        task <job middle
          middle
          inner
    """)


def test_four_borders_down_from_the_main_green_thread(shown):
    out = shown("""
        def level_4():
            # While all of them wait, and this one runs.
            show(format_stack(greenlet.getcurrent()))
        async def level_3():
            await eventlet.spawn(level_4)
        def level_2():
            aiohub.wait(loop.create_task(level_3(), name="three"))
        async def level_1():
            await aiohub.sync_to_async(level_2)()
        def main():
            aiohub.wait(loop.create_task(level_1(), name="one"))
        main()
    """)
    assert out == expected("""
        green thread <main
          <module>
          main
        task <one level_1
          level_1
        green thread <GreenThread level_2
          level_2
        task <three level_3
          level_3
        green thread <GreenThread level_4
          level_4
    """)


@pytest.mark.parametrize(
    "expression",
    [
        "asyncio.gather(task, asyncio.sleep(0))",
        "asyncio.gather(asyncio.gather(task))",
        "asyncio.shield(task)",
        "asyncio.wait([task])",
        "asyncio.wait_for(task, None)",
        "asyncio.wait_for(task, 1000)",
        "asyncio.wait_for(asyncio.shield(task), 1000)",
        "group(task)",
        "task",
    ],
)
def test_asyncio_s_ways_to_wait_for_a_task(shown, expression):
    out = shown(
        """
        async def group(task):
            # A task group waits for tasks of its own.
            async def member():
                await task
            if hasattr(asyncio, "TaskGroup"):
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(member())
            else:
                await task
        async def work():
            await loop.create_future()
        async def waits():
            await eval(sys.argv[1])
        task = loop.create_task(work(), name="worker")
        waiter = loop.create_task(waits(), name="waiter")
        settle()
        text = format_stack(task)
        assert text.startswith("task <waiter waits at "), text
        assert "in waits\\n" in text, text
        assert "task <worker work at " in text, text
        assert "in work" in text.rpartition("task <worker")[2], text
        print("found")
        """,
        expression,
    )
    assert out == "found\n"


def test_a_coroutine_and_who_awaits_it(shown):
    out = shown("""
        async def inner():
            await loop.create_future()
        async def outer():
            await coroutine
        coroutine = inner()
        task = loop.create_task(outer(), name="job")
        def green():
            aiohub.wait(task)
        eventlet.spawn(green)
        settle()
        show(format_stack(coroutine))
    """)
    assert out == expected("""
        green thread <GreenThread green
          green
        task <job outer
          outer
          inner
    """)


def test_a_coroutine_outside_any_task(shown):
    out = shown("""
        class Once:
            def __await__(self):
                yield
        async def inner():
            await Once()
        async def outer():
            await inner()
        coroutine = outer()
        coroutine.send(None)
        show(format_stack(coroutine))
    """)
    assert out == expected("""
        coroutine <outer
          outer
          inner
          __await__
    """)


def test_an_async_generator_on_the_way(shown):
    out = shown("""
        async def numbers():
            await loop.create_future()
            yield 1
        async def outer():
            async for number in numbers():
                pass
        task = loop.create_task(outer(), name="job")
        settle()
        show(format_stack(task))
    """)
    assert out == expected("""
        task <job outer
          outer
          numbers
    """)


def test_a_coroutine_that_waits_in_a_blocking_call(shown):
    out = shown("""
        async def outer():
            await inner()
        async def inner():
            plain()
        def plain():
            Event().wait()
        coroutine = outer()
        task = loop.create_task(coroutine, name="job")
        settle()
        show(format_stack(task))
        print("--")
        show(format_stack(coroutine))
    """)
    text = expected("""
        task <job outer
          outer
          inner
          plain
    """)
    assert out == text + "--\n" + text


def test_a_greenlet_of_a_task_is_the_task(shown):
    out = shown("""
        async def outer():
            green = greenlet.getcurrent()
            eventlet.sleep(0)
            show(format_stack(green))
        aiohub.wait(loop.create_task(outer(), name="job"))
    """)
    assert out == expected("""
        green thread <main
          <module>
        task <job outer
          outer
    """)


def test_the_one_that_asks(shown):
    out = shown("""
        def green():
            show(format_stack(greenlet.getcurrent()))
        eventlet.spawn(green).wait()
        print("--")
        async def coroutine():
            await asyncio.sleep(0)
            nested()
        def nested():
            show(format_stack(asyncio.current_task()))
        aiohub.wait(loop.create_task(coroutine(), name="job"))
        print("--")
        show(format_stack(greenlet.getcurrent()))
    """)
    assert out == expected("""
        green thread <main
          <module>
        green thread <GreenThread green
          green
        --
        green thread <main
          <module>
        task <job coroutine
          coroutine
          nested
        --
        green thread <main
          <module>
    """)


def test_a_raw_greenlet_and_spawn_n(shown):
    out = shown("""
        def waits():
            Event().wait()
        green = eventlet.spawn_n(waits)
        settle()
        show(format_stack(green))
        def plain():
            here.switch()
        here = greenlet.getcurrent()
        other = greenlet.greenlet(plain)
        other.switch()
        show(format_stack(other))
    """)
    assert out == expected("""
        green thread <greenlet waits
          waits
        green thread <greenlet plain
          plain
    """)


def test_a_caller_that_waits_on_an_event_of_a_done_callback(shown):
    # How eventlet.asyncio and much user code wait for a future in a green thread.
    out = shown("""
        async def work():
            await loop.create_future()
        def green(callback):
            done = Event()
            task.add_done_callback(callback(done))
            done.wait()
        task = loop.create_task(work(), name="job")
        eventlet.spawn(green, lambda done: done.send)
        settle()
        show(format_stack(task))
        task = loop.create_task(work(), name="job")
        eventlet.spawn(green, lambda done: lambda _: done.send(True))
        settle()
        show(format_stack(task))
    """)
    text = expected("""
        green thread <GreenThread green
          green
        task <job work
          work
    """)
    assert out == text * 2


def test_spawn_for_awaitable_and_future_to_greenlet(shown):
    out = shown("""
        import eventlet.asyncio
        async def work():
            await loop.create_future()
        def top(make):
            make(task).wait()
        for make in (eventlet.asyncio.spawn_for_awaitable, aiohub.future_to_greenlet):
            task = loop.create_task(work(), name="job")
            eventlet.spawn(top, make)
            settle()
            text = format_stack(task)
            assert text.startswith("green thread <GreenThread top at"), text
            assert "in top\\n" in text and "task <job work at" in text, text
            assert text.count("green thread <") == 2, text
        print("found")
    """)
    assert out == "found\n"


def test_several_callers(shown):
    out = shown("""
        def bottom():
            Event().wait()
        green = eventlet.spawn(bottom)
        def top():
            green.wait()
        async def other():
            await green
        eventlet.spawn(top)
        loop.create_task(other(), name="other")
        settle()
        header = [line for line in format_stack(green).splitlines() if "bottom at" in line][0]
        print(header.partition("> ")[2])
    """)
    assert out == "(1 more wait for it):\n"


def test_a_circle(shown):
    out = shown("""
        async def coroutine():
            await green
        def waits():
            aiohub.wait(task)
        green = eventlet.spawn(waits)
        task = loop.create_task(coroutine(), name="job")
        settle()
        lines = [line for line in format_stack(green).splitlines() if not line.startswith(" ")]
        assert len(lines) == 3, lines
        assert lines[0].startswith("green thread <GreenThread waits at") and lines[0].endswith("a cycle"), lines
        assert lines[1].startswith("task <job") and lines[2].startswith("green thread <GreenThread waits"), lines
        print("found")
    """)
    assert out == "found\n"


def test_not_started(shown):
    out = shown("""
        async def coroutine():
            pass
        green = eventlet.spawn(int)
        task = loop.create_task(coroutine(), name="job")
        show(format_stack(green))
        show(format_stack(task))
        unused = coroutine()
        show(format_stack(unused))
        unused.close()
    """)
    assert out == expected("""
        green thread <GreenThread: not started
        task <job coroutine: not started
        coroutine <coroutine: not started
    """)


def test_the_dead(shown):
    out = shown("""
        async def coroutine():
            pass
        green = eventlet.spawn(int)
        task = loop.create_task(coroutine(), name="job")
        unused = coroutine()
        unused.close()
        killed = eventlet.spawn(eventlet.sleep, 1000)
        settle()
        killed.kill()
        for obj in (green, task, unused, killed):
            text = format_stack(obj)
            assert text.endswith(" has ended\\n") and text.count("\\n") == 1, text
            print(text.split(" at ")[0])
    """)
    assert out == expected("""
        green thread <GreenThread
        task <job coroutine
        coroutine <coroutine
        green thread <GreenThread
    """)


@pytest.mark.parametrize("wrong", [None, 1, "text", object(), lambda: None])
def test_anything_else_is_refused(wrong):
    from aiohub import debug

    with pytest.raises(TypeError, match="format_stack"):
        debug.format_stack(wrong)


def test_statistics(shown):
    out = shown("""
        eventlet.sleep(0)
        aiohub.wait(asyncio.sleep(0))
        def changes():
            after = aiohub.debug.statistics(count_green_threads=True)
            names = {name: (getattr(before, name), getattr(after, name)) for name in vars(after)}
            return {name: new for name, (old, new) in names.items() if old != new}
        before = aiohub.debug.statistics(count_green_threads=True)
        assert before.green_threads == 1 and before.hubs == 1 and before.forks == 0 and before.running, before
        assert before.hub == "aiohub.hub.Hub", before.hub
        ours, theirs = socket.socketpair()
        reader = eventlet.spawn(trampoline, ours.fileno(), read=True)
        eventlet.sleep(0)
        print(changes())
        eventlet.debug.hub_prevent_multiple_readers(False)
        second = eventlet.spawn(trampoline, ours.fileno(), read=True)
        eventlet.sleep(0)
        print(changes())
        reader.kill()
        second.kill()
        print(changes())
        async def waits():
            await loop.create_future()
        async def blocks():
            Event().wait()
        tasks = [loop.create_task(waits()), loop.create_task(blocks())]
        settle()
        print(changes())
        for task in tasks:
            task.cancel()
        settle()
        print(changes())
        timers = [get_hub().schedule_call_global(1000 + number, print) for number in range(3)]
        print(changes())
        timers[1].cancel()
        print(changes())
        timers[0].cancel()
        timers[2].cancel()
        eventlet.sleep(0)
        aiohub.debug.detect_blocking(2.5)
        aiohub.debug.detect_deadlock()
        changed = changes()
        changed.pop("timers_cancelled", None)
        print(changed)
        aiohub.debug.detect_blocking(None)
        aiohub.debug.detect_deadlock(False)
        changed = changes()
        changed.pop("timers_cancelled", None)
        print(changed)
    """)
    assert out == expected("""
        {'green_threads': 2, 'readers': 1}
        {'green_threads': 3, 'readers': 2}
        {}
        {'tasks': 2, 'tasks_blocked': 1}
        {}
        {'timers': 3}
        {'timers': 2, 'timers_cancelled': 1}
        {'blocking_limit': 2.5, 'deadlock_detection': True}
        {}
    """)


def test_statistics_count_green_threads_that_wait_to_be_started_as_timers(shown):
    out = shown("""
        def timers():
            numbers = aiohub.debug.statistics()
            return numbers.timers, numbers.timers_cancelled

        eventlet.sleep(0)
        print(timers())
        started = [eventlet.spawn(print, end="") for _ in range(3)]
        later = eventlet.spawn_after(1000, print)
        print(timers())
        get_hub().schedule_call_global(0, print, end="").cancel()
        print(timers())
        for green_thread in started:
            green_thread.wait()
        print(timers())
    """)
    assert out == expected("""
        (0, 0)
        (4, 0)
        (4, 1)
        (1, 0)
    """)


def test_statistics_of_writers(shown):
    out = shown("""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            while True:
                ours.send(bytes(65536))
        except BlockingIOError:
            pass
        eventlet.spawn(trampoline, ours.fileno(), write=True)
        eventlet.sleep(0)
        print(aiohub.debug.statistics().writers)
    """)
    assert out == "1\n"


def test_statistics_name_the_loop(shown, loop_name):
    out = shown("print(aiohub.debug.statistics().loop)")
    assert out.startswith({"asyncio": "asyncio.", "uvloop": "uvloop.", "engine": "aiohub.loop."}[loop_name])


def test_statistics_of_hubs_and_forks(shown):
    out = shown("""
        thread = eventlet.patcher.original("threading").Thread
        counts = []
        def other():
            counts.append(aiohub.debug.statistics().hubs)
        one = thread(target=other)
        one.start()
        one.join()
        print(counts, aiohub.debug.statistics().hubs)
        eventlet.sleep(0)
        pid = os.fork()
        if not pid:
            print(aiohub.debug.statistics().forks, flush=True)
            os._exit(0)
        os.waitpid(pid, 0)
        print(aiohub.debug.statistics().forks)
    """)
    assert out == "[2] 1\n1\n0\n"


def test_statistics_are_frozen_and_green_threads_are_counted_on_request(shown):
    out = shown("""
        import dataclasses
        numbers = aiohub.debug.statistics()
        assert dataclasses.is_dataclass(numbers)
        try:
            numbers.tasks = 1
        except dataclasses.FrozenInstanceError:
            print("frozen", numbers.green_threads)
    """)
    assert out == "frozen None\n"


@pytest.mark.once
def test_every_field_of_statistics_is_documented():
    import inspect

    from aiohub import debug
    from aiohub.debug import _statistics

    lines = inspect.getsource(_statistics.Statistics).splitlines()
    for field in dataclasses.fields(debug.Statistics):
        position = next(number for number, line in enumerate(lines) if line.strip().startswith(f"{field.name}:"))
        assert lines[position - 1].strip().startswith("#:"), field.name


def test_statistics_only_on_our_hub(run_script):
    result = run_script(
        """
        import eventlet.hubs
        eventlet.hubs.use_hub("epolls")
        import aiohub.debug
        try:
            aiohub.debug.statistics()
        except RuntimeError as exc:
            assert "aiohub.install()" in str(exc), exc
            print("refused")
        """
    )
    assert result.stdout == "refused\n", result.stderr
