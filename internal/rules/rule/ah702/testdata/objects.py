import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Counter:
    total = 0

    def add(self, n):
        self.total += n  # want AH702 "`self.total` is read, changed and written back in several steps"


class Made:
    def __init__(self):
        self.total = 0

    def add(self, n):
        self.total += n  # want AH702 "`self.total` is read, changed and written back in several steps"


class Own:
    def add(self, n):
        self.total = n
        self.total += n


class Two:
    total = 0

    def add(self, n):
        self.total += n


class Locked:
    def __init__(self):
        self.lock = threading.Lock()
        self.total = 0

    def add(self, n):
        with self.lock:
            self.total += n


class Hits:
    total = 0


counter = Counter()
made = Made()
two = Two()
locked = Locked()


def other():
    return Two()


def work(n):
    counter.add(n)
    made.add(n)
    two.add(n)
    locked.add(n)
    own = Own()
    own.add(n)
    Hits.total += n  # want AH702 "`Hits.total` is read, changed and written back in several steps"


def main():
    for n in range(4):
        threading.Thread(target=work, args=(n,)).start()


class Alone(BaseHTTPRequestHandler):
    served = 0

    def do_GET(self):
        Alone.served += 1


def serve():
    HTTPServer(("", 80), Alone).serve_forever()
