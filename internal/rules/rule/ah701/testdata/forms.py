import threading

import eventlet


class Manager:
    def __init__(self):
        self.jobs = {}
        self.limit = 3
        self.running = 0
        self.waiting = []
        self.lock = threading.Lock()
        self.done = set()
        self.kept = {}
        self.seen = {}

    def submit(self, names):
        for name in names:
            eventlet.spawn(self._run, name)

    def _run(self, name):
        if name in self.jobs:  # want AH701 "`self.jobs` is tested here and changed in line .* on that ground"
            return
        self.jobs[name] = object()
        job = self.seen.get(name)  # possible AH701 "`self.seen` is tested here and changed in"
        if job is None:
            self.seen[name] = eventlet.spawn(print)  # a task of its own
        try:
            self.kept[name].update()  # want AH701 "`self.kept` is tested here and changed in line"
        except KeyError:
            self.kept[name] = threading.Lock()
        self._finish(name)

    def _finish(self, name):
        if self.running < self.limit:  # want AH701 "`self.running` is tested here and changed in line"
            self.running += 1
        if name in self.jobs:  # want AH701 "`self.jobs` is asked here, and the element taken in line .* may be gone"
            print(self.jobs[name])
        if name in self.jobs:  # want AH701 "`self.jobs` is tested here and changed in line"
            del self.jobs[name]
        while self.waiting:  # want AH701 "`self.waiting` is tested here and changed in line"
            self.waiting.pop()
        with self.lock:
            if name in self.done:
                return
            self.done.add(name)
        self.jobs.pop(name, None)
        self.jobs.setdefault(name, None)
