import eventlet
from eventlet import patcher

threading = patcher.original("threading")  # want AH202 "`patcher.original` depends on what is patched"
if patcher.is_monkey_patched("socket"):  # want AH202 "is_monkey_patched"
    pass
eventlet.monkey_patch()
