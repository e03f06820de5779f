import eventlet


def work(f):
    try:
        f()
    except (ValueError, eventlet.Timeout):  # want AH109 "`eventlet.Timeout` expects eventlet's timer"
        pass
    except Exception as error:
        return isinstance(error, eventlet.Timeout)  # want AH109 "expects"
