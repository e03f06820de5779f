import collections
import threading

import eventlet
import oslo_messaging as messaging


class Registry:
    def __init__(self):
        self.clients = {}
        self.names = set()
        self.queue = collections.deque()
        self.log = []
        self.held = {}
        self.lock = threading.Lock()

    def start(self):
        for _ in range(4):
            threading.Thread(target=self._serve).start()

    def _serve(self):
        self.clients[1] = object()
        self.names.add("x")
        self.queue.append(1)
        self.log.append(1)
        with self.lock:
            self.held["x"] = 1
            self.held.pop("y", None)

    def ping(self):
        for client in self.clients.values():  # want AH705 "`self.clients` is gone through here while another task can change it"
            client.ping()
        print([name for name in self.names])  # want AH705 "`self.names` is gone through"
        for item in enumerate(self.queue):  # want AH705 "`self.queue` is gone through"
            print(item)
        for client in list(self.clients.values()):
            client.ping()
        for name in sorted(self.names):
            print(name)
        for line in self.log:
            print(line)
        with self.lock:
            for name in self.held:
                print(name)
        with self.lock:
            copy = self.held.copy()
        for name in copy:
            print(name)

    def copies(self):
        for name in [name for name in self.names]:  # want AH705 "`self.names` is gone through"
            print(name)
        for name in tuple(self.names):
            print(name)
        for name in set(self.names):
            print(name)


class Cache:
    target = messaging.Target(version="1.0")

    def warm(self, context, hosts):
        stats = {}

        def done(host):
            stats[host] = 1

        pool = eventlet.GreenPool()
        for host in hosts:
            pool.spawn_n(done, host)
        pool.waitall()
        for host in stats.values():
            print(host)
        return stats


class Publisher:
    def __init__(self):
        self.guard = threading.Lock()
        self.sequencers = {}
        self.thread = threading.Thread(target=self._commit)
        self.thread.start()

    def publish(self, key):
        with self.guard:
            self._sequencer(key)

    def _set(self, key):
        self._sequencer(key)

    def _sequencer(self, key):
        self.sequencers[key] = 1

    def _commit(self):
        with self.guard:
            for key in self.sequencers:
                print(key)


class Reader:
    """Whose fetch a thread runs, only the place knows that made the object."""

    def __init__(self, fetcher):
        self.fetcher = fetcher
        self.blocks = {}

    def begin(self):
        threading.Thread(target=self.fetcher).start()


class Plain:
    def __init__(self):
        self.parts = {}
        Reader(self.fetch).begin()

    def fetch(self):
        self.parts[1] = 1

    def read(self):
        for part in self.parts:
            print(part)


class Packed:
    def __init__(self):
        self.parts = {}
        Reader(self.fetch).begin()

    def fetch(self):
        self.parts[2] = 2
