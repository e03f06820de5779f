import eventlet


def work(f):
    gt = eventlet.spawn_after(5, f)
    gt.cancel()  # want AH507 "`gt.cancel` stops only what has not started"
    register(gt.cancel)  # want AH507 "is a function that stops only what has not started"
