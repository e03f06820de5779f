"""sileht/cotyledon#76: signals are read from the descriptor of `signal.set_wakeup_fd`, by a program that blocks in
`select` on it.

prints: heard SIGHUP
prints: heard SIGTERM
prints: child
prints: heard SIGHUP
prints: another hub
prints: heard SIGTERM
"""

from _start import start

start()
import os
import select
import signal

import eventlet
from eventlet import hubs

reading, writing = os.pipe()
os.set_blocking(reading, False)
os.set_blocking(writing, False)
for number in (signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, lambda *_: None)
signal.set_wakeup_fd(writing)


def hear(number: int) -> None:
    eventlet.spawn_after(0.001, os.kill, os.getpid(), number)
    select.select([reading], [], [])
    for byte in os.read(reading, 10):
        print("heard", signal.Signals(byte).name, flush=True)


for number in (signal.SIGHUP, signal.SIGTERM):
    hear(number)
pid = os.fork()
if pid == 0:
    print("child")
    hear(signal.SIGHUP)
    os._exit(0)
os.waitpid(pid, 0)
hubs.use_hub()
print("another hub")
hear(signal.SIGTERM)
