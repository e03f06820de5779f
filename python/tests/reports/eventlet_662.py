"""eventlet/eventlet#662: what a green thread waits for is released by another OS thread: "cannot switch to a different
thread", from then on nothing wakes. Not so on eventlet's hubs.

prints: Condition woken
prints: Semaphore woken
prints: Queue woken
"""

from _start import start

start()
import queue
import threading

from eventlet import patcher

real = patcher.original("threading")


def from_outside(function) -> None:
    thread = real.Thread(target=function)
    thread.start()


condition = threading.Condition()


def notify() -> None:
    with condition:
        condition.notify_all()


with condition:
    from_outside(notify)
    condition.wait()
print("Condition woken")
semaphore = threading.Semaphore(0)
from_outside(semaphore.release)
semaphore.acquire()
print("Semaphore woken")
items: queue.Queue = queue.Queue()
from_outside(lambda: items.put("Queue woken"))
print(items.get())
