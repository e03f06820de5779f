from eventlet import semaphore


def work():
    guard = semaphore.Semaphore(2)  # want AH114 "`semaphore.Semaphore` makes green threads wait"
    guard.acquire()  # want AH114 "guard.acquire"
