"""eventlet/eventlet#802: threads that are green go on in the child of a fork, too. It is so in both processes.

prints: child counts True
prints: parent counts True
"""

from _start import start

start()
import os
import threading
import time

counted = 0


def count() -> None:
    global counted
    while True:
        counted += 1
        time.sleep(0.001)


def goes_on() -> bool:
    before = counted
    while counted < before + 3:
        time.sleep(0.001)
    return True


threading.Thread(target=count, daemon=True).start()
time.sleep(0)
pid = os.fork()
if pid == 0:
    print("child counts", goes_on(), flush=True)
    os._exit(0)
os.waitpid(pid, 0)
print("parent counts", goes_on(), flush=True)
os._exit(0)
