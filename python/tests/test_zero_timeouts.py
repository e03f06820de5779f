"""A time of zero: locks, queues and events only look in a coroutine, and `Timeout(0)` comes before what follows it."""

import asyncio

import eventlet
import pytest
from eventlet import event, hubs, queue, semaphore
from eventlet.green import socket as green_socket
from eventlet.green import threading as green_threading

import aiohub

parametrize = pytest.mark.parametrize


def full_queue():
    it = queue.Queue(1)
    it.put(1)
    return it


def empty(call):
    try:
        call()
    except (queue.Empty, queue.Full):
        return True
    return False


def taken_lock():
    lock = green_threading.Lock()
    lock.acquire()
    return lock


LOOKS = {
    "semaphore": lambda: semaphore.Semaphore(0).acquire(timeout=0) is False,
    "lock": lambda: taken_lock().acquire(timeout=0) is False,
    "lock, a float": lambda: taken_lock().acquire(timeout=0.0) is False,
    "event": lambda: event.Event().wait(timeout=0) is None,
    "threading.Event": lambda: green_threading.Event().wait(0) is False,
    "get": lambda: empty(lambda: queue.Queue().get(timeout=0)),
    "put": lambda: empty(lambda: full_queue().put(1, timeout=0)),
    "aiohub.Lock": lambda: aiohub.Semaphore(0).acquire(timeout=0) is False,
}
each_look = parametrize("look", LOOKS.values(), ids=LOOKS)


@each_look
def test_in_a_coroutine_nothing_else_runs_meanwhile(look):
    ran = []

    async def main():
        eventlet.spawn(ran.append, "green thread")
        asyncio.get_running_loop().call_soon(ran.append, "callback")
        assert look()
        return list(ran)

    assert aiohub.wait(main()) == []


@each_look
def test_in_a_callback(look):
    found = aiohub.get_loop().create_future()

    def callback():
        try:
            found.set_result(look())
        except BaseException as exc:
            found.set_exception(exc)

    aiohub.get_loop().call_soon(callback)
    assert aiohub.wait(found)


def test_what_is_there_is_taken():
    async def main():
        full, free = full_queue(), semaphore.Semaphore(1)
        sent = event.Event()
        sent.send("sent")
        return full.get(timeout=0), free.acquire(timeout=0), sent.wait(timeout=0)

    assert aiohub.wait(main()) == (1, True, "sent")


def test_in_a_green_thread_others_run_meanwhile():
    ran = []
    eventlet.spawn(ran.append, "green thread")
    assert not taken_lock().acquire(timeout=0)
    assert ran


async def begin(steps):
    steps.append("began")


WAITS = {
    "asyncio.run": lambda steps: asyncio.run(begin(steps)),
    "future_to_greenlet": lambda steps: aiohub.future_to_greenlet(begin(steps)).wait(),
    "spawn": lambda steps: eventlet.spawn(steps.append, "began").wait(),
}


@parametrize("wait", WAITS.values(), ids=WAITS)
def test_a_timeout_of_zero_comes_first(wait):
    """As under eventlet's asyncio hub, in a green thread that a descriptor has woken.

    `aiohub.wait` is like a plain call: test_first_step.py.
    """
    steps = []
    ours, theirs = green_socket.socketpair()
    with ours, theirs:
        theirs.send(b"x")
        hubs.trampoline(ours, read=True)
    with pytest.raises(eventlet.Timeout), eventlet.Timeout(0):
        wait(steps)
    assert steps == []
