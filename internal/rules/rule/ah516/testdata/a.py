import eventlet


def forgets(f):
    timer = eventlet.Timeout(5)  # want AH516 "nothing cancels `timer`"
    f()


def cancels(f):
    timer = eventlet.Timeout(5)
    try:
        f()
    finally:
        timer.cancel()


def hands_on():
    timer = eventlet.Timeout(5)
    return timer
