"""What an OS thread leaves waiting at its end comes to its own end, and leaves nothing behind."""

import asyncio
import gc
import sys
import threading
import weakref

import eventlet
import greenlet
import pytest
from eventlet import patcher
from eventlet.green import socket as green_socket

import aiohub

pytestmark = [
    pytest.mark.usefixtures("leak_check"),
    pytest.mark.skipif(sys.version_info < (3, 11), reason="a Thread of Python 3.10 calls nothing at its end"),
]


class Kept:
    """Something that what waits refers to."""


def in_thread(body, module=threading):
    """Run *body* in an OS thread with a hub of its own to its end."""
    thread = module.Thread(target=body)
    thread.start()
    thread.join()


async def never(kept):
    await asyncio.get_running_loop().create_future()


async def blocked(kept):
    eventlet.event.Event().wait()


def wait_for_bytes(kept):
    ours, _theirs = green_socket.socketpair()
    ours.recv(1)


def in_a_greenlet_below(kept):
    greenlet.greenlet(eventlet.sleep).switch(3600)


KINDS = {
    "a timer": lambda kept: eventlet.spawn_after(3600, id, kept),
    "not begun": lambda kept: (eventlet.sleep(0), eventlet.spawn(id, kept)),
    "sleep": lambda kept: eventlet.spawn(lambda kept: eventlet.sleep(3600), kept),
    "spawn_n": lambda kept: eventlet.spawn_n(lambda kept: eventlet.sleep(3600), kept),
    "event": lambda kept: eventlet.spawn(lambda kept: eventlet.event.Event().wait(), kept),
    "recv": lambda kept: eventlet.spawn(wait_for_bytes, kept),
    "lock": lambda kept: eventlet.spawn(lambda kept: eventlet.semaphore.Semaphore(0).acquire(), kept),
    "coroutine": lambda kept: eventlet.spawn(aiohub.wait, never(kept)),
    "task": lambda kept: aiohub.get_loop().create_task(never(kept)),
    "blocked task": lambda kept: aiohub.get_loop().create_task(blocked(kept)),
    "a greenlet below": lambda kept: eventlet.spawn(in_a_greenlet_below, kept),
}


# Under monkey patching an OS thread is made by the second.
@pytest.mark.parametrize("module", [threading, patcher.original("threading")], ids=["threading", "original"])
@pytest.mark.parametrize("kind", KINDS)
def test_promise_20_what_waits_is_gone(kind, module):
    gone = []

    def body():
        kept = Kept()
        gone.append(weakref.ref(kept))
        KINDS[kind](kept)
        for _ in range(3 if kind != "not begun" else 0):
            eventlet.sleep(0)

    for _ in range(3):
        in_thread(body, module)
    gc.collect()
    assert [reference() for reference in gone] == [None] * 3


def test_promise_20_cleanups_run_and_may_block():
    steps = []

    def green():
        try:
            eventlet.sleep(3600)
        except greenlet.GreenletExit:
            eventlet.sleep(0.001)
            steps.append("green thread")
            raise

    async def coroutine():
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.001)
            steps.append("task")

    def body():
        eventlet.spawn(green)
        task = aiohub.get_loop().create_task(coroutine())
        for _ in range(3):
            eventlet.sleep(0)
        steps.append(task.done())

    in_thread(body)
    assert steps[0] is False
    assert sorted(steps[1:]) == ["green thread", "task"]


def test_promise_20_a_cleanup_without_an_end_does_not_keep_the_thread():
    def green():
        while True:
            try:
                eventlet.sleep(3600)
            except greenlet.GreenletExit:
                pass

    def body():
        eventlet.spawn(green)
        eventlet.sleep(0)

    in_thread(body)


def test_promise_20_an_error_in_a_cleanup_is_printed(capsys):
    def green():
        try:
            eventlet.sleep(3600)
        finally:
            raise KeyError("in the cleanup")

    def body():
        eventlet.spawn_n(green)
        eventlet.sleep(0)

    in_thread(body)
    assert "in the cleanup" in capsys.readouterr().err


def test_promise_20_in_the_child_of_a_fork_it_ends_with_the_process(run_script):
    result = run_script("""
        import os, threading, warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside other threads, from 3.12 on
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet

        parent = os.getpid()

        def green():
            try:
                eventlet.sleep(3600)
            finally:
                os.write(1, b"parent\\n" if os.getpid() == parent else b"child\\n")

        def body():
            global child
            eventlet.spawn(green)
            eventlet.sleep(0)
            child = os.fork()

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        print(os.waitpid(child, 0)[1])
        """)
    assert (result.stderr, result.stdout) == ("", "parent\n0\n")


def test_patched_threads_end_quietly(run_script):
    """They are green threads of the OS thread, and a Thread reports what ends it."""
    result = run_script("""
        import os
        import eventlet
        eventlet.monkey_patch()
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import threading, time
        from eventlet import patcher

        def fail():
            try:
                time.sleep(3600)
            finally:
                raise KeyError("in the cleanup")

        def body():
            for target in (time.sleep, 3600), (fail,):
                threading.Thread(target=target[0], args=target[1:]).start()
            time.sleep(0)

        thread = patcher.original("threading").Thread(target=body)
        thread.start()
        thread.join()
        """)
    assert result.returncode == 0
    assert result.stderr.count("Exception in thread") == 1, result.stderr
    assert "KeyError: 'in the cleanup'" in result.stderr


def test_a_daemon_ends_at_once(run_script):
    """The interpreter does not wait for it: what it still did might come when there is no interpreter any more."""
    result = run_script("""
        import os, threading
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet

        def green():
            try:
                eventlet.sleep(3600)
            finally:
                print("cleaned up", threading.current_thread().daemon)

        def body():
            eventlet.spawn(green)
            eventlet.sleep(0)

        for daemon in (True, False):
            thread = threading.Thread(target=body, daemon=daemon)
            thread.start()
            thread.join()
        """)
    assert (result.stderr, result.stdout) == ("", "cleaned up False\n")
