"""Have a signal handler's green thread run at once."""

import os
import signal
import threading

import eventlet
from eventlet.event import Event

told = Event()
signal.signal(signal.SIGUSR1, lambda *_: eventlet.spawn(told.send, "yes"))
eventlet.sleep(0)
threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
print(told.wait())
