import threading
from concurrent.futures import ThreadPoolExecutor


class Agent:
    def __init__(self):
        self.event = threading.Event()
        self.lock = threading.Lock()
        self.pool = ThreadPoolExecutor(2)
        self.call = None

    def start(self):
        threading.Thread(target=self.event).start()  # want AH715 "`self.event` is a `threading.Event`, which cannot be called"
        self.pool.submit(self.lock)  # want AH715 "`self.lock` is a `threading.Lock`"
        threading.Thread(target=self.event.wait).start()
        threading.Thread(target=self.loop).start()
        self.pool.submit(self.call)

    def loop(self):
        pass
