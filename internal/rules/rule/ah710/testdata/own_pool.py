"""What a pool runs comes when the pool has been made; what another runs may be the first."""
import threading
from multiprocessing.pool import ThreadPool


class Client:
    def __init__(self):
        self._pool = None

    @property
    def pool(self):
        if self._pool is None:  # possible AH710 "`self._pool` is made when it is first asked for"
            self._pool = ThreadPool(4)
        return self._pool

    def call(self, name, later=False):
        if not later:
            return name
        return self.pool.apply_async(self.call, (name,))


class Other:
    def __init__(self):
        self._pool = None

    @property
    def pool(self):
        if self._pool is None:  # want AH710 "`self._pool` is made when it is first asked for"
            self._pool = ThreadPool(4)
        return self._pool

    def begin(self):
        for name in "abc":
            threading.Thread(target=self.call, args=(name,)).start()

    def call(self, name):
        return self.pool.apply(print, (name,))
