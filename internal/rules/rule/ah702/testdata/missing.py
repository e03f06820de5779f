import threading


class Counts:
    def __init__(self):
        self.sizes = {}
        self.total = 0

    def start(self, names):
        for name in names:
            threading.Thread(target=self.add, args=(name,)).start()

    def add(self, name):
        try:
            self.sizes["all"][name] += 1
        except KeyError:
            self.sizes["all"][name] = 1
        self.total += 1  # want AH702 "`self.total` is read, changed and written back"
