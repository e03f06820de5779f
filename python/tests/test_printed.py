"""What is printed of a green thread's end: an error that nobody waits for, and no other."""

import asyncio
import contextlib

import eventlet
import pytest
from eventlet import event, greenpool

import aiohub


def fail():
    eventlet.sleep(0)
    raise LookupError("the error")


async def await_it():
    await eventlet.spawn(fail)


async def fail_in_coroutine():
    await asyncio.sleep(0)
    raise LookupError("the error")


def look_in_a_link():
    seen = event.Event()

    def look(green_thread):
        try:
            green_thread.wait()
        except LookupError as exc:
            seen.send(exc)

    eventlet.spawn(fail).link(look)
    raise seen.wait()


def wait_in_a_green_thread():
    one = eventlet.spawn(fail)
    eventlet.spawn(one.wait).wait()


def pile():
    made = greenpool.GreenPile()
    made.spawn(fail)
    list(made)


AWAITED = {
    "wait": lambda: eventlet.spawn(fail).wait(),
    "await": lambda: aiohub.wait(await_it()),
    "aiohub.wait": lambda: aiohub.wait(eventlet.spawn(fail)),
    "greenlet_to_future": lambda: aiohub.wait(aiohub.greenlet_to_future(eventlet.spawn(fail))),
    "sync_to_async": lambda: aiohub.wait(aiohub.sync_to_async(fail)()),
    "future_to_greenlet": lambda: aiohub.future_to_greenlet(fail_in_coroutine()).wait(),
    "link": look_in_a_link,
    "green thread": wait_in_a_green_thread,
    "pile": pile,
    "pool": lambda: list(eventlet.GreenPool().imap(lambda _: fail(), [1])),
}


@pytest.mark.parametrize("wait", AWAITED.values(), ids=AWAITED)
def test_an_error_that_somebody_waits_for_is_not_printed(wait, capsys):
    with pytest.raises(LookupError):
        wait()
    eventlet.sleep(0)
    assert capsys.readouterr().err == ""


ALONE = {
    "nobody": lambda: eventlet.spawn(fail),
    "spawn_n": lambda: eventlet.spawn_n(fail),
    "a link that does not look": lambda: eventlet.spawn(fail).link(lambda green_thread: None),
    "pool": lambda: eventlet.GreenPool().spawn(fail),
}


@pytest.mark.parametrize("make", ALONE.values(), ids=ALONE)
def test_an_error_that_nobody_waits_for_is_printed(make, capsys):
    make()
    for _ in range(4):
        eventlet.sleep(0)
    assert "LookupError: the error" in capsys.readouterr().err


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_what_ends_a_program_ends_it_though_somebody_waits(kind):
    """It reaches the main green thread, which does not wait for the one that raised it."""

    def leave():
        eventlet.sleep(0)
        raise kind

    one = eventlet.spawn(leave)
    eventlet.spawn(lambda: contextlib.suppress(BaseException) and one.wait())
    with pytest.raises(kind):
        eventlet.sleep(60)
