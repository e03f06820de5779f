import eventlet  # want AH100 "import of `eventlet`"
import eventlet.queue as q  # want AH100 "import of `eventlet.queue`"
from eventlet import greenthread, event  # want AH100 "greenthread" # want AH100 "event"

try:
    from eventlet.green import socket  # want AH100 "that may fail"
except ImportError:
    import socket


def later():
    import eventlet.tpool  # want AH100 "in a function"
