from eventlet import event


def work():
    done = event.Event()  # want AH113 "`event.Event` waits in eventlet's hub for a value or a signal"
    done.send(1)  # want AH113 "done.send"
    return done.wait()  # want AH113 "done.wait"
