"""OS threads with hubs that leave no descriptors behind."""

import os
import threading

import eventlet


def uses_a_hub():
    eventlet.sleep(0.001)


def run():
    thread = threading.Thread(target=uses_a_hub)
    thread.start()
    thread.join()


run()
before = len(os.listdir("/proc/self/fd"))
for _ in range(5):
    run()
left = len(os.listdir("/proc/self/fd")) - before
print("yes" if left == 0 else f"no: {left} of five threads")
