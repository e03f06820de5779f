import threading


class Slots:
    def __init__(self):
        self.used = {}
        self.own = {}
        for i in range(4):
            threading.Thread(target=self.run, args=(i,)).start()

    def run(self, i):
        match self.used.get(i):  # want AH701 "`self.used` is tested here and changed in line"
            case None:
                self.used[i] = threading.Thread(target=print)
            case _:
                del self.used[i]
        match i:
            case 1 if self.own.get(i):  # want AH701 "`self.own` is tested here and changed in line"
                del self.own[i]
