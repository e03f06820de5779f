from eventlet import semaphore


def work():
    guard = semaphore.Semaphore(2)  # want AH114 "`semaphore.Semaphore` makes a lock that green threads wait for"
    guard.acquire()  # want AH114 "`guard.acquire` may wait in eventlet's hub for a lock"
    guard.release()  # want AH114 "`guard.release` belongs to a lock that green threads wait for"
    isinstance(guard, semaphore.Semaphore)  # want AH114 "is about locks that green threads wait for"


class Unlimited:
    balance = 0


class Manager:
    def __init__(self, limit):
        if limit:
            self.guard = semaphore.Semaphore(limit)  # want AH114 "makes a lock that green threads wait for"
        else:
            self.guard = Unlimited()

    def free(self):
        self.guard.locked()  # want AH114 "`self.guard.locked` belongs to a lock that green threads wait for"
        return self.guard.balance  # want AH114 "belongs to a lock that green threads wait for, unless it is that of `Unlimited`"
