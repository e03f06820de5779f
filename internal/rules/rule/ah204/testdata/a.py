import eventlet

eventlet.monkey_patch()

import time

time.sleep(1)  # want AH204 "`time.sleep` is green only because of monkey_patch"
time.time()
