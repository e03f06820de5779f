from eventlet import event


def work():
    done = event.Event()  # want AH113 "`event.Event` makes an event that green threads wait for"
    done.send(1)  # want AH113 "`done.send` belongs to an event that green threads wait for"
    return done.wait()  # want AH113 "`done.wait` waits in eventlet's hub for a value or a signal"
    isinstance(done, event.Event)  # want AH113 "is about events that green threads wait for"
