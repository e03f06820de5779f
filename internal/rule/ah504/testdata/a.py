import eventlet


def work(f):
    with eventlet.Timeout(5):
        try:
            f()
        except eventlet.Timeout:  # want AH504 "is handled inside the block that a Timeout limits"
            pass
    try:
        with eventlet.Timeout(5):
            f()
    except eventlet.Timeout:
        pass
