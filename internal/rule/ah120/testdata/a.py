from eventlet import pools


class Connections(pools.Pool):  # want AH120 "`pools.Pool` waits in eventlet's hub for a free object"
    pass
