"""OS threads for the tests of promises 20 to 22."""

import os
import threading

import eventlet

import aiohub

# Long enough for a slow machine; a wake-up that is lost is only found when it is over.
LIMIT = 100


class Thread(threading.Thread):
    """An OS thread whose exception is raised again where it is joined."""

    def __init__(self, function, *args):
        super().__init__(daemon=True)
        self.function = function
        self.args = args
        self.result = None
        self.error = None
        self.start()

    def run(self):
        try:
            self.result = self.function(*self.args)
        except BaseException as error:
            self.error = error

    def end(self):
        """Wait for the thread, without holding up this thread's hub, and return its function's result."""
        with eventlet.Timeout(LIMIT, AssertionError("an OS thread did not end")):
            while self.is_alive():
                eventlet.sleep(0.002)
        self.join()
        if self.error is not None:
            raise self.error
        return self.result


def with_own_hub(function):
    """*function* for an OS thread that has used a hub of its own before."""

    def run(*args):
        eventlet.sleep(0)
        assert eventlet.spawn(lambda: "own").wait() == "own"
        return function(*args)

    return run


def when_idle():
    """An object whose `wait()`, called in another OS thread, returns when this thread's hub goes round.

    To be called right before the green thread blocks, so that the hub has nothing else to do then.
    """
    reached = threading.Event()
    loop = aiohub.get_loop()
    loop.call_soon(loop.call_soon, loop.call_soon, reached.set)
    return reached


def limited(wait, *args):
    """Call the blocking *wait*, which news from another OS thread has to end."""
    with eventlet.Timeout(LIMIT, AssertionError("not woken by the other OS thread")):
        return wait(*args)


def descriptors():
    """What the descriptors of this process refer to, by number."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[int(name)] = os.readlink("/proc/self/fd/" + name)
        except FileNotFoundError:
            # The descriptor of the listing itself.
            continue
    return found
