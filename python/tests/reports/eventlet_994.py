"""eventlet/eventlet#994: a hub in an OS thread of its own, beside that of the main one.

prints: main 1
prints: thread 1
prints: main 2
prints: thread 2
prints: over
"""

from _start import start

start()
import eventlet
from eventlet import patcher

threading = patcher.original("threading")
turns = [threading.Semaphore(0), threading.Semaphore(0)]


def step(me: int, what: str) -> None:
    while not turns[me].acquire(blocking=False):
        eventlet.sleep(0.001)
    print(what, flush=True)
    turns[1 - me].release()


def other() -> None:
    step(1, "thread 1")
    step(1, "thread 2")


thread = threading.Thread(target=other)
thread.start()
turns[0].release()
step(0, "main 1")
step(0, "main 2")
while thread.is_alive():
    eventlet.sleep(0.001)
print("over")
