import os

os.environ["EVENTLET_NO_GREENDNS"] = "yes"  # want AH401 "`EVENTLET_NO_GREENDNS` is read by eventlet"
