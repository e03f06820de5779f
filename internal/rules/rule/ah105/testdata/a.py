import eventlet


def work(f):
    gt = eventlet.spawn(f)
    gt.link(f)  # want AH105 "`gt.link` depends on what a green thread does"
    gt.kill()  # want AH105 "`gt.kill` ends a green thread"
    eventlet.kill(gt)  # want AH105 "`eventlet.kill` ends a green thread"
    gt.cancel()  # want AH105 "`gt.cancel` cancels a green thread"
    return gt.wait()  # want AH105 "`gt.wait` waits for what a green thread does"
