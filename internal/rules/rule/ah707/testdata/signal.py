import threading


class Hub:
    def __init__(self):
        self.answered = threading.Lock()
        self.busy = threading.Lock()

    def ask(self, send):
        self.answered.acquire()
        send()
        self.answered.acquire()
        self.answered.release()

    def on_answer(self):
        self.answered.release()

    def twice(self, send):
        self.busy.acquire()
        send()
        self.busy.acquire()  # want AH707 "the lock `self.busy` is held here, and taken again"
        self.busy.release()
