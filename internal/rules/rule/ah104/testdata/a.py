import eventlet


def work(f):
    eventlet.spawn_n(f)  # want AH104 "`eventlet.spawn_n` starts a green thread that nobody can wait for"
    eventlet.spawn(f)
    eventlet.spawn(eventlet.spawn_n, f)  # want AH104 "is a function that starts green threads that nobody can wait for"
