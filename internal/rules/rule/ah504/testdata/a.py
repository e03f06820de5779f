import eventlet


def work(f):
    with eventlet.Timeout(5):
        try:
            f()
        except eventlet.Timeout:  # want AH504 "is handled inside the block that a Timeout limits"
            pass
    with eventlet.Timeout(5, Late()):
        try:
            f()
        except (ValueError, Late):  # want AH504 "`Late` is handled inside"
            pass
    try:
        with eventlet.Timeout(5):
            f()
    except eventlet.Timeout:
        pass
