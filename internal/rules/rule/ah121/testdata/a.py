import eventlet.greenthread
from eventlet import greenlet


def work(f):
    try:
        f()
    except greenlet.GreenletExit:  # want AH121 "`greenlet.GreenletExit` is how a green thread is ended"
        pass
