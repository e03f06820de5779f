"""Use the hub after Ctrl-C while it was idle."""

import os
import signal
import threading

import eventlet

eventlet.sleep(0)
threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    eventlet.sleep(3600)
except KeyboardInterrupt:
    pass
eventlet.sleep(0.01)
print("yes")
