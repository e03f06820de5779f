import eventlet


def work(f):
    with eventlet.Timeout(5, ValueError("late")):  # want AH502 "raises `ValueError"
        f()
    with eventlet.Timeout(5, False):
        f()
    with eventlet.Timeout(5, None):
        f()
