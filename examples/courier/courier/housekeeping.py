"""What has to be done again and again."""

import logging

import eventlet

LOG = logging.getLogger(__name__)


class Every:
    """Calls a function again and again, with a pause between the end of one call and the start of the next."""

    def __init__(self, seconds, function, *args):
        self._seconds = seconds
        self._function = function
        self._args = args
        self._thread = None
        self.runs = 0

    def start(self):
        self._thread = eventlet.spawn(self._loop)

    def stop(self):
        if self._thread is not None:
            self._thread.kill()
            self._thread = None

    def _loop(self):
        while True:
            eventlet.sleep(self._seconds)
            try:
                self._function(*self._args)
            except Exception:
                LOG.exception("housekeeping")
            self.runs += 1


class Later:
    """Calls a function once, after a while, unless it is told not to."""

    def __init__(self, seconds, function, *args):
        self._thread = eventlet.spawn_after(seconds, function, *args)

    def cancel(self):
        self._thread.cancel()

    def wait(self):
        return self._thread.wait()
