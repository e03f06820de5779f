from eventlet import tpool


def work(library):
    proxy = tpool.Proxy(library)  # want AH112 "`tpool.Proxy` makes objects whose methods run in eventlet's native threads"
    proxy.open()  # want AH112 "`proxy.open` runs in eventlet's native threads"
    proxy.size
    proxy.handle.read()
    proxy.flag = True
    read(proxy.conf)
    with tpool.Proxy(library) as entered:  # want AH112 "`tpool.Proxy` makes"
        entered.list()
    with proxy.lock() as lock:  # want AH112 "`proxy.lock` runs in eventlet's native threads"
        lock.read()
    isinstance(proxy, tpool.Proxy)  # want AH112 "is about objects whose methods run in eventlet's native threads"
