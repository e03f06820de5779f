import threading


class Job(threading.Thread):
    def __init__(self):
        super().__init__()
        self.callbacks = []
        self.finished = threading.Event()
        self.others = []
        self.closed = False
        self.lock = threading.Lock()

    def link(self, callback):
        self.callbacks.append(callback)  # want AH714 "`self.callbacks` is added to, and then `self.finished` tested .line"
        if self.finished.is_set():
            callback(self)

    def other(self, callback):
        with self.lock:
            self.others.append(callback)
            if self.closed:
                callback(self)

    def run(self):
        self.finished.set()
        for callback in self.callbacks:
            callback(self)
        with self.lock:
            self.closed = True
            for callback in self.others:
                callback(self)
