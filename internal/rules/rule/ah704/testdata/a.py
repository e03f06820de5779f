import threading
from concurrent.futures import ThreadPoolExecutor

import eventlet


class Scheduler:
    def __init__(self):
        self.jobs = {}
        self.handle = None
        self.pool = ThreadPoolExecutor(2)
        self.ready = {}
        self.name = ""
        self.thread = threading.Thread(target=self._serve)

    def schedule(self, delay, job):
        timer = threading.Timer(delay, self._fire, args=(job,))
        timer.start()
        self.jobs[timer] = job  # want AH704 "`self.jobs` is stored after the start of `Scheduler._fire` in line .*, which needs it"

    def _fire(self, job):
        del self.jobs[threading.current_thread()]

    def schedule_right(self, delay, job):
        timer = threading.Timer(delay, self._fire, args=(job,))
        self.jobs[timer] = job
        timer.start()

    def again(self):
        self.handle = self.pool.submit(self._again)  # want AH704 "`self.handle` is stored after the start of `Scheduler._again`"

    def _again(self):
        if self.handle.cancelled():
            return
        eventlet.spawn(self._inform)
        self.ready["x"] = 1  # want AH704 "`self.ready` is stored after the start of `Scheduler._inform`"

    def _inform(self):
        self._tell()

    def _tell(self):
        print(self.ready["x"])

    def begin(self):
        self.thread.start()
        self.name = "x"  # want AH704 "`self.name` is stored after the start of `Scheduler._serve` in line"
        self.other = 1

    def _serve(self):
        print(self.name)


class Worker(threading.Thread):
    def __init__(self, daemon):
        super(Worker, self).__init__(target=self._work)
        self.owner = daemon

    def _work(self):
        print(self.owner)


class Exporter:
    stopped = None

    def __init__(self):
        self.wake = threading.Event()
        self.watcher = None

    def begin(self):
        threading.Thread(target=self._export).start()
        self.metrics = {}  # possible AH704 "`self.metrics` is stored after the start of `Exporter._export`"

    def _export(self):
        self.wake.wait(1)
        self._tell()

    def _tell(self):
        print(self.metrics["x"])

    def watch(self):
        self.watcher = eventlet.spawn(self._watch)  # possible AH704 "`self.watcher` is stored after the start of `Exporter._watch`"

    def _watch(self):
        if self.watcher:
            self.watcher.kill()


def closure():
    box = {}

    def work():
        print(box["result"])

    threading.Thread(target=work).start()
    box["result"] = 1  # want AH704 "`box` of closure is stored after the start of `closure.work`"


class Collector:
    def __init__(self):
        self.thread = threading.Thread(target=self._collect)
        self.thread.start()
        self.found = []  # want AH704 "`self.found` is stored after the start of `Collector._collect`"

    def _collect(self):
        self.found.append(1)


class Renewed:
    def __init__(self):
        self.found = []

    def start(self):
        self.thread = threading.Thread(target=self._collect)
        self.thread.start()
        self.found = []

    def _collect(self):
        self.found.append(1)
