import eventlet


class Mine(eventlet.Timeout):  # want AH108 "is a timer without a block"
    pass


def work(f):
    timer = eventlet.Timeout(3)  # want AH108 "`eventlet.Timeout`"
    try:
        f()
    finally:
        timer.cancel()  # want AH108 "timer.cancel"
    with eventlet.Timeout(3):
        pass
