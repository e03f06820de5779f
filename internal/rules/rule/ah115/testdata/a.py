from eventlet import queue


def work():
    q = queue.LightQueue()  # want AH115 "`queue.LightQueue` makes a queue that green threads wait for"
    try:
        return q.get(timeout=1)  # want AH115 "`q.get` may wait in eventlet's hub for a queue"
    except queue.Empty:  # want AH115 "is about queues that green threads wait for"
        pass
    q.qsize()  # want AH115 "`q.qsize` belongs to a queue that green threads wait for"
