import eventlet


class Mine(eventlet.Timeout):  # want AH108 "names eventlet's timer" help "^derive it from `TimeoutError`"
    pass


def work(f):
    timer = eventlet.Timeout(3)  # want AH108 "`eventlet.Timeout` is a timer without a block"
    try:
        f()
    finally:
        timer.cancel()  # want AH108 "`timer.cancel` steers a timer that has no block"
    with eventlet.Timeout(3):
        pass
    mock.side_effect = eventlet.Timeout  # want AH108 "names eventlet's timer" help "^name `TimeoutError`"
    mock.side_effect = eventlet.Timeout()  # want AH108 "starts no timer" help "^use `TimeoutError`"
    raise eventlet.Timeout(None, "late")  # want AH108 "is an exception of eventlet's, and starts no timer"


def other(seconds, options):
    eventlet.Timeout(seconds=seconds)  # want AH108 "is a timer without a block"
    eventlet.Timeout(**options)  # want AH108 "is a timer without a block"
