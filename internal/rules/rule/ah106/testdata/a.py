import eventlet
from eventlet import corolocal


def work():
    key = eventlet.getcurrent()  # want AH106 "`eventlet.getcurrent` asks for the current green thread"
    local = corolocal.local()  # want AH106 "`corolocal.local` keeps data for each green thread"
    register(eventlet.getcurrent)  # want AH106 "is about the current green thread"
    return eventlet.getcurrent().dead  # want AH106 "`eventlet.getcurrent` asks for" # want AH106 "`eventlet.getcurrent\(\).dead` belongs to the current green thread"
