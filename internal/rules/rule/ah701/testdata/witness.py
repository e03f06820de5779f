import threading

import framework


class Started:
    """Its thread runs as soon as there is the object."""

    def __init__(self):
        self.jobs = {}
        threading.Thread(target=self._run).start()

    def _run(self):
        while True:
            self.jobs.clear()

    def cancel(self, name):
        if name in self.jobs:  # want AH701 "whoever calls it, and `Started._run`, started by `threading.Thread`"
            del self.jobs[name]

    def _private(self, name):
        if name in self.jobs:
            del self.jobs[name]

    @framework.state
    def handed(self, name):
        if name in self.jobs:  # possible AH701 "whoever calls it, and `Started._run`"
            del self.jobs[name]


class Later:
    """Whether others come before its start or after it is not seen."""

    def __init__(self):
        self.jobs = {}

    def start(self):
        threading.Thread(target=self._run).start()

    def _run(self):
        while True:
            self.jobs.clear()

    def cancel(self, name):
        if name in self.jobs:  # possible AH701 "whoever calls it, and `Later._run`, started by `threading.Thread`"
            del self.jobs[name]


class Locked:
    """A lock elsewhere says that others come."""

    def __init__(self):
        self.jobs = {}
        self.lock = threading.Lock()

    def start(self):
        threading.Thread(target=self._run).start()

    def _run(self):
        while True:
            self.jobs.clear()

    def add(self, name):
        with self.lock:
            self.jobs[name] = 1

    def cancel(self, name):
        if name in self.jobs:  # want AH701 "whoever calls it, and `Locked._run`, started by `threading.Thread`"
            del self.jobs[name]


class Again:
    """Who calls submit does so while earlier timers run."""

    def __init__(self):
        self.jobs = {}

    def submit(self, name):
        self.jobs[name] = threading.Timer(1, self._fire, args=(name,))
        self.jobs[name].start()

    def _fire(self, name):
        self.jobs.pop(name)

    def cancel(self, name):
        if name in self.jobs:  # want AH701 "whoever calls it, and `Again._fire`, started by `threading.Timer`"
            del self.jobs[name]


class Perhaps:
    """Nobody is seen to call it more than once."""

    def __init__(self):
        self.jobs = {}

    def submit(self, name):
        threading.Thread(target=self._run, args=(name,)).start()

    def _run(self, name):
        if name in self.jobs:  # possible AH701 "`Perhaps._run`, started by `threading.Thread` in line .*, several at once"
            del self.jobs[name]


class Twice:
    def __init__(self):
        self.jobs = {}

    def submit(self, name):
        threading.Thread(target=self._run, args=(name,)).start()

    def _run(self, name):
        if name in self.jobs:  # want AH701 "`Twice._run`, started by `threading.Thread` in line .*, several at once"
            del self.jobs[name]


def main(twice, names):
    twice = Twice()
    for name in names:
        twice.submit(name)


def score(scorers):
    def run(scorer):
        found = [scorer]

        def look():
            if scorer in found:  # a variable of each call
                found.remove(scorer)

        look()
        if scorer in found:
            found.remove(scorer)

    for scorer in scorers:
        threading.Thread(target=run, args=(scorer,)).start()


class Pool:
    """Several at once are of several parts; the one that a part starts for itself is alone."""

    def __init__(self):
        self.parts = [Part(), Part()]

    def stop(self):
        for part in self.parts:
            threading.Thread(target=part.stop).start()


class Part:
    def __init__(self):
        self.jobs = {}

    def leave(self):
        threading.Thread(target=self.stop).start()

    def stop(self):
        if "a" in self.jobs:
            del self.jobs["a"]
