"""`use_hub()` in the child of a fork, as oslo.service's workers do."""

import os
import sys
import traceback

import eventlet
from eventlet import hubs

eventlet.sleep(0)
child = os.fork()
if child == 0:
    try:
        hubs.use_hub()
        eventlet.sleep(0.01)
    except BaseException:
        print(traceback.format_exc().splitlines()[-1], flush=True)
        os._exit(1)
    os._exit(0)
sys.exit(1) if os.waitpid(child, 0)[1] else print("yes")
