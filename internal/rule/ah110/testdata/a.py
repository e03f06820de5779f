import eventlet


def work(f, items):
    pool = eventlet.GreenPool(10)  # want AH110 "`eventlet.GreenPool` is a pool of green threads"
    for item in items:
        pool.spawn_n(f, item)  # want AH110 "pool.spawn_n"
    pool.waitall()  # want AH110 "pool.waitall"
