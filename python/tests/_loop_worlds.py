"""Running a scene on a loop of its own, in an OS thread of its own: the session's thread has a hub that runs one."""

from __future__ import annotations

import asyncio
import threading

import aiohub

LOOPS = {"engine": aiohub.new_event_loop, "asyncio": asyncio.SelectorEventLoop}


def in_thread(function, *args):
    """What *function(\\*args)* returns or raises in a fresh OS thread."""
    outcome = []

    def run():
        try:
            outcome.append((True, function(*args)))
        except BaseException as exc:
            outcome.append((False, exc))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(120)
    assert outcome, "the scene does not end"
    succeeded, value = outcome[0]
    if not succeeded:
        raise value
    return value


def play(scene, factory, debug=False):
    """Run the coroutine function *scene* on a loop from *factory*; what it returns."""

    def run():
        loop = factory()
        loop.set_debug(debug)
        try:
            asyncio.set_event_loop(loop)
            return loop.run_until_complete(asyncio.wait_for(scene(), 100))
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            asyncio.set_event_loop(None)
            loop.close()

    return in_thread(run)
