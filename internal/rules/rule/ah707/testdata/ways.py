import threading

from oslo_concurrency import lockutils


class Base:
    def attach(self):
        try:
            self.connect()
        except OSError:
            self.detach()

    def detach(self):
        pass

    def connect(self):
        pass


class Driver(Base):
    @lockutils.synchronized("attach")
    def attach(self):
        super().attach()  # want AH707 "the lock .attach. is held here, and `Driver.detach` takes it again"

    @lockutils.synchronized("attach")
    def detach(self):
        pass


class Other(Base):
    def detach(self):
        self.connect()


class Client:
    def __init__(self):
        self.lock = threading.Lock()

    def login(self, again):
        if again:
            with self.lock:
                self.request(False)  # possible AH707 "the lock `self.lock` is held here, and `Client.login` takes it again"

    def request(self, again):
        self.login(again)


def feed(formats):
    lock = threading.Lock()

    def fetch():
        with lock:
            load(formats)

    fetch()


def load(formats):
    feed(formats)


def nested():
    lock = threading.Lock()

    def outer():
        with lock:
            inner()  # want AH707 "the lock `lock` of nested is held here, and `nested.inner` takes it again"

    def inner():
        with lock:
            pass

    outer()


@lockutils.synchronized("several")
def several(kind):
    choose(kind).go()


class Left:
    def go(self):
        pass


class Right:
    @lockutils.synchronized("several")
    def go(self):
        pass


def choose(kind):
    return Left() if kind else Right()


class Attachment:
    def __init__(self):
        self._lock = threading.Lock()

    def download(self):
        with self._lock:
            if self.exists(fetch=False):  # possible AH707 "the lock `self._lock` is held here, and `Attachment.download` takes it again"
                return True
        return False

    def exists(self, fetch=True):
        return self.download() if fetch else False
