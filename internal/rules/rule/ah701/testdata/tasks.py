import threading

from oslo_service import periodic_task
import oslo_messaging as messaging


class Endpoint:
    target = messaging.Target(version="1.0")

    def __init__(self):
        self.leases = {}
        self.names = {}

    def lease(self, context, name):
        if name in self.leases:  # want AH701 "`Endpoint.lease`, run by the RPC server, several at once"
            return None
        self.leases[name] = context
        return name

    def remember(self, context, name):
        if name not in self.names:  # possible AH701 "`self.names` is tested here"
            self.names[name] = len(name)
        return self.names[name]


class Manager:
    def __init__(self):
        self.pending = {}
        self.idle = {}

    @periodic_task.periodic_task
    def check(self, context):
        def sync(name):
            self.pending.pop(name)

        for name in ("a", "b"):
            if name not in self.pending:  # want AH701 "`Manager.check`, run by the periodic task, and `Manager.check.sync`"
                self.pending[name] = True
                threading.Thread(target=sync, args=(name,)).start()

    @periodic_task.periodic_task
    def tidy(self, context):
        if "x" in self.idle:
            del self.idle["x"]

    @periodic_task.periodic_task
    def fill(self, context):
        if "x" not in self.idle:
            self.idle["x"] = 1
