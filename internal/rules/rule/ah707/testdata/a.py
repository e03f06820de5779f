import threading

from oslo_concurrency import lockutils

synchronized = lockutils.synchronized_with_prefix("app-")
LOCK = threading.Lock()


class Model:
    def __init__(self):
        self._lock = threading.Lock()
        self._again = threading.RLock()
        self._cond = threading.Condition()

    @lockutils.synchronized("model")
    def move(self, name):
        if isinstance(name, str):
            name = self.find(name)  # want AH707 "the lock .model. is held here, and `Model.find` takes it again"
        self._unlocked(name)
        return name

    @lockutils.synchronized("model")
    def find(self, name):
        return name

    @lockutils.synchronized("other")
    def other(self, name):
        return self.find(name)

    def _unlocked(self, name):
        return name

    def add(self, name):
        with self._lock:
            self._notify(name)  # want AH707 "the lock `self._lock` is held here, and `Model.size` takes it again"
        self.size()

    def _notify(self, name):
        return self.size()

    def size(self):
        with self._lock:
            return 1

    def reentrant(self):
        with self._again:
            self.inner()

    def inner(self):
        with self._again, self._cond:
            return 1

    def trying(self):
        with self._lock:
            self.ask()

    def ask(self):
        if self._lock.acquire(False):
            self._lock.release()
            self.size()


@synchronized("x")
def first():
    second()  # want AH707 "the lock .x. is held here, and `second` takes it again"


@synchronized("x")
def second():
    with lockutils.lock("y"):
        third()  # want AH707 "the lock .y. is held here, and `third` takes it again"


@lockutils.synchronized("y")
def third():
    with LOCK:
        fourth()  # want AH707 "the lock `LOCK` is held here, and `fourth` takes it again"


def fourth():
    with LOCK:
        pass


@lockutils.synchronized("fair", fair=True)
def fair():
    fairer()


@lockutils.synchronized("fair", fair=True)
def fairer():
    pass
