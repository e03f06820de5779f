import functools

import eventlet


def work(f, items):
    gt = eventlet.spawn(f)
    gt.link(f())  # want AH508 "`f\(\)` is called now, and not by the green thread"
    gt.link(functools.partial(f, 1))
    eventlet.spawn_after(5, work(f, items))  # want AH508 "called now"
    eventlet.spawn(Runner())
    eventlet.spawn_n(items[0]())
