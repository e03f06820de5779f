import threading


class Store:
    def __init__(self):
        self.lock = threading.Lock()
        self.turn = threading.Semaphore(0)
        self.again = threading.RLock()

    def first(self):
        self.lock.acquire()
        try:
            return self.second()  # want AH707 "the lock `self.lock` is held here, and `Store.second` takes it again"
        finally:
            self.lock.release()

    def second(self):
        self.lock.acquire()
        try:
            return 1
        finally:
            self.lock.release()

    def block(self):
        with self.lock:
            self.second()  # want AH707 "the lock `self.lock` is held here, and `Store.second` takes it again"

    def twice(self):
        with self.lock:
            with self.lock:  # want AH707 "the lock `self.lock` is held here, and taken again"
                return 1

    def after(self):
        self.lock.acquire()
        self.lock.release()
        return self.second()

    def tried(self):
        if self.lock.acquire(False):
            self.second()
            self.lock.release()

    def given_back(self):
        with self.lock:
            self.outside()

    def outside(self):
        self.lock.release()
        try:
            return 2
        finally:
            self.lock.acquire()

    def signalled(self):
        self.turn.acquire()
        self.signals()
        self.turn.release()

    def signals(self):
        self.turn.acquire()
        self.turn.release()

    def reentrant(self):
        self.again.acquire()
        self.inner()
        self.again.release()

    def inner(self):
        self.again.acquire()
        self.again.release()
