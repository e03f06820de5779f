import eventlet
from eventlet import corolocal


def work():
    key = eventlet.getcurrent()  # want AH106 "`eventlet.getcurrent` asks for the current green thread"
    local = corolocal.local()  # want AH106 "corolocal.local"
