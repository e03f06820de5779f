import eventlet

eventlet.monkey_patch()

import time

time.sleep()  # want AH510 "`time.sleep` needs an argument"
time.sleep(1)
time.sleep(*a)
