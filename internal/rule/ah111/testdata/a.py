from eventlet import tpool


def work(f):
    tpool.execute(f, 1)  # want AH111 "`tpool.execute` runs in eventlet's native threads"
    tpool.Proxy(f)
