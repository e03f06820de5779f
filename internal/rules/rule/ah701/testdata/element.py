"""An element that is asked for and then changed is hurt by who takes it away, not by who changes it as well."""
import threading

jobs = {}
leases = {}


def poll(name):
    jobs[name] = {"status": "new"}
    if name in jobs:
        jobs[name]["status"] = "running"


def cancel(name):
    if name in jobs:
        jobs[name]["status"] = "cancelled"


def renew(name):
    if name in leases:  # want AH701 "`leases` is tested here and changed in line 21 on that ground"
        leases[name]["until"] = 10


def expire(name):
    leases[name] = {}
    leases.pop(name, None)


def main():
    for name in "abc":
        for each in (poll, cancel, renew, expire):
            threading.Thread(target=each, args=(name,)).start()
