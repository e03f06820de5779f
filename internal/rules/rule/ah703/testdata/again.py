import threading


class Result:
    def __init__(self):
        self.parts = None
        self.lock = threading.Lock()
        threading.Thread(target=self._run).start()
        threading.Thread(target=self._look).start()

    def _run(self):
        try:
            self.read()
        except OSError:
            self.parts = []

    def _look(self):
        self.read()

    def read(self):
        with self.lock:
            if self.parts is not None:
                return self.parts
            self.parts = []
            for part in "abc":
                self.parts.append(part)
            return self.parts
