import eventlet

nap = eventlet.sleep
