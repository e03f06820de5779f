import threading


class Client:
    def __init__(self):
        self.sock = None
        self._thread = threading.Thread(target=self._watch)

    def begin(self):
        self._thread.start()

    def send(self, data):
        if self.sock:  # possible AH701 "`self.sock` is tested here and used in line .*, when it may be another"
            self.sock.sendall(data)

    def _watch(self):
        while True:
            self.sock = None
