from eventlet import tpool


def work(f):
    tpool.execute(f, 1)  # want AH111 "`tpool.execute` runs something in eventlet's native threads"
    tpool.Proxy(f)
    tpool.set_num_threads(3)  # want AH111 "is about eventlet's native threads"
    register(tpool.execute)  # want AH111 "is about eventlet's native threads"
