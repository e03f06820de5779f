import threading
from concurrent.futures import ThreadPoolExecutor

_CLIENT = None
_LOCK = threading.Lock()
_SAFE = None
_SIZE = None


class Client:
    _instance = None

    def __init__(self):
        self.count = 0

    def call(self):
        self.count = 1

    @classmethod
    def get(cls):
        if cls._instance is None:  # want AH710 "`Client._instance` is made when it is first asked for"
            cls._instance = cls()
        return cls._instance


def client():
    global _CLIENT
    if not _CLIENT:  # want AH710 "`_CLIENT` is made when it is first asked for"
        _CLIENT = Client()
    return _CLIENT


def safe():
    global _SAFE
    if _SAFE is None:
        with _LOCK:
            if _SAFE is None:
                _SAFE = Client()
    return _SAFE


def size():
    global _SIZE
    if _SIZE is None:  # possible AH710 "`_SIZE` is made"
        _SIZE = len("x")
    return _SIZE


class Service:
    def __init__(self):
        self._pool = None
        self._other = None

    @property
    def pool(self):
        if self._pool is not None:  # want AH710 "`self._pool` is made when it is first asked for"
            return self._pool
        self._pool = ThreadPoolExecutor(2)
        return self._pool

    def handle(self, names):
        for name in names:
            threading.Thread(target=self._handle, args=(name,)).start()

    def _handle(self, name):
        client()
        safe()
        size()
        Client.get()
        self._other = self._other or ThreadPoolExecutor(2)  # want AH710 "`self._other` is made"
        if not hasattr(self, "lazy"):  # want AH710 "`self.lazy` is made"
            self.lazy = ThreadPoolExecutor(1)
        return self.pool
