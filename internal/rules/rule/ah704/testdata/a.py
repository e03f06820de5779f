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


def closure():
    box = {}

    def work():
        print(box["result"])

    threading.Thread(target=work).start()
    box["result"] = 1  # want AH704 "`box` of closure is stored after the start of `closure.work`"
