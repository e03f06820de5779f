import eventlet
from eventlet import greenthread


def work(f):
    gt = eventlet.spawn(f, 1)  # want AH103 "`eventlet.spawn` starts a green thread"
    greenthread.spawn_after(5, f)  # want AH103 "spawn_after"
    eventlet.spawn_n(f)
    isinstance(gt, greenthread.GreenThread)  # want AH103 "names what green threads are, or what starts one"
    gt.spawn = eventlet.spawn  # want AH103 "names what green threads are, or what starts one"
    greenthread.GreenThread(None)  # want AH103 "makes a green thread"
    greenthread.call_after(5, f)  # want AH103 "starts a green thread later, and returns its timer"
    greenthread.call_after_global(5, f)  # want AH103 "starts a green thread later, and returns its timer"
    greenthread.exc_after(5, ValueError)  # want AH103 "throws an exception, later, into the green thread that calls it"
    old = greenthread.exc_after  # want AH103 "names what green threads are, or what starts one"
