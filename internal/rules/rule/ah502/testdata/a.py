import eventlet


def work(f):
    with eventlet.Timeout(5, ValueError("late")):  # want AH502 "raises `ValueError"
        f()
    with eventlet.Timeout(5, False):
        f()
    with eventlet.Timeout(5, None):
        f()


def run(f, seconds=None, error=None, late=ValueError):
    with eventlet.Timeout(seconds, error):  # want AH502 "raises `error` if it is given"
        f()
    with eventlet.Timeout(seconds, late):  # want AH502 "raises `late`$"
        f()
