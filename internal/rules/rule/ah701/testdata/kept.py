import threading


def locked(function):
    def wrapper(self, *args):
        with self._lock:
            return function(self, *args)

    return wrapper


class Held:
    """Every way to hold the lock."""

    def __init__(self):
        self._lock = threading.Lock()
        self.a, self.b, self.c = {}, {}, {}
        self.d, self.e = {}, {}
        self.local = threading.local()

    def submit(self, name):
        threading.Thread(target=self._run, args=(name,)).start()

    def _run(self, name):
        self._lock.acquire()
        if name in self.a:
            del self.a[name]
        self._lock.release()
        with self._lock:
            self._inner(name)
        self.marked(name)
        if name in self.c:
            with self._lock:
                if name in self.c:
                    del self.c[name]
        with self.hold():
            if name in self.d:
                del self.d[name]
        if name in self.local.seen:
            self.local.seen.pop(name)

    def _inner(self, name):
        if name in self.b:
            del self.b[name]

    @locked
    def marked(self, name):
        if name in self.e:
            del self.e[name]

    def hold(self):
        return self._lock


class Worker(threading.Thread):
    """Each has its own."""

    def __init__(self):
        super().__init__()
        self.count = {}

    def run(self):
        if "x" not in self.count:
            self.count["x"] = object()
