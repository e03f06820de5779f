from eventlet import event


def work(e):
    done = event.Event()
    done.send(1)  # want AH506 "`done.send` hands a value to those who wait"
    done.send()
    done.send_exception(ValueError())  # want AH506 "send_exception"
