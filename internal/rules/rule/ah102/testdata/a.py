import eventlet
from eventlet.green import time


def work(n):
    eventlet.sleep(n)  # want AH102 "`eventlet.sleep` waits in eventlet's hub"
    eventlet.sleep(0)
    time.sleep(2)  # want AH102 "`time.sleep`"
    retry(pause=eventlet.sleep)  # want AH102 "is a function that waits in eventlet's hub"
