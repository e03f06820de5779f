from eventlet import semaphore


def work():
    guard = semaphore.Semaphore(2)  # want AH114 "`semaphore.Semaphore` makes a lock that green threads wait for"
    guard.acquire()  # want AH114 "`guard.acquire` may wait in eventlet's hub for a lock"
    guard.release()  # want AH114 "`guard.release` belongs to a lock that green threads wait for"
    isinstance(guard, semaphore.Semaphore)  # want AH114 "is about locks that green threads wait for"
