import concurrent.futures
from concurrent.futures import ThreadPoolExecutor

_POOL = None


def get_pool():
    global _POOL
    if _POOL is None:
        _POOL = ThreadPoolExecutor(5)
    return _POOL


def spawn(function, *args):
    return get_pool().submit(function, *args)


class Builder:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)
        self.inner = ThreadPoolExecutor(4)

    def build(self, items):
        for item in items:
            self.pool.submit(self._build, item)

    def _build(self, item):
        self._parts(item)
        return self.inner.submit(self._fetch, item).result()

    def _parts(self, item):
        future = self.pool.submit(self._fetch, item)  # want AH706 "`Builder._build` runs in the executor `self.pool`, gives it work here and waits"
        return future.result()

    def _fetch(self, item):
        return item

    def all(self, items):
        self.pool.submit(self._all, items)

    def _all(self, items):
        futures = [self.pool.submit(self._fetch, item) for item in items]  # want AH706 "`Builder._all` runs in the executor"
        return concurrent.futures.wait(futures)

    def forget(self, items):
        self.inner.submit(self._forget, items)

    def _forget(self, items):
        self.inner.submit(self._fetch, items)


def pass_on(runner, function, *args):
    return runner(wrapped(function), *args)


def wrapped(function):
    def call(*args):
        return function(*args)

    return call


def spawn_on(function, *args):
    return pass_on(get_pool().submit, function, *args)


class Lazy:
    def __init__(self, function, *args):
        self.future = spawn_on(function, *args)  # want AH706 "`build` runs in the executor `_POOL`, gives it work here and waits"

    def wait(self):
        return self.future.result()


def build(item):
    lazy = Lazy(inner, item)
    return lazy.wait()


def start_builds(items):
    for item in items:
        spawn_on(build, item)


def outer(item):
    return spawn(inner, item).result()  # want AH706 "`outer` runs in the executor `_POOL`"


def inner(item):
    return item


def main():
    get_pool().submit(outer, 1)
