import threading


class Pool:
    def __init__(self):
        self.free = {}

    def take(self):
        self.free["x"] = 1


class Single:
    _instance = None

    def __new__(cls):
        if cls._instance is None:  # want AH710 "`Single._instance` is made when it is first asked for"
            cls._instance = Pool()
        return cls._instance


class Twice:
    _instance = None
    _lock = threading.Lock()

    def __new__(cls):
        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    cls._instance = Pool()
        return cls._instance


def work():
    Single()
    Twice()


def main():
    for _ in range(3):
        threading.Thread(target=work).start()
