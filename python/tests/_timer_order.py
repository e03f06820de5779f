"""Prints the order in which random timers fire: python _timer_order.py epolls|engine|asyncio|uvloop FIRST_SEED COUNT.

The clock is moved by hand, past many timers at once, so that they are overdue in the same turn. No two have the same
time: there eventlet's own hubs go by the address of the timer, and aiohub's by which was made first.
"""

import json
import random
import sys

import eventlet
from eventlet import hubs

DELAYS = [0, 0, 0.001, 0.001, 0.002, 0.003, -0.001, -0.5, 0.01, 1e-9]


class Run:
    """Timers of all kinds, some of which cancel others, make others, or move the clock when they fire."""

    def __init__(self, hub, seed):
        self.hub, self.random = hub, random.Random(seed)
        self.now = 1000.0
        self.fired, self.cancels = [], []
        self.plan = {number: self.action() for number in range(40)}

    def action(self):
        choice = self.random.random()
        if choice < 0.15:
            return self.cancel, self.random.randrange(40)
        if choice < 0.3:
            return self.make, self.random.choice([0, 0, 0.001, 0.002, -0.001, 0.5])
        if choice < 0.35:
            return self.move_clock, 0.01
        return int, 0

    def cancel(self, number):
        self.cancels[number % len(self.cancels)]()

    def move_clock(self, seconds):
        self.now += seconds

    def make(self, delay):
        number = len(self.cancels)
        self.now += 1.1e-7
        if number % 3 == 0:
            self.cancels.append(eventlet.spawn_after(delay, self.fire, number).cancel)
        elif number % 3 == 1:
            self.cancels.append(self.hub.schedule_call_local(delay, self.fire, number).cancel)
        else:
            self.cancels.append(self.hub.schedule_call_global(delay, self.fire, number).cancel)

    def fire(self, number):
        self.fired.append(number)
        function, argument = self.plan.get(number, (int, 0))
        function(argument)

    def run(self):
        self.hub.clock = lambda: self.now
        for _ in range(25):
            self.make(self.random.choice(DELAYS) + self.random.random() / 1000)
            self.now += self.random.choice([0.0, 0.0005, 0.001])
        self.now += 0.02
        for _ in range(60):
            self.now += 0.02
            self.hub.schedule_call_global(0, hubs.get_hub().greenlet.parent.switch)
            self.hub.switch()
        return self.fired


if __name__ == "__main__":
    name, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if name == "epolls":
        hubs.use_hub(name)
    else:
        import aiohub

        aiohub.install(loop=name)
    print(json.dumps([Run(hubs.get_hub(), seed).run() for seed in range(first, first + count)]))
