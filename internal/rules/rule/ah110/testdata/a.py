import eventlet


def work(f, items):
    pool = eventlet.GreenPool(10)  # want AH110 "`eventlet.GreenPool` makes a pool of green threads"
    for item in items:
        pool.spawn_n(f, item)  # want AH110 "pool.spawn_n"
    pool.waitall()  # want AH110 "`pool.waitall` may wait for a pool of green threads"
    isinstance(pool, eventlet.GreenPool)  # want AH110 "is about pools of green threads"
    pool.running()  # want AH110 "uses a pool of green threads"
