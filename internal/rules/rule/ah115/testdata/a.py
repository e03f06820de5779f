from eventlet import queue


def work():
    q = queue.LightQueue()  # want AH115 "`queue.LightQueue` makes a queue that green threads wait for"
    try:
        return q.get(timeout=1)  # want AH115 "`q.get` may wait in eventlet's hub for a queue"
    except queue.Empty:  # want AH115 "is about queues that green threads wait for"
        pass
    q.get(block=False)  # want AH115 "`q.get` belongs to a queue that green threads wait for"
    q.get(False)  # want AH115 "`q.get` belongs to a queue that green threads wait for"
    q.put(1, False)  # want AH115 "`q.put` belongs to a queue that green threads wait for"
    q.put(False)  # want AH115 "`q.put` may wait in eventlet's hub for a queue"
    q.qsize()  # want AH115 "`q.qsize` belongs to a queue that green threads wait for"
