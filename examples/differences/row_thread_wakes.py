"""Wake a green thread from another OS thread."""

import threading

import eventlet
from eventlet.event import Event

event = Event()
eventlet.sleep(0)
threading.Timer(0.1, event.send, ("yes",)).start()
print(event.wait())
