from eventlet import pools


class Connections(pools.Pool):  # want AH120 "`pools.Pool` is part of pools that green threads wait for"
    pass


shared = pools.TokenPool(3)  # want AH120 "makes a pool that green threads wait for"
shared.get()  # want AH120 "`shared.get` may wait in eventlet's hub for a free object"
