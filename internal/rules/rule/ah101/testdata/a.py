import eventlet
from eventlet import greenthread, sleep as pause


def work():
    eventlet.sleep(0)  # want AH101 "yields to the hub"
    eventlet.sleep()  # want AH101 "`eventlet.sleep\(\)` yields to the hub"
    greenthread.sleep(seconds=0)  # want AH101 "yields"
    pause(0.0)  # want AH101 "`pause\(0.0\)`"
    eventlet.sleep(1)
    eventlet.sleep(n)
    callback = eventlet.sleep
