import eventlet


def work(f):
    with eventlet.Timeout(5, False):  # want AH501 "`eventlet.Timeout` with False ends without an error"
        f()
    with eventlet.Timeout(5, exception=False):  # want AH501 "False"
        f()
    with eventlet.Timeout(5, ValueError):
        f()
