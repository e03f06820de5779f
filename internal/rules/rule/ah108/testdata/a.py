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
