import eventlet


def work(f):
    try:
        f()
    except (ValueError, Exception):
        pass
    except eventlet.Timeout:  # want AH503 "is handled behind `Exception`"
        pass
    try:
        f()
    except eventlet.Timeout:
        pass
    except Exception:
        pass
