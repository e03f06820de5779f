from eventlet import tpool


def work(library):
    proxy = tpool.Proxy(library)  # want AH112 "`tpool.Proxy`"
    proxy.open()  # want AH112 "`proxy.open` runs in eventlet's native threads"
