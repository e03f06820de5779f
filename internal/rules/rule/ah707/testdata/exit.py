import atexit
import threading

LOCK = threading.Lock()


def close():
    with LOCK:
        pass


def start():
    with LOCK:
        atexit.register(close)


def stop():
    with LOCK:
        close()  # want AH707 "the lock `LOCK` is held here, and `close` takes it again"
