import threading

total = 0


class Worker(threading.Thread):
    count = 0
    made = 0

    def __init__(self):
        super().__init__()
        Worker.made += 1
        self.mine = 0

    def run(self):
        global total
        total = total + 1  # want AH702 "`total` is read"
        Worker.count += 1  # want AH702 "`Worker.count` is read, changed and written back"
        self.mine += 1


class Alone(threading.Thread):
    count = 0

    def run(self):
        Alone.count += 1


class Job:
    number = 0

    def __init__(self):
        Job.number += 1  # want AH702 "`Job.number` is read, changed and written back"
        self.tried = 0
        self.tried += 1


def work():
    return Job()


def main():
    for worker in [Worker() for _ in range(3)]:
        worker.start()
    Alone().start()
    for _ in range(3):
        threading.Thread(target=work).start()
