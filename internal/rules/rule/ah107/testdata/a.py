import eventlet


def work(f):
    with eventlet.Timeout(3):  # want AH107 "`eventlet.Timeout` limits time with eventlet's timer"
        f()
    eventlet.with_timeout(3, f)  # want AH107 "with_timeout"
    t = eventlet.Timeout(3)
