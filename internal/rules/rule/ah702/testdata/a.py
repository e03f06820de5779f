import threading

from eventlet import GreenPool

TOTAL = 0


class Server:
    def __init__(self):
        self.pool = GreenPool()
        self.sent = 0
        self.sizes = {}
        self.names = []
        self.next = 0
        self.mine = 0
        self.lock = threading.Lock()
        self.kept = 0

    def serve(self, sockets):
        for sock in sockets:
            self.pool.spawn(self.handle, sock)

    def handle(self, sock):
        global TOTAL
        self.sent += 1  # want AH702 "`self.sent` is read, changed and written back in several steps"
        self.sizes[sock] += 1  # want AH702 "`self.sizes` is read, changed"
        self.names = [n for n in self.names if n]  # want AH702 "`self.names` is read here, and what is written back in line .* depends on it"
        number = self.next  # want AH702 "`self.next` is read here, and what is written back in line"
        self.next = number + 1
        TOTAL += 1  # want AH702 "`TOTAL` is read, changed"
        with self.lock:
            self.kept += 1
        count = 0
        count += 1
        return number

    def alone(self):
        self.mine += 1


def count(items):
    done = 0

    def work(item):
        nonlocal done
        done += 1  # want AH702 "`done` of count is read, changed"

    for item in items:
        threading.Thread(target=work, args=(item,)).start()
    return done
