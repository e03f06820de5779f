"""eventlet/eventlet#1030: a fork in a patched thread raises in threading's own repair, with CPython 3.13 or newer.

prints: child of a thread 0
prints: the parent's thread goes on
"""

from _start import start

start()
import os
import threading
import time


def fork() -> None:
    pid = os.fork()
    if pid == 0:
        time.sleep(0.001)
        os._exit(0 if threading.current_thread().name == "forks" else 1)
    print("child of a thread", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    time.sleep(0.001)
    print("the parent's thread goes on")


thread = threading.Thread(target=fork, name="forks")
thread.start()
thread.join()
