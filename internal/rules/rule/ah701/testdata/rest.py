import threading

from oslo_service import periodic_task, service
import oslo_messaging as messaging

PIDS = {}
EARLY = {}
LATE = {}


def check():
    for pid in list(PIDS):
        if pid in PIDS:  # want AH701 "`check`, started by `threading.Thread` in line .*, and whoever calls it at `main`"
            del PIDS[pid]
    if 1 in EARLY:
        del EARLY[1]
    if 1 in LATE:
        del LATE[1]


def start():
    EARLY.pop(1, None)
    thread = threading.Thread(target=check)
    thread.start()
    return thread


def main(jobs):
    EARLY.pop(2, None)
    thread = start()
    for job in jobs:
        PIDS.pop(job, None)
    thread.join()
    LATE.pop(1, None)


class Endpoint:
    target = messaging.Target(version="1.0")

    def __init__(self):
        self.chunk = {}
        self.events = {}

    @periodic_task.periodic_task
    def sync_all(self, context):
        self.sync(context, 1)

    def sync(self, context, size):
        if size in self.chunk:
            del self.chunk[size]

    def pop(self, context, name):
        if name in self.events:  # want AH701 "`Endpoint.pop`, run by the RPC server, several at once"
            del self.events[name]


class Counts:
    target = messaging.Target(version="1.0")

    def __init__(self):
        self.sizes = {}

    def add(self, context, pool):
        try:
            self.sizes["all"][pool] += 1  # want AH701 "`self.sizes` is tested here and changed in line"
        except KeyError:
            self.sizes["all"][pool] = 1


class Events:
    def __init__(self):
        self.waiting = {}

    def take(self, name):
        if self.waiting is None:  # want AH701 "`self.waiting` is tested here and changed in line"
            return
        del self.waiting[name]

    def cancel_all(self):
        self.waiting = None


class Manager:
    target = messaging.Target(version="1.0")

    def __init__(self):
        self.events = Events()

    def event(self, context, name):
        self.events.take(name)

    def cleanup(self):
        self.events.cancel_all()


class Service(service.Service):
    def __init__(self):
        super().__init__()
        self.manager = Manager()

    def stop(self):
        self.manager.cleanup()
        super().stop()


def send(payload, options):
    def request():
        if "ok" in options:  # possible AH701 "`send.request`, started by `threading.Thread` in line .*, several at once"
            del options["ok"]

    later(request, options)


def later(function, options):
    threading.Thread(target=function).start()


def send_all(payloads, options):
    def request(payload):
        if payload in options:  # want AH701 "`send_all.request`, started by `threading.Thread` in line .*, several at once"
            del options[payload]

    for payload in payloads:
        threading.Thread(target=request, args=(payload,)).start()
