"""eventlet/eventlet#1015: `sleep(0)` called by the hub itself, in a timer, stops it.

prints: timer
prints: after
"""

from _start import start

start()
import eventlet
from eventlet import event, hubs

fired = event.Event()


def timer() -> None:
    eventlet.sleep(0)
    print("timer")
    fired.send()


hubs.get_hub().schedule_call_global(0, timer)
fired.wait()
eventlet.sleep(0)
print("after")
