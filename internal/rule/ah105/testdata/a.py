import eventlet


def work(f):
    gt = eventlet.spawn(f)
    gt.link(f)  # want AH105 "`gt.link` depends on what a green thread does"
    gt.kill()  # want AH105 "gt.kill"
    eventlet.kill(gt)  # want AH105 "eventlet.kill"
    return gt.wait()  # want AH105 "`gt.wait` waits for what a green thread does"
