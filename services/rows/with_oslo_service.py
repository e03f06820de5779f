"""oslo.service: two workers under load; HUP, a worker that is killed, TERM."""
# family: servers
# libraries: oslo.service
# limit: 120

import os
import re
import signal

from driving import APPS, Load, free_port, get, running

port = free_port()


def pids(word):
    return set(re.findall(rf"{word} (\d+)", server.said()))


with running(str(APPS / "workers.py"), str(port), env={"SERVICES_TICKING": "later"}) as server:
    server.until(lambda: len(pids("started")) == 2, "the start of two workers")
    with Load(port, "/slow") as load:
        load.until_more(server)
        before = pids("started")
        server.signal(signal.SIGHUP)
        server.until(lambda: len(pids("reset")) >= 2, "HUP in both workers")
        load.until_more(server)
        print("HUP: answers go on")

        victim = int(get(port).split()[0])
        os.kill(victim, signal.SIGKILL)
        server.until(lambda: len(pids("started") - before) >= 1, "a worker in the place of the killed one")
        load.until_more(server)
        print("a killed worker: another takes its place")
        ticks = [int(get(port).split()[1]) for _ in range(10)]
        print("green threads tick in the workers:", max(ticks) > 10)

    server.signal(signal.SIGTERM)
    print("TERM: exit code", server.end())

# prints:
# HUP: answers go on
# a killed worker: another takes its place
# green threads tick in the workers: True
# TERM: exit code 0
